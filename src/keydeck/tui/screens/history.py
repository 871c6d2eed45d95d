"""The versions of a secret, and going back to one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import CURRENT, PENDING, VersionInfo
from keydeck.domain.safetext import clean
from keydeck.services import history as service
from keydeck.services import secrets
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen, asked
from keydeck.tui.screens.flow_parts import ConfirmPane, FlowList, error_words
from keydeck.tui.screens.history_rows import rollback_words, version_words
from keydeck.tui.screens.listed import draw_cells
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.rows import Lines, RowList, Slot

COLUMNS = (
    Column("version", "VERSION", 7),
    Column("state", "STATE", 8),
    Column("when", "WHEN", 16),
    Column("how", "HOW", 12),
    Column("by", "BY", grow=True, least=8),
)


class HistoryScreen(FlowScreen):
    """Kept versions of a secret of the present place; rollback through a preview."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.HISTORY  # type: ignore[assignment]
    DEFAULT_CSS = """
    HistoryScreen #confirm { display: none; }
    HistoryScreen.-asking #confirm { display: block; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.secret = name
        self.versions: tuple[VersionInfo, ...] = ()
        self._to: VersionInfo | None = None

    def body(self) -> Iterable[Widget]:
        """The versions, and below them the preview of going back."""
        self.list: FlowList[VersionInfo] = FlowList(
            f"History of {clean(self.secret)}",
            row_id=lambda version: f"v{version.number}",
            render_row=self._draw,
            header=lambda width: lay_out(COLUMNS, width).header(),
            narrow_lines=2,
            filterable=False,
            id="versions",
        )
        self.confirm = ConfirmPane("", "go back", "", "F2 goes back", id="confirm")
        return self.list, self.confirm

    def _draw(self, version: VersionInfo, slot: Slot) -> Lines:
        return draw_cells(COLUMNS, version_words(version), slot, first=("version", "state", "when"))

    def on_mount(self) -> None:
        """Read the versions."""
        self.list.focus()
        self.work(self._read(), "history.read")

    async def _read(self) -> None:
        place = self.session.require_place()
        try:
            self.versions = await self.session.call(
                service.versions, self.session.opened, place, self.secret
            )
        except KeydeckError as error:
            self.list.say(*error_words(error))
            return
        self.list.set_rows(self.versions)
        count = len(self.versions)
        kept = f"{count} version{'s' if count != 1 else ''} kept"
        self.say_facts([(kept, "bold"), ("values stay masked", "muted")])

    @on(RowList.Highlighted, "#versions")
    def _moved(self) -> None:
        self._stop_asking(focus=False)

    @on(RowList.Opened, "#versions")
    def _opened(self) -> None:
        self.tell("Enter changes nothing: A shows what going back would do.")

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        version = self.list.selected_row
        if command.id == "history.rollback":
            if version is None:
                return "There is no version to go back to."
            if version.state == CURRENT:
                return f"v{version.number} is the present version: choose an older one."
            if version.state == PENDING:
                return f"v{version.number} is still waiting: it never was the value."
        if command.id == "history.confirm":
            if not self.has_class("-asking"):
                return "A first shows what going back would do."
            return self.confirm.why_not()
        return super().why_not(command)

    def footer_commands(self) -> list[Command]:
        """While the preview shows: F2 and esc."""
        if self.has_class("-asking"):
            return asked(self.COMMANDS, "go back")
        return super().footer_commands()

    def do_history_rollback(self) -> None:
        """Show what going back would do."""
        version = self.list.selected_row
        if version is None:
            return
        place = self.session.require_place()
        self._to = version
        wanted = place.profile.name if place.profile.protected else ""
        words = rollback_words(self.secret, self.versions, version)
        self.confirm.ask(wanted, f"go back to v{version.number}", words, "F2 goes back")
        self.add_class("-asking")
        if wanted:
            self.confirm.focus()
        self.footer_changed()

    def do_history_confirm(self) -> None:
        """F2: go back."""
        to, self._to = self._to, None
        if to is not None:
            self.work(self._roll_back(to), "history.apply")

    async def _roll_back(self, to: VersionInfo) -> None:
        place = self.session.require_place()
        secrets.require_confirmed(place, self.confirm.typed, "going back to a version")
        before = max((v.number for v in self.versions if v.state == CURRENT), default=0)
        made = await self.session.call(
            service.rollback, self.session.opened, place, self.secret, to.number
        )
        self.session.changed(service.receipt("rollback", place, [before], [made]))
        self._stop_asking()
        await self._read()
        self.tell(
            f"{clean(self.secret)} has the value of v{to.number} again, as v{made.version}.", "ok"
        )

    def _stop_asking(self, focus: bool = True) -> None:
        if self.has_class("-asking"):
            self._to = None
            self.remove_class("-asking")
            if focus:
                self.list.focus()
            self.footer_changed()

    def do_screen_back(self) -> None:
        """Take the question back, or leave."""
        if self.has_class("-asking"):
            self._stop_asking()
        else:
            super().do_screen_back()
