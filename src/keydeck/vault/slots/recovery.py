"""Unlock with the recovery key: 20 random bytes with 20 check bits, in 9 groups of 4."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Final

from keydeck.domain.errors import Invalid
from keydeck.domain.secret import SecretValue
from keydeck.vault.slots.base import Head, Unlocker, derive_kek

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_DIGITS: Final = {letter: number for number, letter in enumerate(_ALPHABET)}
_BYTES: Final = 20
_CHECK_BITS: Final = 20
_LETTERS: Final = 36
GROUPS: Final = 9


def _check_bits(secret: bytes) -> int:
    return int.from_bytes(sha256(secret).digest()[:3], "big") >> 4


def encode_recovery(secret: bytes) -> str:
    """The 20 bytes as a person writes them down: `ABCD-…`, the last group is the check."""
    number = (int.from_bytes(secret, "big") << _CHECK_BITS) | _check_bits(secret)
    letters = [_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(_LETTERS))]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, _LETTERS, 4))


def decode_recovery(code: str) -> bytes:
    """The 20 bytes of a recovery key; `Invalid` (11) where it was mistyped."""
    letters = "".join(code.split()).replace("-", "").upper()
    wrong = sorted({letter for letter in letters if letter not in _DIGITS})
    if wrong or len(letters) != _LETTERS:
        raise Invalid(
            "This is no recovery key.",
            todo="It has 9 groups of 4: letters A to Z and digits 2 to 7 (no 0, 1, 8 or 9).",
        )
    number = 0
    for letter in letters:
        number = number << 5 | _DIGITS[letter]
    secret = (number >> _CHECK_BITS).to_bytes(_BYTES, "big")
    if number & ((1 << _CHECK_BITS) - 1) != _check_bits(secret):
        raise Invalid(
            "The recovery key was mistyped: its last group does not fit the others.",
            todo="Compare it group by group with what was written down.",
        )
    return secret


def new_recovery() -> str:
    """A new recovery key."""
    return encode_recovery(os.urandom(_BYTES))


class Recovery(Unlocker):
    """The recovery key as it was written down; case, spaces and hyphens are ignored."""

    kind = "recovery"
    label = "recovery key"
    wrong = "This recovery key does not open the vault."

    def __init__(self, code: SecretValue | str, label: str = "") -> None:
        super().__init__(label)
        text = code.reveal_text() if isinstance(code, SecretValue) else code
        self._input = bytearray(decode_recovery(text))

    def make_kek(self, head: Head, vault_id: bytes) -> bytearray:
        """HKDF of the random input."""
        return derive_kek(self._input, head, vault_id)

    def forget(self) -> None:
        """Wipe the input and what was derived."""
        super().forget()
        self._input[:] = bytes(len(self._input))
