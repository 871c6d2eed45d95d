"""The list of secrets: names first, what else is shown as the rows come into view."""

from __future__ import annotations

from collections.abc import Iterable

from textual.message import Message

from keydeck.services.secrets import Listed
from keydeck.system.clock import now_ms
from keydeck.tui.panes.place_rows import PlaceRows
from keydeck.tui.panes.words import NONE, Word, age, due, due_sentence
from keydeck.tui.text import Span, middle, pad
from keydeck.tui.widgets.base import WIDE
from keydeck.tui.widgets.columns import GAP, Column, Table, lay_out
from keydeck.tui.widgets.rows import Lines, RowList, Slot

NAME_LEAST = 23
NAME = "name"
HINT = Column("hint", "HINT", 10)
AGE = Column("age", "AGE", 5, right=True)
_DUE, _SYNC = 4, 10  # cells: `14d!`, `! conflict`
EMPTY = (
    "No secret here yet. n adds one, i takes over a file, s connects a server or a file to "
    "sync with."
)
NOTHING_OPEN = "Choose a profile on the left; n there adds one."


def hint_of(row: Listed) -> Word:
    """The hint, or the word that stands for it."""
    if row.secret.sealed:
        return Word("sealed", "muted")
    return Word(row.secret.hint, "muted")


class SecretsPane(RowList[str]):
    """Rows are names; `places` knows what else there is to show of each."""

    class Wanted(Message):
        """Rows came into view that were not read yet."""

        def __init__(self, names: list[str]) -> None:
            super().__init__()
            self.names = names

    def __init__(self) -> None:
        super().__init__(
            "Secrets",
            row_id=lambda name: name,
            render_row=self._draw,
            header=self._titles,
            narrow_lines=2,
            subtitle="/ filter",
            counted=True,
            empty=NOTHING_OPEN,
            id="secrets",
        )
        self.source: PlaceRows | None = None
        self._missing: list[str] = []
        self._due_width, self._sync_width = _DUE, _SYNC

    def show(self, source: PlaceRows | None, select: str | None = None) -> None:
        """Show another place, or the same one read again."""
        self.source = source
        self._empty = NOTHING_OPEN if source is None else EMPTY
        self._missing = []
        self._due_width, self._sync_width = _DUE, _SYNC
        if source is not None:
            self._measure(source.rows.values())
        self.set_rows([] if source is None else source.names, select=select)

    def arrived(self, rows: Iterable[Listed]) -> None:
        """Rows were read: draw them."""
        self._measure(rows)
        self.refresh_body()

    @property
    def row(self) -> Listed | None:
        """What is known of the secret under the cursor."""
        name = self.highlighted
        return None if name is None or self.source is None else self.source.get(name)

    # -- drawing -----------------------------------------------------------------------------

    def _measure(self, rows: Iterable[Listed]) -> None:
        """Columns are as wide as what is known needs: a word more costs the hint its room."""
        now = now_ms()
        for row in rows:
            if row.secret.due_at is not None and row.secret.due_at <= now:
                self._due_width = 7
            if self.source is not None:
                self._sync_width = max(self._sync_width, len(self.source.sync(row).text))

    def _table(self, width: int) -> Table:
        """NAME, DUE and SYNC always; HINT, then AGE, while the names keep their room.

        Beside a detail pane AGE stands and HINT is there.
        """
        width -= 1  # a cell free before the border
        due = Column("due", "DUE", self._due_width, right=True)
        sync = Column("sync", "SYNC", self._sync_width)
        room = width - due.width - sync.width - 2 * GAP
        columns = [Column(NAME, "NAME", grow=True)]
        if self.app.size.width >= WIDE:
            columns.append(AGE)
        else:
            longest = 0 if self.source is None else self.source.longest
            if room - HINT.width - GAP >= min(NAME_LEAST, longest):
                columns.append(HINT)
                room -= HINT.width + GAP
            if room - AGE.width - GAP >= NAME_LEAST:
                columns.append(AGE)
        return lay_out((*columns, due, sync), width)

    def _titles(self, width: int) -> list[Span]:
        return self._table(width).header()

    def _draw(self, name: str, slot: Slot) -> Lines:
        source = self.source
        row = None if source is None else source.get(name)
        if row is None and source is not None:
            self._ask(name)
        if slot.lines > 1:
            return self._two_lines(name, row, slot.width)
        cells: dict[str, Span] = {NAME: (name, "text")}
        if row is not None and source is not None:
            now = now_ms()
            cells["hint"] = hint_of(row)
            cells["age"] = (age(row.secret.value_changed_at, now), "muted")
            when = due(row.secret.due_at, now)
            cells["due"] = Word("– ", "muted") if when is NONE else when
            cells["sync"] = source.sync(row)
        return [self._table(slot.width).line(cells)]

    def _two_lines(self, name: str, row: Listed | None, width: int) -> Lines:
        room = width - self._sync_width - 3
        first: list[Span] = [(pad(middle(name, room), room), "text"), ("  ", "text")]
        if row is None or self.source is None:
            return [first, []]
        now = now_ms()
        first.append(self.source.sync(row))
        second: list[Span] = [("  ", "text"), hint_of(row), ("   ", "text")]
        old = f"{age(row.secret.value_changed_at, now)} old"
        if row.secret.due_at is None:
            second.append((old, "text"))
        else:
            when = due_sentence(row.secret.due_at, now)
            joined = f"{old}, due {when.text}" if when.role != "danger" else f"{old}, {when.text}"
            second.append((joined, when.role))
        return [first, second]

    def _ask(self, name: str) -> None:
        if not self._missing:
            self.call_later(self._tell_missing)
        self._missing.append(name)

    def _tell_missing(self) -> None:
        missing, self._missing = self._missing, []
        if missing:
            self.post_message(self.Wanted(missing))
