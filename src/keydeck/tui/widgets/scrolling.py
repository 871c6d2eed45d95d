"""A pane over rows of one height: which are in view, where the cursor is, the wheel.

Only lines in view are drawn, so 100,000 rows cost what 40 do. What the rows are, `Listing`
knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Region

from keydeck.tui.text import Span, wrap
from keydeck.tui.widgets.pane import Pane, Tone

GUTTER = 2
"""Cells before a row, where the cursor `>` stands."""
_WHEEL = 3


class Scrolling(Pane):
    """Positions from 0 to `_count`, a cursor on one of them, a window of those in view.

    Heights and widths are taken from the size while drawing: a resize comes after the first
    paint.
    """

    def __init__(
        self,
        title: str = "",
        *,
        empty: str = "",
        subtitle: str = "",
        status: str = "",
        tone: Tone = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(title, subtitle=subtitle, status=status, tone=tone, id=id, classes=classes)
        self._empty = empty
        self._cursor = 0
        self._from = 0
        self._follow = True  # whether the cursor must be in view; the wheel lets it go

    # -- what a subclass says ----------------------------------------------------------------

    @property
    def _count(self) -> int:
        """How many positions there are."""
        raise NotImplementedError

    def _heading(self, position: int) -> bool:  # noqa: ARG002 - a subclass knows
        """Whether the row at a position can't be selected."""
        return False

    def _spans_at(self, position: int, line: int, width: int, *, selected: bool) -> Sequence[Span]:
        """Line `line` of the row at a position, after the gutter."""
        raise NotImplementedError

    def row_lines(self) -> int:
        """Lines a row takes."""
        return 1

    def header_spans(self, width: int) -> list[Span] | None:  # noqa: ARG002 - subclasses use it
        """The line of column titles, or None."""
        return None

    def empty_words(self) -> str:
        """What stands there while there is no row."""
        return self._empty

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default()
        event.stop()
        self._show_from(self._from + _WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default()
        event.stop()
        self._show_from(self._from - _WHEEL)

    def _show_from(self, top: int) -> None:
        top = min(max(0, top), max(0, self._count - self._fitting))
        if top != self._from:
            self._from = top
            self._follow = False
            self.refresh_body()
            self.refresh_thumb()

    # -- drawing -----------------------------------------------------------------------------

    def scroll_state(self) -> tuple[int, int, int]:
        """First row shown, rows shown, rows in all."""
        return self._from, min(self._fitting, self._count), self._count

    def body(self, y: int, width: int) -> list[Segment]:
        """A line of the list: column titles, a line of a row, or what an empty list says."""
        if y == 0:
            self._settle()
        header = self._header_height
        if y < header:
            gutter: list[Span] = [(" " * GUTTER, "text")]
            return self.spans([*gutter, *(self.header_spans(width - GUTTER) or ())], width)
        if not self._count:
            return self._empty_line(y - header, width)
        lines = self.row_lines()
        position = self._from + (y - header) // lines
        if (y - header) // lines >= self._fitting or position >= self._count:
            return self.spans((), width)
        line = (y - header) % lines
        selected = position == self._cursor and not self._heading(position)
        mark: Span = (" " * GUTTER, "text")
        if selected and line == 0:
            mark = ("> ", "accent-bold" if self.lit else "text")
        spans = self._spans_at(position, line, width - GUTTER, selected=selected)
        return self.spans([mark, *spans], width, lit=selected and self.lit)

    def _empty_line(self, y: int, width: int) -> list[Segment]:
        words = self.empty_words()
        lines = wrap(words, width - GUTTER - 1) if words else []
        text = lines[y] if y < len(lines) else ""
        return self.spans([(" " * GUTTER, "text"), (text, "muted")], width)

    @property
    def _header_height(self) -> int:
        return 0 if self.header_spans(max(0, self.body_width - GUTTER)) is None else 1

    @property
    def _fitting(self) -> int:
        """Rows that fit, by the size at this moment."""
        return max(0, self.body_height - self._header_height) // self.row_lines()

    def _settle(self) -> None:
        """Bring the first row shown into bounds, and the cursor into view."""
        fitting = self._fitting
        if self._follow and fitting > 0:
            # A heading just above the first row comes into view with it.
            first = self._cursor
            while first > 0 and self._heading(first - 1) and self._cursor - first < fitting - 1:
                first -= 1
            self._from = min(max(self._from, self._cursor - fitting + 1), first)
        self._from = min(max(0, self._from), max(0, self._count - fitting))

    def _position_at(self, y: int) -> int | None:
        place = (y - self._header_height) // self.row_lines()
        position = self._from + place
        inside = y >= self._header_height and place < self._fitting
        return position if inside and position < self._count else None

    def _row_region(self, position: int) -> Region | None:
        place = position - self._from
        if not 0 <= place < self._fitting:
            return None
        lines = self.row_lines()
        y = 1 + self._header_height + place * lines
        return Region(1, y, self.body_width, lines)

    def _refresh_position(self, position: int) -> None:
        region = self._row_region(position)
        if region is not None:
            self.refresh(region)

    def focus_regions(self) -> list[Region]:
        """The frame, and the row whose light goes on or off."""
        row = self._row_region(self._cursor)
        return super().focus_regions() + ([row] if row is not None else [])

    def focus_changed(self) -> None:
        """Leave the terminal's cursor at the selected row."""
        row = self._row_region(self._cursor)
        self.park_cursor(1, row.y if row is not None else 0)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._follow = True
