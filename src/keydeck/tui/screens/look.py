"""What a folder tells without a vault: the first thing a stranger sees."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean
from keydeck.services import look as service
from keydeck.services.look import Look
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen
from keydeck.tui.screens.flow_parts import FlowList, error_words
from keydeck.tui.screens.look_rows import Line, draw, facts, lines, nothing
from keydeck.tui.screens.places import PlaceScreen, open_in_editor
from keydeck.tui.widgets.rows import RowList


class LookScreen(FlowScreen):
    """Secret files of the session's folder and names the code needs; needs no vault."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.LOOK  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.found: Look | None = None

    @property
    def folder(self) -> str:
        """What is looked at."""
        return self.session.folder or os.getcwd()

    def body(self) -> Iterable[Widget]:
        """One list in parts."""
        self.list: FlowList[Line] = FlowList(
            "Look",
            row_id=lambda line: line.key,
            row_text=lambda line: f"{line.left} {line.says}",
            render_row=draw,
            is_heading=lambda line: line.heading,
            subtitle="/ filter",
            id="look",
        )
        return (self.list,)

    def on_mount(self) -> None:
        """Look, beside the screen."""
        self.list.focus()
        self.do_look_again()

    async def _look(self) -> None:
        home = os.path.expanduser("~")
        shown = clean(self.folder).replace(f"{home}{os.sep}", "~/", 1)
        self.list.title = f"Look at {shown}"
        self.list.say((f"Looking at {shown} …", "muted"), ("It only reads.", "muted"))
        self.found = None
        try:
            found = await self.session.call(service.look, self.folder)
        except KeydeckError as error:
            self.list.say(*error_words(error))
            return
        self.found = found
        rows = lines(found)
        if rows:
            self.list.set_rows(rows)
        else:
            self.list.say(*nothing(found))
        self.say_facts(facts(found))
        self.footer_changed()

    # -- commands ----------------------------------------------------------------------------

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        line = self.list.selected_row
        if command.id in ("look.see", "look.editor") and (line is None or not line.path):
            return "There is no file to show here."
        if command.id == "look.import":
            return self._why_not_import(line)
        return super().why_not(command)

    def _why_not_import(self, line: Line | None) -> str:
        if line is None or not line.importable:
            return "Choose a dotenv or secrets.json file of the list: i takes it over."
        if self.session.vault is None:
            return "There is no open vault yet: esc, make or open one, then i takes it over."
        return "" if self.session.place is not None else "Add a tenant and a profile first."

    def footer_commands(self) -> list[Command]:
        """Importing is offered where a file here can be."""
        shown = super().footer_commands()
        if any(line.importable for line in self.list.rows):
            return shown
        return [command for command in shown if command.id != "look.import"]

    @on(RowList.Opened, "#look")
    def _opened(self) -> None:
        self.start(next(c for c in self.COMMANDS if c.id == "look.see"))

    def do_look_see(self) -> None:
        """Show the lines of the place, masked."""
        line = self.list.selected_row
        if line is not None and self.found is not None:
            self.app.push_screen(PlaceScreen(self.found.root, line.path, line.line, line.names))

    def do_look_editor(self) -> None:
        """Open it in the editor, then look again."""
        line = self.list.selected_row
        if line is None or self.found is None:
            return
        try:
            path = os.path.join(self.found.root, line.path)
            open_in_editor(self, self.session.environ, path, line.line)
        except KeydeckError as error:
            self.tell_error(error)
            return
        self.do_look_again()

    def do_look_import(self) -> None:
        """Preview taking the file over."""
        from keydeck.tui.screens.importing import ImportScreen

        line = self.list.selected_row
        if line is not None and self.found is not None:
            self.app.push_screen(ImportScreen(os.path.join(self.found.root, line.path)))

    def do_look_again(self) -> None:
        """Look again."""
        self.work(self._look(), "look", alone="look")
