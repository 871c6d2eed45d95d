"""What lists and grids share: a cursor that follows ids, a filter in the border, scrolling.

`RowList` and `Grid` are the ones to use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer

from keydeck.tui.text import Span, grouped
from keydeck.tui.widgets.filtering import Filtering
from keydeck.tui.widgets.pane import Tone
from keydeck.tui.widgets.scrolling import GUTTER, Scrolling

__all__ = ["GUTTER", "Listing", "Row", "grouped"]

Row = TypeVar("Row")
NO_MATCH = "Nothing matches; esc shows all again."


class Listing(Scrolling, Generic[Row]):
    """A scrolling list with a cursor; subclasses draw its rows.

    `row_id` names a row (the cursor stays on the same id over `set_rows`), `row_text` is what
    the filter looks at. Rows that `is_heading` says so can't be selected.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("g,home", "first", "First", show=False, id="list.first"),
        Binding("G,end", "last", "Last", show=False, id="list.last"),
        Binding("enter", "open", "Open", show=False, id="list.open"),
        Binding("space", "tick", "Tick", show=False, id="list.tick"),
        Binding("slash", "filter", "Filter", show=False, id="list.filter"),
    ]

    class RowMessage(Message):
        """Something about one row, named by its id; `column` is empty but in a grid."""

        def __init__(self, pane: Listing[Any], row_id: str, column: str = "") -> None:
            super().__init__()
            self.pane = pane
            self.row_id = row_id
            self.column = column

        @property
        def control(self) -> Listing[Any]:
            """The list it comes from: `@on(RowList.Opened, "#secrets")`."""
            return self.pane

    class Highlighted(RowMessage):
        """The cursor came to a row (`row_id` is empty where no row is left)."""

    class Opened(RowMessage):
        """Enter, or a double click."""

    class Ticked(RowMessage):
        """Space; the list itself remembers no ticks."""

    class Filtered(Message):
        """The filter changed: how many rows it leaves, of how many."""

        def __init__(self, pane: Listing[Any], shown: int, total: int) -> None:
            super().__init__()
            self.pane = pane
            self.shown = shown
            self.total = total

        @property
        def control(self) -> Listing[Any]:
            """The list it comes from."""
            return self.pane

    def __init__(
        self,
        title: str = "",
        *,
        row_id: Callable[[Row], str],
        row_text: Callable[[Row], str] | None = None,
        is_heading: Callable[[Row], bool] | None = None,
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
            empty=empty,
            subtitle=subtitle,
            status=status,
            tone=tone,
            id=id,
            classes=classes,
        )
        self._row_id = row_id
        self._row_text = row_text or row_id
        self._is_heading = is_heading
        self._counted = counted
        self._filterable = filterable
        self._rows: Sequence[Row] = ()
        self._shown: list[int] | None = None  # indexes the filter leaves; None: all of them
        self._filter = Filtering()
        self._pause: Timer | None = None

    # -- what a subclass draws ---------------------------------------------------------------

    def row_spans(self, row: Row, line: int, width: int, *, selected: bool) -> Sequence[Span]:
        """Line `line` of a row, after the cursor's gutter."""
        raise NotImplementedError

    def _spans_at(self, position: int, line: int, width: int, *, selected: bool) -> Sequence[Span]:
        return self.row_spans(self._at(position), line, width, selected=selected)

    def empty_words(self) -> str:
        """Why there is no row."""
        return NO_MATCH if self._filter.text else super().empty_words()

    # -- rows and cursor ---------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, filtered or not."""
        return self._rows

    def set_rows(self, rows: Sequence[Row], *, select: str | None = None) -> None:
        """Show other rows; the cursor stays on its id, or goes to the id `select`.

        Where that id is gone it stays at its place. O(1) without a filter, but for looking the
        id up where it moved.
        """
        wanted = select if select is not None else self.highlighted
        before = self._cursor
        self._rows = rows
        self._filter.forget_texts()
        self._shown = self._matches(subsequences=True)
        self._place(wanted, before)
        self.refresh()

    @property
    def highlighted(self) -> str | None:
        """The id of the row under the cursor, or None."""
        row = self.selected_row
        return None if row is None else self._row_id(row)

    @property
    def selected_row(self) -> Row | None:
        """The row under the cursor, or None."""
        if not 0 <= self._cursor < self._count:
            return None
        row = self._at(self._cursor)
        return None if self._heading(self._cursor) else row

    def select(self, row_id: str) -> bool:
        """Put the cursor on this id; False where it is not shown."""
        position = self._find(row_id)
        if position is None:
            return False
        self._go(position)
        return True

    def refresh_row(self, row_id: str) -> None:
        """Repaint the row with this id, where it is in view."""
        position = self._find(row_id)
        if position is not None:
            self._refresh_position(position)

    @property
    def _count(self) -> int:
        return len(self._rows) if self._shown is None else len(self._shown)

    def _at(self, position: int) -> Row:
        return self._rows[position if self._shown is None else self._shown[position]]

    def _heading(self, position: int) -> bool:
        return self._is_heading is not None and self._is_heading(self._at(position))

    def _find(self, row_id: str) -> int | None:
        count = self._count
        if 0 <= self._cursor < count and self._row_id(self._at(self._cursor)) == row_id:
            return self._cursor
        for position in range(count):
            if self._row_id(self._at(position)) == row_id:
                return position
        return None

    def _place(self, wanted: str | None, before: int) -> None:
        """After the rows changed: the cursor to its id, else to its old place."""
        found = None if wanted is None else self._find(wanted)
        position = found if found is not None else min(max(before, 0), max(0, self._count - 1))
        self._cursor = self._selectable(position, 1)
        self._follow = True
        now = self.highlighted
        if now != wanted or found is None:
            self._tell(now)

    def _selectable(self, position: int, step: int) -> int:
        """The nearest position from there that is no heading, first in the direction given."""
        if self._is_heading is None:
            return position
        count = self._count
        for direction in (1 if step >= 0 else -1, -1 if step >= 0 else 1):
            at = position
            while 0 <= at < count:
                if not self._heading(at):
                    return at
                at += direction
        return position

    def _tell(self, row_id: str | None) -> None:
        if self.is_attached:
            self.post_message(self.Highlighted(self, row_id or "", self.column_id()))

    def column_id(self) -> str:
        """The id of the column under the cursor; empty but in a grid."""
        return ""

    # -- keys --------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """One row up or down; headings are skipped."""
        if self._count:
            self._go(self._selectable(min(max(self._cursor + step, 0), self._count - 1), step))

    def action_page(self, step: int) -> None:
        """One page up or down."""
        self.action_move(step * max(1, self._fitting - 1))

    def action_first(self) -> None:
        """To the first row."""
        self.action_move(-self._count)

    def action_last(self) -> None:
        """To the last row."""
        self.action_move(self._count)

    def action_open(self) -> None:
        """Say that the row is to be opened."""
        row_id = self.highlighted
        if row_id is not None:
            self.post_message(self.Opened(self, row_id, self.column_id()))

    def action_tick(self) -> None:
        """Say that the row is to be ticked."""
        row_id = self.highlighted
        if row_id is not None:
            self.post_message(self.Ticked(self, row_id, self.column_id()))

    def action_filter(self) -> None:
        """Begin to type a filter."""
        if self._filterable:
            self._filter.typing = True
            self.refresh_top()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a filter, `/` is left to others."""
        if action == "filter" and not self._filterable:
            return False
        return super().check_action(action, parameters)

    def _go(self, position: int) -> None:
        if position == self._cursor and self._follow:
            return
        before, first = self._cursor, self._from
        self._cursor = position
        self._follow = True
        self._settle()
        if self._from != first:
            self.refresh_body()
            self.refresh_thumb()
        else:
            self._refresh_position(before)
            self._refresh_position(position)
        if before != position:
            self._tell(self.highlighted)
        self.focus_changed()

    # -- the filter --------------------------------------------------------------------------

    @property
    def filter_text(self) -> str:
        """The filter as typed."""
        return self._filter.text

    @property
    def typing(self) -> bool:
        """Whether keys go into the filter now."""
        return self._filter.typing

    def set_filter(self, text: str) -> None:
        """Filter by `text`; empty shows all rows again, with the cursor where it was."""
        if text == self._filter.text:
            return
        wanted = self.highlighted
        self._filter.text = text
        large = len(self._rows) > Filtering.LARGE
        self._shown = self._matches(subsequences=not large)
        if self._pause is not None:
            self._pause.stop()
        if text and large:
            self._pause = self.set_timer(Filtering.PAUSE, self._add_subsequences)
        grouped_rows = self._is_heading is not None
        self._place(wanted if not text or grouped_rows else None, 0)
        self.refresh()
        self.post_message(self.Filtered(self, self._count, len(self._rows)))

    def _add_subsequences(self) -> None:
        wanted = self.highlighted
        self._shown = self._matches(subsequences=True)
        self._place(wanted, self._cursor)
        self.refresh()
        self.post_message(self.Filtered(self, self._count, len(self._rows)))

    def _matches(self, *, subsequences: bool) -> list[int] | None:
        return self._filter.matches(self._rows, self._row_text, self._is_heading, subsequences)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """While a filter is typed, printable keys are its own."""
        return self._filter.consumes(key, character)

    def on_key(self, event: events.Key) -> None:
        """Type into the filter, or clear it."""
        if event.key == "escape" and (self._filter.typing or self._filter.text):
            self._filter.typing = False
            self.set_filter("")
            self.refresh_top()
        elif self._filter.typing and event.key == "enter":
            self._filter.typing = False
            self.refresh_top()
        elif event.key == "slash" and self._filterable and not self._filter.typing:
            # At once, not by the binding: what was typed right behind it is handled before that.
            self.action_filter()
        elif self._filter.typing:
            typed = self._filter.typed(event.key, event.character)
            if typed is None:
                return
            self.set_filter(typed)
            self.refresh_top()
        else:
            return
        event.stop()
        event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        if self._filter.typing:
            event.stop()
            event.prevent_default()
            self.set_filter(self._filter.text + (event.text.split("\n", 1)[0].strip()))
            self.refresh_top()

    # -- the mouse ---------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Select a row; the second click opens it; a click on the border's text filters."""
        if event.y == 0:
            if event.x > self.size.width // 2:
                self.action_filter()
            return
        if event.x == self.size.width - 1 and self._count > self._fitting:
            self._show_from((event.y - 1) * self._count // max(1, self.body_height))
            return
        position = self._position_at(event.y - 1)
        if position is None or self._heading(position):
            return
        self.clicked(event.x - 1, position)
        self._go(position)
        if event.chain == 2:
            self.action_open()

    def clicked(self, x: int, position: int) -> None:
        """Called before a click selects a row; a grid chooses its column."""

    # -- the border --------------------------------------------------------------------------

    def title_spans(self) -> list[Span]:
        """The name, with the number of rows where they are counted."""
        (text, role) = super().title_spans()[0]
        if not self._counted:
            return [(text, role)]
        total = len(self._rows)
        if self._shown is None:
            return [(f"{text} {grouped(total)}", role)]
        return [(f"{text} {grouped(self._count)} of {grouped(total)}", role)]

    def subtitle_spans(self) -> list[Span]:
        """The filter while there is one, else the subtitle."""
        return self._filter.spans(max(8, self.size.width // 2 - 8)) or super().subtitle_spans()
