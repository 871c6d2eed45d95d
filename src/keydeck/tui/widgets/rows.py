"""A list of rows: any objects, drawn by a function when they come into view.

secrets = RowList(
    "Secrets",
    row_id=lambda row: row.name,
    render_row=lambda row, slot: [table(slot.width).line({...})],
    header=lambda width: table(width).header(),
    narrow_lines=2,                     # two lines a row under 80 columns
    subtitle="/ filter", counted=True,
    empty="No secret here yet: n makes one, i imports a file.",
    id="secrets",
)
secrets.set_rows(rows)                  # keeps the cursor on its id

@on(RowList.Opened, "#secrets")
def opened(self, event: RowList.Opened) -> None: event.row_id
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from keydeck.tui.text import Span
from keydeck.tui.widgets.base import NARROW
from keydeck.tui.widgets.listing import Listing, Row
from keydeck.tui.widgets.pane import Tone

Lines = Sequence[Sequence[Span]]
"""The lines of one row, each a sequence of spans."""


class Slot(NamedTuple):
    """The room a row is drawn in: `width` cells after the cursor's gutter, `lines` lines."""

    width: int
    lines: int
    selected: bool


class RowList(Listing[Row]):
    """A list drawn by `render_row(row, slot)`, which gives one sequence of spans a line.

    `header(width)` gives the line of column titles, shown while a row takes one line. A row
    takes `narrow_lines` lines on a screen of fewer than 80 columns, else `lines`. The spans of
    the selected row are given as any other's: its light is added here.
    """

    def __init__(
        self,
        title: str = "",
        *,
        row_id: Callable[[Row], str],
        render_row: Callable[[Row, Slot], Lines],
        row_text: Callable[[Row], str] | None = None,
        is_heading: Callable[[Row], bool] | None = None,
        header: Callable[[int], Sequence[Span]] | None = None,
        lines: int = 1,
        narrow_lines: int | None = None,
        empty: str = "",
        counted: bool = False,
        filterable: bool = True,
        subtitle: str = "",
        status: str = "",
        tone: Tone = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(
            title,
            row_id=row_id,
            row_text=row_text,
            is_heading=is_heading,
            empty=empty,
            counted=counted,
            filterable=filterable,
            subtitle=subtitle,
            status=status,
            tone=tone,
            id=id,
            classes=classes,
        )
        self._render_row = render_row
        self._header = header
        self._lines = lines
        self._narrow_lines = lines if narrow_lines is None else narrow_lines

    def row_lines(self) -> int:
        """Lines a row takes at the screen's present width."""
        return self._narrow_lines if self.app.size.width < NARROW else self._lines

    def header_spans(self, width: int) -> list[Span] | None:
        """The column titles, where a row takes one line."""
        if self._header is None or self.row_lines() > 1:
            return None
        return list(self._header(width))

    def row_spans(self, row: Row, line: int, width: int, *, selected: bool) -> Sequence[Span]:
        """Line `line` of what the row's function draws."""
        lines = self._render_row(row, Slot(width, self.row_lines(), selected))
        return lines[line] if line < len(lines) else ()
