"""A word on how long a passphrase would stand guessing. Pure; sees the value, keeps nothing.

A rough count of bits: characters by the size of the sets they come from, repeats and runs
(`aaaa`, `1234`) counted once. It is kind to many words and unkind to short cleverness.
"""

from __future__ import annotations

from math import log2

from keydeck.domain.secret import SecretValue
from keydeck.tui.text import Role

LEAST = 8
_SETS = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10))
_OTHERS = 20
_WORD = 11.0  # bits a word gives, if it was chosen among two thousand


def bits(value: SecretValue) -> float:
    """Bits of a passphrase, roughly."""
    text = value.reveal_text() if value.is_text else ""
    words = [word for word in text.replace("-", " ").split() if word.isalpha() and len(word) > 2]
    kept = [b for a, b in zip(f"\0{text}", text, strict=False) if abs(ord(a) - ord(b)) > 1]
    pool = sum(size for of_set, size in _SETS if any(map(of_set, text)))
    if any(not character.isalnum() for character in text):
        pool += _OTHERS
    by_characters = len(kept) * log2(pool) if pool else 0.0
    if len(words) >= 2:
        return min(by_characters, len(set(words)) * _WORD + 4)
    return min(by_characters, len(set(text)) * 5.0)


def strength(value: SecretValue) -> tuple[str, Role]:
    """The word and the role that colours it; empty for nothing typed."""
    if not len(value):
        return "", "muted"
    if value.characters < LEAST:
        return f"at least {LEAST} characters", "due"
    found = bits(value)
    if found < 36:
        return "weak", "danger"
    if found < 52:
        return "fair", "due"
    return ("good", "ok") if found < 70 else ("strong", "ok")
