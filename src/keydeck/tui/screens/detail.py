"""Everything known about a secret but its value, where there is no room beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from keydeck.tui.commands import main as keys
from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import BACK, EVERYWHERE
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.widgets.detail import Facts

if TYPE_CHECKING:
    from keydeck.tui.screens.main import MainScreen

DETAIL = "detail"
LEAVE = BACK._replace(scope=DETAIL, keys=("escape", "h", "left", "backspace"))
_PASSED_ON = (
    keys.EDIT,
    keys.ROTATE,
    keys.REVEAL,
    keys.COPY,
    keys.DELETE,
    keys.HISTORY,
    keys.REFERENCES,
)


class DetailScreen(BaseKeydeckScreen):
    """Looks at the main screen's cursor; its commands are the main screen's own."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (LEAVE, *_PASSED_ON, *EVERYWHERE)

    def __init__(self, main: MainScreen) -> None:
        super().__init__()
        self.main = main

    def scopes(self) -> tuple[str, ...]:
        """Its own way back, then the list's keys."""
        return (DETAIL, keys.LIST, "app")

    def body(self) -> ComposeResult:
        """One pane."""
        yield Facts("Detail")

    def on_mount(self) -> None:
        """Show what is known, look for uses."""
        self.query_one(Facts).focus()
        self._show()
        self.work(self._find_users(), "users")

    def _show(self) -> None:
        name = self.main.list_pane.highlighted or ""
        if not name:
            self.dismiss()
            return
        self.query_one(Facts).show(self.main.facts(), title=name)

    def on_screen_resume(self) -> None:
        """Back from what changed it: the main screen reads first."""
        self.work(self._again(), "again")

    async def _again(self) -> None:
        await self.main.catch_up()
        self._show()
        await self._find_users()

    async def _find_users(self) -> None:
        name, rows = self.main.list_pane.highlighted, self.main.rows
        if name and rows is not None:
            await self.main.users.find(rows.place, name)
            self._show()

    def why_not(self, command: Command) -> str:
        """As on the main screen."""
        return self.main.why_not(command) if command in _PASSED_ON else ""

    def do_secret_edit(self) -> None:
        """Edit it."""
        self.main.do_secret_edit()

    def do_secret_rotate(self) -> None:
        """Rotate it."""
        self.main.do_secret_rotate()

    async def do_secret_reveal(self) -> None:
        """Reveal it."""
        await self.main.do_secret_reveal()

    async def do_secret_copy(self) -> None:
        """Copy it; told here."""
        self.tell(await self.main.copy_selected(), "ok")

    def do_secret_delete(self) -> None:
        """Delete it."""
        self.main.do_secret_delete()

    def do_secret_history(self) -> None:
        """Its versions."""
        self.main.do_secret_history()

    def do_secret_references(self) -> None:
        """Who uses it."""
        self.main.do_secret_references()
