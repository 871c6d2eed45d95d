"""A grid: names down, columns across, of which a window shows; the cursor is one cell.

matrix = Grid(
    "acme: 23 names × 12 profiles",
    row_id=lambda row: row.name,
    cell=lambda row, column: ("a", "muted"),
    id="matrix",
)
matrix.set_columns(["local", "dev", "test", "staging"])
matrix.set_rows(rows)

@on(Grid.Highlighted, "#matrix")
def moved(self, event: Grid.Highlighted) -> None: event.row_id, event.column
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region

from keydeck.domain.safetext import clean
from keydeck.tui.text import Role, Span, cut, middle, pad
from keydeck.tui.widgets.listing import GUTTER, Listing, Row

COLUMN = 12
_NAME_LEAST = 16


class Grid(Listing[Row]):
    """`cell(row, column)` gives one cell's text and role; columns are 12 cells wide.

    `h l` and the arrows move the column; the title's right end says which columns show.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "column(-1)", "Column before", show=False, id="grid.left"),
        Binding("right,l", "column(1)", "Next column", show=False, id="grid.right"),
    ]

    def __init__(
        self,
        title: str = "",
        *,
        row_id: Callable[[Row], str],
        cell: Callable[[Row, int], Span],
        row_name: Callable[[Row], Span] | None = None,
        row_text: Callable[[Row], str] | None = None,
        heading: str = "NAME",
        empty: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(
            title, row_id=row_id, row_text=row_text, empty=empty, id=id, classes=classes
        )
        self._cell = cell
        self._row_name = row_name
        self._heading_text = heading
        self._columns: Sequence[str] = ()
        self._column = 0
        self._left = 0

    @property
    def columns(self) -> Sequence[str]:
        """The columns' names."""
        return self._columns

    @property
    def column(self) -> int:
        """Which column the cursor is in."""
        return self._column

    def set_columns(self, columns: Sequence[str]) -> None:
        """Show other columns; the cursor stays in the one of its name."""
        name = self.column_id()
        self._columns = columns
        self._column = columns.index(name) if name in columns else 0
        self.refresh()

    def select_cell(self, row_id: str, column: str) -> bool:
        """Put the cursor on a cell; False where there is no such one shown."""
        if column not in self._columns or not self.select(row_id):
            return False
        self._to_column(self._columns.index(column))
        return True

    def column_id(self) -> str:
        """The name of the column under the cursor."""
        return self._columns[self._column] if self._column < len(self._columns) else ""

    def action_column(self, step: int) -> None:
        """One column left or right."""
        self._to_column(min(max(self._column + step, 0), max(0, len(self._columns) - 1)))

    def _to_column(self, column: int) -> None:
        if column == self._column:
            return
        left = self._window()[0]
        self._column = column
        if self._window()[0] != left:
            self.refresh_top()
            self.refresh_body()
        else:
            self.refresh_body(0, 1)
            self._refresh_position(self._cursor)
        self._tell(self.highlighted)

    def _window(self) -> tuple[int, int, int]:
        """First column shown, how many, and the width of the names, by the present size."""
        width = max(0, self.body_width - GUTTER)
        name = max(_NAME_LEAST, width // 4)
        fitting = max(1, (width - name) // COLUMN)
        count = min(fitting, len(self._columns))
        left = min(max(self._left, self._column - count + 1), self._column)
        self._left = min(max(0, left), max(0, len(self._columns) - count))
        return self._left, count, max(0, width - count * COLUMN)

    def subtitle_spans(self) -> list[Span]:
        """The filter while there is one, else the window: `local … qa`."""
        if self.filter_text or self.typing:
            return super().subtitle_spans()
        left, count, _ = self._window()
        if count >= len(self._columns) or not count:
            return super().subtitle_spans()
        first, last = self._columns[left], self._columns[left + count - 1]
        return [(f"{cut(clean(first), COLUMN)} … {cut(clean(last), COLUMN)}", "muted")]

    def header_spans(self, width: int) -> list[Span]:  # noqa: ARG002 - by the window
        """The columns' names, the cursor's in the accent colour."""
        left, count, name = self._window()
        spans: list[Span] = [(pad(self._heading_text, name), "muted")]
        for index in range(left, left + count):
            role: Role = "accent-bold" if index == self._column else "muted"
            spans.append((f" {pad(clean(self._columns[index]), COLUMN - 2)} ", role))
        return spans

    def row_spans(self, row: Row, line: int, width: int, *, selected: bool) -> Sequence[Span]:  # noqa: ARG002
        """A name and the cells in the window; the cursor's cell in brackets."""
        left, count, name_width = self._window()
        name: Span = (self._row_id(row), "text")
        text, role = name if self._row_name is None else self._row_name(row)
        spans: list[Span] = [(pad(middle(clean(text), name_width - 1), name_width), role)]
        for index in range(left, left + count):
            text, role = self._cell(row, index)
            if selected and index == self._column:
                spans.append((pad(f"[{cut(clean(text), COLUMN - 3)}]", COLUMN), role))
            else:
                spans.append((f" {pad(clean(text), COLUMN - 2)} ", role))
        return spans

    def clicked(self, x: int, position: int) -> None:  # noqa: ARG002 - the row is selected after
        """The column that was clicked."""
        left, count, name = self._window()
        at = (x - GUTTER - name) // COLUMN
        if x >= GUTTER + name and 0 <= at < count:
            self._to_column(left + at)

    def focus_changed(self) -> None:
        """Leave the terminal's cursor at the cell."""
        row = self._row_region(self._cursor)
        left, _, name = self._window()
        x = 1 + GUTTER + name + (self._column - left) * COLUMN
        self.park_cursor(x, (row or Region(0, 0, 1, 1)).y)
