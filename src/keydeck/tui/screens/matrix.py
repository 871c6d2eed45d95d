"""Names × profiles of a tenant, read only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Profile
from keydeck.services import matrix as service
from keydeck.services.matrix import MISSING, Matrix
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen
from keydeck.tui.screens.flow_parts import error_words
from keydeck.tui.screens.matrix_rows import Known, cell_words, in_words, known_states, title
from keydeck.tui.text import Span
from keydeck.tui.widgets.grid import Grid

EMPTY = "No secret in this tenant yet. n on the main screen makes one."


class MatrixScreen(FlowScreen):
    """The matrix of the present tenant; `opened` is called with a profile and a name on enter."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.MATRIX  # type: ignore[assignment]

    def __init__(self, opened: Callable[[Profile, str], None] | None = None) -> None:
        super().__init__()
        self.opened = opened
        self.matrix: Matrix | None = None
        self._known: Known = {}

    def body(self) -> Iterable[Widget]:
        """The grid."""
        self.grid: Grid[str] = Grid(
            "Matrix", row_id=lambda name: name, cell=self._cell, empty="Reading …", id="matrix"
        )
        return (self.grid,)

    def on_mount(self) -> None:
        """Read the tenant."""
        self.grid.focus()
        self.work(self._read(), "matrix.read")

    async def _read(self) -> None:
        tenant = self.session.require_place().tenant
        try:
            found = await self.session.call(service.matrix, self.session.opened, tenant)
        except KeydeckError as error:
            self.say_facts(error_words(error)[:1])
            raise
        self.show(found)

    def show(self, found: Matrix) -> None:
        """Show this matrix; the cursor stays, or begins in the present profile."""
        first = self.matrix is None
        self.matrix = found
        self._known = known_states(found, self.session.plans.values())
        self.grid.title = title(found)
        self.grid._empty = EMPTY
        self.grid.set_columns(found.profiles)
        self.grid.set_rows(list(found.rows))
        here = self.session.require_place().profile.name
        if first and found.rows and here in found.profiles:
            self.grid.select_cell(next(iter(found.rows)), here)
        self._say_cell()

    def _cell(self, name: str, column: int) -> Span:
        if self.matrix is None:
            return "", "text"
        cell = self.matrix.rows[name][column]
        state = self._known.get((self.matrix.profiles[column], name))
        return cell_words(cell, self.matrix.common.get(name, ""), state)

    @on(Grid.Highlighted, "#matrix")
    def _moved(self) -> None:
        self._say_cell()

    def _say_cell(self) -> None:
        name = self.grid.highlighted
        if self.matrix is None or name is None or not self.matrix.profiles:
            self.say_line([])
            return
        column = self.grid.column
        state = self._known.get((self.matrix.profiles[column], name))
        self.say_line(in_words(self.matrix, name, column, state))

    @on(Grid.Opened, "#matrix")
    def do_matrix_open(self) -> None:
        """Open the secret in that profile."""
        name = self.grid.highlighted
        if self.matrix is None or name is None:
            return
        column = self.grid.column
        profile = self.session.require_place().tenant.profiles[column]
        if self.matrix.rows[name][column].state == MISSING:
            self.tell(f"{name} is missing in {profile.name}: n on the main screen makes it.")
        elif self.opened is not None:
            self.dismiss()
            self.opened(profile, name)

    def do_matrix_filter(self) -> None:
        """Begin to type a filter."""
        self.grid.action_filter()

    def do_matrix_again(self) -> None:
        """Read the tenant again."""
        self.work(self._read(), "matrix.read")
