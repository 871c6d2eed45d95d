"""A word on how long a passphrase would stand guessing. Pure; sees the value, keeps nothing.

A rough count of bits: characters by the size of the sets they come from, repeats and runs
(`aaaa`, `1234`) counted once. It is kind to many words and unkind to short cleverness.
"""

from __future__ import annotations

import re
from math import log2

from keydeck.domain.secret import SecretValue
from keydeck.tui.text import Role

LEAST = 8
_POOLS = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10))
_OTHERS = 20
_RUN = re.compile(r"[A-Za-z]{4,}")
_WORD = 11.0  # bits of a word that was chosen among two thousand
_WORD_LENGTH = 10
_LETTER = 2.5  # bits of a letter more, in one that is longer


def bits(value: SecretValue) -> float:
    """Bits of a passphrase, roughly: words by the word, what is between them by the character."""
    text = value.reveal_text() if value.is_text else ""
    words = {run.lower() for run in _RUN.findall(text)}
    found = sum(_WORD + _LETTER * max(0, len(word) - _WORD_LENGTH) for word in words)
    rest = _RUN.sub("", text)
    pool = sum(size for of_pool, size in _POOLS if any(map(of_pool, rest)))
    if any(not character.isalnum() for character in rest):
        pool += _OTHERS
    kept = [b for a, b in zip(f"\0{rest}", rest, strict=False) if abs(ord(a) - ord(b)) > 1]
    spaces = kept.count(" ")
    return found + spaces + (len(kept) - spaces) * log2(pool or 1)


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
