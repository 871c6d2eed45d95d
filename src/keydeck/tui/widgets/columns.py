"""Columns of a list: which fit into a width, and lines drawn in them.

COLUMNS = (
    Column("name", "NAME", grow=True, least=23),
    Column("hint", "HINT", 11, drop=2),
    Column("due", "DUE", 7, right=True),
    Column("sync", "SYNC", 10),
)
table = lay_out(COLUMNS, width)
table.header()                                    # spans, muted
table.line({"name": ("A_KEY", "text"), "sync": ("= in sync", "ok")})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from keydeck.domain.safetext import clean
from keydeck.tui.text import Span, middle, pad

GAP = 2


class Column(NamedTuple):
    """One column: `width` cells, or what is left (`grow`, `least` cells at least).

    Where the growing column would get less than its `least`, columns with a `drop` go, the
    highest first.
    """

    key: str
    title: str
    width: int = 0
    right: bool = False
    grow: bool = False
    least: int = 0
    drop: int = 0


class Table(NamedTuple):
    """Columns that fit, each with its width in cells; draws lines in them."""

    columns: tuple[tuple[Column, int], ...]

    def has(self, key: str) -> bool:
        """Whether the column `key` is shown."""
        return any(column.key == key for column, _ in self.columns)

    def header(self) -> list[Span]:
        """The columns' titles."""
        return self.line({column.key: (column.title, "muted") for column, _ in self.columns})

    def line(self, cells: Mapping[str, Span]) -> list[Span]:
        """A line with these cells; a growing one loses its middle, another its end."""
        out: list[Span] = []
        for index, (column, width) in enumerate(self.columns):
            if index:
                out.append((" " * GAP, "text"))
            text, role = cells.get(column.key, ("", "text"))
            text = clean(text)
            if column.grow:
                text = middle(text, width)
            out.append((pad(text, width, right=column.right), role))
        return out


@lru_cache(maxsize=128)
def lay_out(columns: Sequence[Column], width: int) -> Table:
    """The columns that fit into `width` cells (pass a tuple: layouts are remembered)."""
    kept = list(columns)
    while True:
        fixed = sum(c.width for c in kept if not c.grow) + GAP * (len(kept) - 1)
        growing = [c for c in kept if c.grow]
        left = width - fixed
        least = sum(c.least for c in growing)
        droppable = [c for c in kept if c.drop]
        if left >= least or not droppable:
            break
        kept.remove(max(droppable, key=lambda c: c.drop))
    share, extra = divmod(max(0, left), len(growing)) if growing else (0, 0)
    widths: list[tuple[Column, int]] = []
    for column in kept:
        if column.grow:
            widths.append((column, share + extra))
            extra = 0
        else:
            widths.append((column, column.width))
    return Table(tuple(widths))
