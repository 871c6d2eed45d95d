"""Everything that depends on a secret, then the confirmation."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Place, Secret
from keydeck.domain.safetext import clean
from keydeck.services import history, references, secrets
from keydeck.services.references import Dependants
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.delete_rows import Line, consequence, draw, lines, nothing_found, title
from keydeck.tui.screens.flow import FlowScreen, worded
from keydeck.tui.screens.flow_parts import ConfirmPane, FlowList, error_words
from keydeck.tui.screens.places import PlaceScreen, open_in_editor
from keydeck.tui.text import Span
from keydeck.tui.widgets.rows import RowList


class DeleteScreen(FlowScreen):
    """What breaks when these secrets of the present place go; F2 moves them to the trash."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.DELETE  # type: ignore[assignment]

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = tuple(names)
        self.found: Dependants | None = None
        self._deleting = False

    @property
    def place(self) -> Place:
        """Where the secrets are."""
        return self.session.require_place()

    def body(self) -> Iterable[Widget]:
        """The dependants above, the question below."""
        protected = self.place.profile.protected
        self.list: FlowList[Line] = FlowList(
            title(self.names, self.place),
            row_id=lambda line: f"{line.left} {line.right}",
            render_row=draw,
            is_heading=lambda line: line.heading,
            subtitle="PROTECTED" if protected else "",
            tone="danger",
            id="dependants",
        )
        wanted = self.place.profile.name if protected else ""
        targets = [clean(target.name) for target in self.session.targets]
        self.confirm = ConfirmPane(
            wanted, "delete", consequence(len(self.names), targets), "F2 deletes", id="confirm"
        )
        return self.list, self.confirm

    def on_mount(self) -> None:
        """The list has the focus first; the scan runs beside it."""
        self.list.focus()
        self.work(self._look(), "delete.look")

    async def _look(self) -> None:
        folder = references.project_folder(self.session.folder) if self.session.folder else ""
        self.found = None
        here = self.list.highlighted
        where = f" in {clean(folder)}" if folder else ""
        self.list.say((f"Looking for what uses it{where} …", "muted"))
        try:
            found = await self.session.call(
                references.dependants, self.session.opened, self.place, self.names, folder
            )
        except KeydeckError as error:
            self.list.say(*error_words(error), ("R looks again, esc keeps it.", "muted"))
            return
        self.found = found
        rows = lines(found, several=len(self.names) > 1)
        if rows:
            self.list.set_rows(rows, select=here)
        else:
            self.list.say(*nothing_found(found))
        self.say_facts(_facts(found))
        self.footer_changed()

    # -- places ------------------------------------------------------------------------------

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        line = self.list.selected_row
        if command.id in ("delete.see", "delete.editor") and (line is None or not line.file):
            return "There is no file to show here."
        if command.id == "delete.confirm":
            return self._why_not_delete()
        return super().why_not(command)

    def _why_not_delete(self) -> str:
        if self._deleting:
            return "It is being deleted."
        if self.found is None:
            return "Wait until it is known what depends on it, or R to look again."
        return self.confirm.why_not()

    def footer_commands(self) -> list[Command]:
        """What fits the pane that has the focus."""
        typing = self.focused is self.confirm
        shown = worded(
            super().footer_commands(),
            delete_pane="back to the list" if typing else "confirm by name",
        )
        protected = bool(self.confirm.wanted)
        hidden = {"delete.editor", "delete.see"} if typing else set()
        hidden |= set() if protected else {"delete.pane"}
        hidden |= {"delete.confirm"} if protected and not typing else set()
        return [command for command in shown if command.id not in hidden]

    @on(RowList.Opened, "#dependants")
    def _opened(self) -> None:
        command = next(c for c in self.COMMANDS if c.id == "delete.see")
        self.start(command)

    def do_delete_see(self) -> None:
        """Show the lines around the place."""
        line = self.list.selected_row
        if line is not None and self.found is not None:
            self.app.push_screen(PlaceScreen(self.found.folder, line.file, line.line, self.names))

    def do_delete_editor(self) -> None:
        """Open the place in the editor, then look again."""
        line = self.list.selected_row
        if line is None or self.found is None:
            return
        path = os.path.join(self.found.folder, line.file)
        try:
            open_in_editor(self, self.session.environ, path, line.line)
        except KeydeckError as error:
            self.tell_error(error)
            return
        self.do_delete_again()

    def do_delete_again(self) -> None:
        """Look for dependants again."""
        self.work(self._look(), "delete.look")

    def do_delete_pane(self) -> None:
        """From the list to the field and back."""
        if not self.confirm.wanted:
            self.tell("There is nothing to type: F2 deletes.")
        elif self.focused is self.confirm:
            self.list.focus()
        else:
            self.confirm.focus()

    def on_descendant_focus(self) -> None:
        """Another pane, another footer."""
        self.footer_changed()

    @on(ConfirmPane.Changed)
    def _typed(self) -> None:
        self.footer_changed()

    # -- deleting ----------------------------------------------------------------------------

    def do_delete_confirm(self) -> None:
        """F2: move it to the trash."""
        self._deleting = True
        self.work(self._delete(), "delete.apply")

    async def _delete(self) -> None:
        try:
            secrets.require_confirmed(self.place, self.confirm.typed, "a deletion")
            gone = await self.session.call(
                secrets.delete, self.session.opened, self.place, self.names
            )
        finally:
            self._deleting = False
        self.session.changed(_receipt(self.place, gone))
        what = clean(gone[0].name) if len(gone) == 1 else f"{len(gone)} secrets"
        self.dismiss()
        self.desk.tell_below(f"{what} went to the trash. u brings it back.")


def _receipt(place: Place, gone: Sequence[Secret]) -> history.Receipt:
    return history.receipt("delete", place, [secret.version for secret in gone], gone)


def _facts(found: Dependants) -> list[Span]:
    sure, perhaps = len(found.sure), len(found.perhaps)
    if not sure and not perhaps:
        return [("nothing is known to break", "ok")]
    parts: list[Span] = []
    if sure:
        parts.append((f"{sure} break{'s' if sure == 1 else ''} for sure", "danger"))
    if perhaps:
        parts.append((f"{perhaps} perhaps", "due"))
    return parts
