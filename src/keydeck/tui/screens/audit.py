"""What changed, by whom, when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import AuditRow
from keydeck.domain.safetext import clean
from keydeck.services import audit as service
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen
from keydeck.tui.screens.flow_parts import FlowList, error_words
from keydeck.tui.screens.history_rows import audit_words
from keydeck.tui.screens.listed import draw_cells
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.rows import Lines, Slot

COLUMNS = (
    Column("when", "WHEN", 15),
    Column("action", "ACTION", 12),
    Column("where", "PLACE", 20, drop=1),
    Column("names", "NAMES", grow=True, least=18),
    Column("by", "BY", 18, drop=2),
)


class AuditScreen(FlowScreen):
    """The audit, newest first; about one name where one is given."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.AUDIT  # type: ignore[assignment]

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.secret = name

    def body(self) -> Iterable[Widget]:
        """The rows."""
        about = f"Audit of {clean(self.secret)}" if self.secret else "Audit"
        self.list: FlowList[AuditRow] = FlowList(
            about,
            row_id=lambda row: str(row.number),
            row_text=_text,
            render_row=self._draw,
            header=lambda width: lay_out(COLUMNS, width).header(),
            narrow_lines=2,
            subtitle="/ filter",
            counted=True,
            id="audit",
        )
        return (self.list,)

    def _draw(self, row: AuditRow, slot: Slot) -> Lines:
        return draw_cells(COLUMNS, audit_words(row), slot, first=("action", "names"))

    def on_mount(self) -> None:
        """Read it."""
        self.list.focus()
        self.list.say(("Reading …", "muted"))
        self.work(self._read(), "audit.read")

    async def _read(self) -> None:
        try:
            rows = await self.session.call(service.rows, self.session.opened, name=self.secret)
        except KeydeckError as error:
            self.list.say(*error_words(error))
            return
        self.list.set_rows(rows[::-1])
        self.say_facts([("every change, sealed and linked; no value is in it", "muted")])

    async def do_audit_verify(self) -> None:
        """Check the chain."""
        count = await self.session.call(service.verify, self.session.opened)
        rows = f"{count} row{'s' if count != 1 else ''}"
        self.tell(f"{rows} verified: the chain is whole up to the signed head.", "ok")

    def do_audit_filter(self) -> None:
        """Begin to type a filter."""
        self.list.action_filter()


def _text(row: AuditRow) -> str:
    return " ".join((row.action, row.tenant, row.profile, row.user, row.host, *row.names))
