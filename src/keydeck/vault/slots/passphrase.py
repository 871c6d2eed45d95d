"""Unlock with a passphrase: Argon2id (RFC 9106)."""

from __future__ import annotations

import os
from typing import Any, Final

from keydeck.domain.errors import Damaged, Invalid, KeydeckError
from keydeck.domain.secret import SecretValue
from keydeck.vault.constants import KEY
from keydeck.vault.slots.base import Head, Unlocker, new_salt, salt_of

MEMORY: Final = 64 * 1024
"""KiB: RFC 9106's second recommended option, as are the next two."""
PASSES: Final = 3
LANES: Final = 4

_LARGEST: Final = 2 * 1024 * 1024


def check_bounds(head: Head) -> tuple[int, int, int]:
    """(m in KiB, t, p) of a head, or `Damaged`: a planted head must not weaken or exhaust."""
    figures = head.get("m"), head.get("t"), head.get("p")
    memory, passes, lanes = figures
    if type(memory) is not int or type(passes) is not int or type(lanes) is not int:
        raise Damaged("A passphrase slot does not say how its key is derived.")
    least = 1 if memory >= _LARGEST else 3
    if not (MEMORY <= memory <= _LARGEST and least <= passes <= 10 and 1 <= lanes <= 8):
        raise Damaged(
            "A passphrase slot asks for a derivation outside the allowed bounds.",
            kept="Nothing was derived.",
            todo="Run keydeck doctor; restore a backup if it finds damage.",
        )
    return memory, passes, lanes


def free_memory() -> int | None:
    """Memory that is available now, in KiB, where the system says so."""
    try:
        with open("/proc/meminfo", "rb") as file:
            for line in file:
                if line.startswith(b"MemAvailable:"):
                    return int(line.split()[1])
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
    except (OSError, ValueError):
        return None


class Passphrase(Unlocker):
    """A passphrase: one final newline dropped, then NFC, as UTF-8."""

    kind = "passphrase"
    label = "passphrase"
    wrong = "Wrong passphrase."

    def __init__(self, text: SecretValue | str | bytes, label: str = "") -> None:
        super().__init__(label)
        data = text.reveal_bytes() if isinstance(text, SecretValue) else text
        self._input = bytearray(normal_form(data))

    @classmethod
    def check(cls, head: Head) -> None:
        """`Damaged` where the salt or a figure is out of bounds."""
        salt_of(head)
        check_bounds(head)

    def new_head(self) -> dict[str, Any]:
        """A salt and RFC 9106's second recommended figures."""
        return {"salt": new_salt(), "m": MEMORY, "t": PASSES, "p": LANES}

    def make_kek(self, head: Head, vault_id: bytes) -> bytearray:  # noqa: ARG002
        """Argon2id of the passphrase, within the bounds."""
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        memory, passes, lanes = check_bounds(head)
        salt = salt_of(head)
        free = free_memory()
        if free is not None and memory > free:
            raise KeydeckError(
                f"Unlocking needs {memory // 1024} MiB of memory and {free // 1024} are free.",
                todo="Close something, or unlock in another way.",
            )
        key = bytearray(KEY)
        Argon2id(
            salt=salt, length=KEY, iterations=passes, lanes=lanes, memory_cost=memory
        ).derive_into(self._input, key)  # type: ignore[arg-type]  # it takes any buffer
        return key

    def forget(self) -> None:
        """Wipe the input and what was derived."""
        super().forget()
        self._input[:] = bytes(len(self._input))


def normal_form(given: str | bytes) -> bytes:
    """The bytes of a passphrase that the KDF takes; `Invalid` where it is empty or no text."""
    from unicodedata import normalize

    try:
        text = given.decode("utf-8") if isinstance(given, bytes) else given
        text = text.removesuffix("\n")
        data = normalize("NFC", text).encode("utf-8")
    except UnicodeError:
        raise Invalid("The passphrase is no UTF-8 text.", kept="Nothing was changed.") from None
    if not data:
        raise Invalid("The passphrase is empty.", kept="Nothing was changed.")
    return data
