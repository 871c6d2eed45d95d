"""No vault yet: make one, open another, look at this folder, or take a look around."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.safetext import clean
from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import HELP, QUIT, REDRAW
from keydeck.tui.dialogs.form import Frame, Paragraph
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.widgets.rows import Lines, RowList, Slot

CREATE = Command("first.create", "Make a vault", ("n",), "new vault", "Makes an empty vault here.")
OPEN = Command("first.open", "Open another vault", ("o",), "open another", "Names a vault's file.")
LOOK = Command(
    "first.look",
    "Look at this folder",
    ("i",),
    "look",
    "Which files here hold secrets. Reads only.",
)
DEMO = Command(
    "first.demo", "Look around in the demo", ("d",), "demo", "A throw-away vault to try things on."
)
CHOICES = (CREATE, OPEN, LOOK, DEMO)


class FirstRunScreen(BaseKeydeckScreen):
    """Four ways to begin; the list has the focus."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (*CHOICES, REDRAW, QUIT, HELP)
    DEFAULT_CSS = """
    FirstRunScreen #choices { height: 10; }
    """

    def body(self) -> Iterable[Widget]:
        """Where the vault would be, then the choices."""
        yield Frame(
            "keydeck",
            Paragraph("Secrets of tenants and profiles, encrypted on this machine."),
            Paragraph(f"There is no vault yet at {clean(self.session.path)}.", "muted"),
        )
        yield RowList[Command](
            "Begin",
            row_id=lambda command: command.id,
            render_row=_draw,
            lines=2,
            narrow_lines=2,
            filterable=False,
            id="choices",
        )

    def on_mount(self) -> None:
        """The list has the focus."""
        choices = self.query_one("#choices", RowList)
        choices.set_rows(CHOICES)
        choices.focus()

    @on(RowList.Opened)
    def _chosen(self, event: RowList.Opened) -> None:
        self.start(next(command for command in CHOICES if command.id == event.row_id))

    def do_first_create(self) -> None:
        """Make a vault."""
        from keydeck.tui.screens.create import CreateScreen

        self.app.push_screen(CreateScreen())

    async def do_first_open(self) -> None:
        """Name another vault."""
        from keydeck.tui.dialogs.line import AskLine

        path = await self.desk.ask(
            AskLine("Open another vault", "Its file", note="esc leaves", must_exist=True)
        )
        if path:
            self.session.path = os.path.abspath(os.path.expanduser(path))
            self.desk.show_unlock()

    def do_first_look(self) -> None:
        """What this folder tells."""
        from keydeck.tui.screens.look import LookScreen

        self.app.push_screen(LookScreen())

    def do_first_demo(self) -> None:
        """How the demo is started."""
        self.tell("Leave with q, then run: keydeck demo. It makes a vault that is thrown away.")


def _draw(command: Command, slot: Slot) -> Lines:  # noqa: ARG001
    return [
        [(f"{command.key}  ", "accent-bold"), (command.title, "text")],
        [(f"   {command.help}", "muted")],
    ]
