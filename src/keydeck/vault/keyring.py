"""A slot's two seals: its key under what unlocks it, the keyring under its key."""

from __future__ import annotations

import os
from typing import Any

from keydeck.domain.errors import Damaged
from keydeck.domain.safetext import clean
from keydeck.system.clock import now_ms
from keydeck.vault.cipher import AESGCM
from keydeck.vault.constants import KEY, KEYRING, MANAGE, SLOT, UID
from keydeck.vault.encoding import (
    decode_payload,
    encode_payload,
    from_base64,
    pad,
    to_base64,
)
from keydeck.vault.keys import Keys, associated, seal, unseal, unseal_key, wipe
from keydeck.vault.protocol import NewerFormat
from keydeck.vault.root import Opened, SlotRow
from keydeck.vault.slots import Unlocker
from keydeck.vault.slots.base import encode_head


def open_slot(vault_id: bytes, row: SlotRow, unlocker: Unlocker) -> Opened | None:
    """The keys behind one slot, or None where the unlocker does not fit it."""
    identifier, head, key, keyring = row
    kek = unlocker.kek(head, vault_id)
    slot_key = unseal_key(AESGCM(kek), key, associated(SLOT, vault_id, identifier, head))
    if slot_key is None:
        return None
    if len(slot_key) != KEY:
        raise Damaged("A slot's key does not have 32 bytes.")
    cipher = AESGCM(slot_key)
    wipe(slot_key)
    plain = unseal(cipher, keyring, associated(KEYRING, vault_id, identifier, head))
    if plain is None:
        raise Damaged("A slot's keyring does not open.")
    fields = decode_payload(plain, "keyring", (identifier,))
    scope = fields.get("scope")
    if scope != MANAGE:
        raise NewerFormat(
            f"This way opens the vault with the scope {clean(str(scope))}, which this keydeck"
            " does not know.",
            todo="Install a newer keydeck, or unlock in another way.",
        )
    root = bytearray(from_base64(fields.pop("root", None)))
    sign = from_base64(fields.get("sign"))
    if len(root) != KEY or len(sign) != KEY:
        raise Damaged("A slot's keyring is incomplete.")
    return Opened(identifier, MANAGE, Keys(vault_id, root), sign)


def make_slot(keys: Keys, unlocker: Unlocker) -> tuple[SlotRow, dict[str, Any]]:
    """A new slot of scope `manage`: its row, and its entry for slots()."""
    identifier, slot_key = os.urandom(UID), bytearray(os.urandom(KEY))
    head = encode_head(unlocker.kind, unlocker.new_head())
    kek = unlocker.kek(head, keys.vault_id)
    fields = {
        "scope": MANAGE,
        "sign": to_base64(keys.public_sign()),
        "access": to_base64(keys.public_access()),
        "root": to_base64(keys.root),
    }
    keyring = pad(encode_payload("keyring", (identifier,), fields))
    row = (
        identifier,
        head,
        seal(AESGCM(kek), slot_key, associated(SLOT, keys.vault_id, identifier, head)),
        seal(AESGCM(slot_key), keyring, associated(KEYRING, keys.vault_id, identifier, head)),
    )
    entry = {
        "id": to_base64(identifier),
        "key": to_base64(slot_key),
        "scope": MANAGE,
        "label": unlocker.label,
        "created_at": now_ms(),
    }
    wipe(slot_key)
    return row, entry
