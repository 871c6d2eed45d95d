"""What was deleted and can still come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Trashed
from keydeck.domain.safetext import clean
from keydeck.services import history as service
from keydeck.services import secrets
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen, asked
from keydeck.tui.screens.flow_parts import ConfirmPane, FlowList, error_words
from keydeck.tui.screens.history_rows import trashed_words
from keydeck.tui.screens.listed import draw_cells
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.rows import Lines, RowList, Slot

COLUMNS = (
    Column("name", "NAME", grow=True, least=16),
    Column("when", "DELETED", 14),
    Column("by", "BY", 16, drop=1),
    Column("kept", "KEPT", 9),
)


class TrashScreen(FlowScreen):
    """The trash of the present place: restore, or empty it."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.TRASH  # type: ignore[assignment]
    DEFAULT_CSS = """
    TrashScreen #confirm { display: none; }
    TrashScreen.-asking #confirm { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: tuple[str, ...] = ()

    def body(self) -> Iterable[Widget]:
        """What lies there, and below it the question before it is destroyed."""
        place = self.session.require_place()
        self.list: FlowList[Trashed] = FlowList(
            f"Trash of {clean(place.tenant.name)} / {clean(place.profile.name)}",
            row_id=lambda row: row.name,
            render_row=self._draw,
            header=lambda width: lay_out(COLUMNS, width).header(),
            narrow_lines=2,
            counted=True,
            empty="Nothing lies in the trash. What is deleted in this profile comes here first.",
            id="trash",
        )
        self.confirm = ConfirmPane("", "destroy", "", "F2 destroys", id="confirm")
        return self.list, self.confirm

    def _draw(self, row: Trashed, slot: Slot) -> Lines:
        return draw_cells(COLUMNS, trashed_words(row), slot, first=("name", "kept"))

    def on_mount(self) -> None:
        """Read it."""
        self.list.focus()
        self.work(self._read(), "trash.read")

    async def _read(self) -> None:
        place = self.session.require_place()
        try:
            rows = await self.session.call(service.trash, self.session.opened, place)
        except KeydeckError as error:
            self.list.say(*error_words(error))
            return
        self.list.set_rows(rows)
        self.say_facts([(f"{len(rows)} can come back", "muted")] if rows else [])
        self.footer_changed()

    @on(RowList.Opened, "#trash")
    def _opened(self) -> None:
        self.tell("Enter changes nothing: A restores it.")

    @on(RowList.Highlighted, "#trash")
    def _moved(self) -> None:
        self._stop_asking(focus=False)

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        if command.id == "trash.confirm":
            if not self._asked:
                return "d asks to destroy one, E everything; A restores."
            return self.confirm.why_not()
        if command.id.startswith("trash.") and not self.list.rows:
            return "Nothing lies in the trash."
        return super().why_not(command)

    def footer_commands(self) -> list[Command]:
        """While the question stands open: F2 and esc; of an empty trash only the way back."""
        if self._asked:
            return asked(self.COMMANDS, "destroy")
        shown = super().footer_commands()
        if not self.list.rows:
            return [command for command in shown if not command.id.startswith("trash.")]
        return shown

    async def do_trash_restore(self) -> None:
        """Take the secret out of the trash."""
        name = self.list.highlighted
        if name is None:
            return
        place = self.session.require_place()
        made = await self.session.call(service.restore, self.session.opened, place, name)
        # Undone by moving it to the trash again: as if it had not been there before.
        self.session.changed(service.receipt("restore", place, [0], [made]))
        await self._read()
        self.tell(f"{clean(name)} is back, as v{made.version}.", "ok")

    def do_trash_purge(self) -> None:
        """Ask before one is destroyed."""
        name = self.list.highlighted
        if name is not None:
            self._ask((name,), clean(name))

    def do_trash_empty(self) -> None:
        """Ask before everything is destroyed."""
        names = tuple(row.name for row in self.list.rows)
        count = f"all {len(names)} secrets" if len(names) != 1 else clean(names[0])
        self._ask(names, count)

    def _ask(self, names: tuple[str, ...], what: str) -> None:
        profile = self.session.require_place().profile
        self._asked = names
        wanted = profile.name if profile.protected else ""
        words = f"{what} with every version of {'it' if len(names) == 1 else 'them'} is destroyed"
        if len(names) > 1:
            words = words.replace("is destroyed", "are destroyed")
        self.confirm.ask(wanted, "destroy", f"{words}. This can't be undone.", "F2 destroys")
        self.confirm.tone = "danger"
        self.add_class("-asking")
        if wanted:
            self.confirm.focus()
        self.footer_changed()

    def do_trash_confirm(self) -> None:
        """F2: destroy what was asked."""
        names, typed = self._asked, self.confirm.typed
        self._stop_asking()
        self.work(self._destroy(names, typed), "trash.destroy")

    async def _destroy(self, names: tuple[str, ...], typed: str) -> None:
        place = self.session.require_place()
        secrets.require_confirmed(place, typed, "emptying the trash")
        count = await self.session.call(service.empty_trash, self.session.opened, place, names)
        self.session.changed()
        await self._read()
        self.tell(f"{count} secret{'s' if count != 1 else ''} destroyed.", "ok")

    def _stop_asking(self, focus: bool = True) -> None:
        if self._asked:
            self._asked = ()
            self.remove_class("-asking")
            if focus:
                self.list.focus()
            self.footer_changed()

    def do_screen_back(self) -> None:
        """Take the question back, or leave."""
        if self._asked:
            self._stop_asking()
        else:
            super().do_screen_back()
