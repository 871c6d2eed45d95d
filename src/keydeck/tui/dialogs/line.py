"""One line of text, asked for in front of a screen."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame, TextField
from keydeck.tui.screens.base import BaseKeydeckModal

TAKE = Command("line.take", "Go on", ("enter", "f2"), "go on", "Takes what was typed.")
LEAVE = Command("screen.back", "Leave", ("escape",), "leave", "Changes nothing.")


class AskLine(BaseKeydeckModal[str]):
    """What was typed, without the spaces around it; empty where it was left.

    With `must_exist` it is the path of a file that is there.
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = (TAKE, LEAVE)

    def __init__(
        self, title: str, label: str, value: str = "", *, note: str = "", must_exist: bool = False
    ) -> None:
        super().__init__()
        self.question, self.label, self.value, self.note = title, label, value, note
        self.must_exist = must_exist

    def body(self) -> Iterable[Widget]:
        """The field."""
        yield Frame(
            self.question, Field(self.label, TextField(self.value, id="line"), id="line-field")
        )

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#line", TextField).focus()
        self.query_one("#line-field", Field).say(self.note)

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.query_one("#line", TextField).value.strip()

    @on(TextField.Changed)
    def _changed(self) -> None:
        if self.must_exist:
            there = os.path.isfile(os.path.expanduser(self.typed))
            self.query_one("#line-field", Field).say("there" if there else "no such file", "muted")

    @on(TextField.Submitted)
    def _submitted(self) -> None:
        self.start(TAKE)

    def why_not(self, command: Command) -> str:
        """A file has to be there."""
        if command != TAKE:
            return ""
        if not self.typed:
            return "Type something first, or leave with esc."
        if self.must_exist and not os.path.isfile(os.path.expanduser(self.typed)):
            return "There is no file of that name."
        return ""

    def do_line_take(self) -> None:
        """Take it."""
        self.dismiss(self.typed)

    def do_screen_back(self) -> None:
        """Leave."""
        self.dismiss("")
