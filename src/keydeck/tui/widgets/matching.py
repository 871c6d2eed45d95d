"""Which rows a filter keeps: substring first, subsequence second, the best ones first. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

RANKED = 2_000
"""Only so many hits are put in order of rank; what lies behind them nobody scrolls to."""


def substring(texts: Sequence[str], query: str) -> list[int]:
    """Indexes of the texts (already folded) that contain `query`, in their own order."""
    return [index for index, text in enumerate(texts) if query in text]


def subsequence(texts: Sequence[str], query: str, without: Collection[int] = ()) -> list[int]:
    """Indexes of the texts that hold `query`'s characters in order, but for `without`."""
    known = without if isinstance(without, (set, frozenset)) else set(without)
    return [
        index
        for index, text in enumerate(texts)
        if index not in known and _holds_in_order(text, query)
    ]


def _holds_in_order(text: str, query: str) -> bool:
    at = 0
    for character in query:
        at = text.find(character, at) + 1
        if not at:
            return False
    return True


def ranked(texts: Sequence[str], query: str, hits: list[int]) -> list[int]:
    """`hits` with the best first: the whole text, its start, the start of a word, the rest."""

    def rank(index: int) -> int:
        text = texts[index]
        at = text.find(query)
        if at < 0:
            return 4
        if at == 0:
            return 0 if len(text) == len(query) else 1
        return 3 if text[at - 1].isalnum() else 2

    return sorted(hits[:RANKED], key=rank) + hits[RANKED:]
