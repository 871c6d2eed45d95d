"""What every kind of slot has: a head to read, bounds to keep, a key-encryption key to make."""

from __future__ import annotations

import json
import os
from _thread import RLock
from collections.abc import Mapping
from typing import Any

from keydeck.domain.errors import Damaged
from keydeck.vault.constants import CONTEXT, FORMAT, MAX_HEAD, SALT
from keydeck.vault.encoding import decode_object, from_base64, to_base64
from keydeck.vault.keys import derive
from keydeck.vault.protocol import NewerFormat

Head = Mapping[str, Any]


def encode_head(kind: str, fields: Head) -> bytes:
    """A slot's head as it is stored and bound to its seals."""
    whole = {"format": FORMAT, "kind": kind, **fields}
    return json.dumps(whole, separators=(",", ":")).encode("utf-8")


def decode_head(stored: bytes) -> dict[str, Any]:
    """A slot's head; `Damaged` where it is none, `NewerFormat` where it is a newer one."""
    if len(stored) > MAX_HEAD:
        raise Damaged("The head of a way to unlock is too long.")
    head = decode_object(stored)
    version = head.get("format")
    if type(version) is not int or version < 1 or not isinstance(head.get("kind"), str):
        raise Damaged("The head of a way to unlock does not say what it is.")
    if version > FORMAT:
        raise NewerFormat(
            f"A way to unlock has format {version}; this keydeck knows {FORMAT}.",
            todo="Install a newer keydeck, or unlock in another way.",
        )
    return head


def new_salt() -> str:
    """16 random bytes, as a head holds them."""
    return to_base64(os.urandom(SALT))


def salt_of(head: Head) -> bytes:
    """A head's salt: 16 bytes, or `Damaged`."""
    salt = from_base64(head.get("salt"))
    if len(salt) != SALT:
        raise Damaged("The salt of a way to unlock does not have 16 bytes.")
    return salt


def derive_kek(material: bytes | bytearray, head: Head, vault_id: bytes) -> bytearray:
    """The key-encryption key of a slot whose input is random already."""
    return derive(material, salt_of(head), CONTEXT + b"kek\0" + vault_id)


class Unlocker:
    """One way to unlock, as a person presents it.

    Derived keys are remembered by vault and head until `forget`, so that `prepare` can run
    a slow derivation in a thread before the vault is opened.
    """

    kind = ""
    label = ""
    wrong = "This does not open the vault."

    def __init__(self, label: str = "") -> None:
        self.label = label or type(self).label
        self._lock = RLock()
        self._keks: dict[tuple[bytes, bytes], bytearray] = {}

    @classmethod
    def check(cls, head: Head) -> None:
        """`Damaged` where a head of this kind is out of bounds."""
        salt_of(head)

    def new_head(self) -> dict[str, Any]:
        """The fields of the head of a new slot of this kind."""
        return {"salt": new_salt()}

    def make_kek(self, head: Head, vault_id: bytes) -> bytearray:
        """The key-encryption key; `Damaged` where the head is out of bounds."""
        raise NotImplementedError

    def kek(self, stored: bytes, vault_id: bytes) -> bytearray:
        """The key-encryption key of the slot with this head: remembered, or made now."""
        with self._lock:
            known = self._keks.get((vault_id, stored))
            if known is None:
                known = self.make_kek(decode_head(stored), vault_id)
                self._keks[vault_id, stored] = known
            return known

    def forget(self) -> None:
        """Wipe what was derived."""
        with self._lock:
            for key in self._keks.values():
                key[:] = bytes(len(key))
            self._keks.clear()
