"""Rows of cells: in columns from 80 cells on, in two lines below."""

from __future__ import annotations

from collections.abc import Sequence

from keydeck.tui.text import Span, pad
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.rows import Lines, Slot

Cells = Sequence[Span]


def draw_cells(
    columns: tuple[Column, ...], cells: Cells, slot: Slot, *, first: Sequence[str]
) -> Lines:
    """The cells in their columns; of two lines the first shows the columns `first`."""
    by_key = dict(zip((column.key for column in columns), cells, strict=True))
    if slot.lines == 1:
        return [lay_out(columns, slot.width).line(by_key)]
    lines: tuple[list[Span], list[Span]] = ([], [("    ", "text")])
    for column in columns:
        text, role = by_key[column.key]
        above = column.key in first
        if not above and not text:
            continue
        if above and column.grow:
            others = sum(c.width + 2 for c in columns if c.key in first and not c.grow)
            text = pad(text, max(8, slot.width - others))
        elif above:
            text = pad(text, column.width)
        lines[0 if above else 1].extend([(text, role), ("  ", "text")])
    return lines
