"""Typing a protected profile's name before something that can hurt it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from keydeck.domain.model import Place
from keydeck.domain.safetext import clean
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame, Line, TextField
from keydeck.tui.screens.base import BaseKeydeckModal

CONFIRM = Command("typed.confirm", "Go on", ("f2",), "go on", "Goes on, once the name is typed.")
KEEP = Command("screen.back", "Leave it", ("escape",), "leave it", "Changes nothing.")


class TypeName(BaseKeydeckModal[bool]):
    """True once the profile's name was typed and F2 pressed; enter alone never goes on."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (CONFIRM, KEEP)

    def __init__(self, place: Place, doing: str) -> None:
        super().__init__()
        self.place = place
        self.doing = doing

    def body(self) -> ComposeResult:
        """What will happen, and the field."""
        name = clean(self.place.profile.name)
        with Frame(f"To {self.doing}, type {name}, then F2", classes="-danger"):
            yield Line([(f"{clean(self.place.label)} is protected.", "text")])
            yield Field("Its name", TextField(id="typed"), id="field")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#typed", TextField).focus()

    @on(TextField.Changed)
    def _typed(self, event: TextField.Changed) -> None:
        wanted = self.place.profile.name
        ready = event.field.value == wanted
        field = self.query_one("#field", Field)
        if ready:
            field.say("F2 goes on", "danger-bold")
        else:
            field.say("waiting" if wanted.startswith(event.field.value) else "another name")

    def why_not(self, command: Command) -> str:
        """F2 works only once the name is there."""
        typed = self.query_one("#typed", TextField).value
        if command == CONFIRM and typed != self.place.profile.name:
            return f"Type {clean(self.place.profile.name)} first."
        return ""

    def do_typed_confirm(self) -> None:
        """The name is typed: go on."""
        self.dismiss(True)

    def do_screen_back(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)
