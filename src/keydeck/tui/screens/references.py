"""Who uses a secret."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean
from keydeck.services import references as service
from keydeck.services.references import Dependants
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.delete_rows import Line, draw, lines, nothing_found
from keydeck.tui.screens.flow import FlowScreen
from keydeck.tui.screens.flow_parts import FlowList, error_words
from keydeck.tui.screens.places import PlaceScreen, open_in_editor
from keydeck.tui.text import Span
from keydeck.tui.widgets.rows import RowList

HEADINGS = ("Uses it", "Perhaps", "Can't know")


class ReferencesScreen(FlowScreen):
    """Declared and found uses of these secrets (all live ones where none is given)."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.REFERENCES  # type: ignore[assignment]

    def __init__(self, names: Sequence[str] = ()) -> None:
        super().__init__()
        self.names = tuple(names)
        self.found: Dependants | None = None

    def body(self) -> Iterable[Widget]:
        """The list of places."""
        what = clean(self.names[0]) if len(self.names) == 1 else "the secrets of this profile"
        self.list: FlowList[Line] = FlowList(
            f"Who uses {what}",
            row_id=lambda line: f"{line.left} {line.right}",
            render_row=draw,
            is_heading=lambda line: line.heading,
            subtitle="/ filter",
            id="references",
        )
        return (self.list,)

    def on_mount(self) -> None:
        """Scan beside the screen."""
        self.list.focus()
        self.work(self._look(), "refs.look", alone="refs")

    async def _look(self) -> None:
        folder = service.project_folder(self.session.folder) if self.session.folder else ""
        where = f" in {clean(folder)}" if folder else ""
        self.found = None
        self.list.say((f"Looking for uses{where} …", "muted"))
        place = self.session.require_place()
        try:
            found = await self.session.call(
                service.refs, self.session.opened, place, self.names, folder
            )
        except KeydeckError as error:
            self.list.say(*error_words(error))
            return
        self.found = found
        rows = lines(found, several=len(self.names) != 1, headings=HEADINGS)
        if rows:
            self.list.set_rows(rows)
        else:
            self.list.say(*nothing_found(found))
        self.say_facts(_facts(found))

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        line = self.list.selected_row
        if command.id in ("refs.see", "refs.editor") and (line is None or not line.file):
            return "There is no file to show here."
        return super().why_not(command)

    @on(RowList.Opened, "#references")
    def _opened(self) -> None:
        self.start(next(c for c in self.COMMANDS if c.id == "refs.see"))

    def do_refs_see(self) -> None:
        """Show the lines around the place."""
        line = self.list.selected_row
        if line is not None and self.found is not None:
            self.app.push_screen(PlaceScreen(self.found.folder, line.file, line.line, self.names))

    def do_refs_editor(self) -> None:
        """Open the place in the editor."""
        line = self.list.selected_row
        if line is None or self.found is None:
            return
        try:
            path = os.path.join(self.found.folder, line.file)
            open_in_editor(self, self.session.environ, path, line.line)
        except KeydeckError as error:
            self.tell_error(error)

    def do_refs_again(self) -> None:
        """Scan again."""
        self.work(self._look(), "refs.look", alone="refs")

    def do_refs_filter(self) -> None:
        """Begin to type a filter."""
        self.list.action_filter()


def _facts(found: Dependants) -> list[Span]:
    uses = len(found.sure)
    parts: list[Span] = [(f"{uses} use{'s' if uses != 1 else ''}", "bold")]
    if found.perhaps:
        parts.append((f"{len(found.perhaps)} perhaps", "due"))
    if not found.folder:
        parts.append(("no project folder was scanned", "muted"))
    return parts
