"""One value, in clear, for a quarter of a minute: closes itself on blur, idleness and suspend."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult

from keydeck.domain.model import Place
from keydeck.domain.safetext import clean, clean_lines
from keydeck.domain.secret import SecretValue
from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import LOCK
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.text import cells
from keydeck.tui.widgets.pane import Pane

SECONDS = 15
COPY = Command("reveal.copy", "Copy value", ("y",), "copy", "Copies the value.")
HIDE = Command(
    "screen.back", "Hide", ("escape", "v", "q", "enter"), "hide", "Hides the value at once."
)


class ValuePane(Pane):
    """The value, broken at the edge and never cut; scrolls where it is long."""

    def __init__(self, title: str, value: SecretValue) -> None:
        super().__init__(title, id="value")
        self.value: SecretValue | None = value
        self._first = 0

    def forget(self) -> None:
        """Nothing is left to be drawn."""
        self.value = None
        self.refresh()

    def _lines(self, width: int) -> list[str]:
        if self.value is None:
            return []
        if not self.value.is_text:
            from base64 import b64encode

            text = b64encode(self.value.reveal_bytes()).decode("ascii")
        else:
            text = clean_lines(self.value.reveal_text())
        return [part for line in text.split("\n") for part in _broken(line, width)]

    def scroll_state(self) -> tuple[int, int, int]:
        """First line shown, lines shown, lines in all."""
        total = len(self._lines(max(8, self.body_width - 2)))
        return self._first, min(total, self.body_height), total

    def body(self, y: int, width: int) -> list[Segment]:
        """A line of the value."""
        lines = self._lines(max(8, width - 2))
        at = self._first + y
        return self.spans([(" ", "text"), (lines[at] if at < len(lines) else "", "bold")], width)

    def on_key(self, event: events.Key) -> None:
        """Scroll."""
        step = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10}.get(event.key)
        if step is not None:
            event.stop()
            _, shown, total = self.scroll_state()
            self._first = min(max(0, self._first + step), max(0, total - shown))
            self.refresh_body()
            self.refresh_thumb()


class RevealScreen(BaseKeydeckScreen):
    """Shows a value until the time is over, any way out is taken, or nobody looks."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (HIDE, COPY, LOCK)

    def __init__(self, place: Place, name: str, value: SecretValue) -> None:
        super().__init__()
        self.place, self.secret = place, name
        self._value = value
        self.left = SECONDS

    def body(self) -> ComposeResult:
        """The value in a pane; its border counts down."""
        kind = "" if self._value.is_text else " (no text: base64)"
        yield ValuePane(f"{self.secret} in {clean(self.place.label)}{kind}", self._value)

    def on_mount(self) -> None:
        """The clock starts."""
        self.query_one(ValuePane).focus()
        self._count()
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self.hide()
        else:
            self._count()

    def _count(self) -> None:
        size = f"{self._value.characters} characters"
        self.query_one(ValuePane).subtitle = f"{size}, hidden in {self.left} s"

    def hide(self) -> None:
        """Forget the value and leave."""
        self._forget()
        if self.is_attached and self in self.app.screen_stack:
            self.dismiss()

    def _forget(self) -> None:
        self._value = SecretValue(b"")
        for pane in self.query(ValuePane):
            pane.forget()

    def on_unmount(self) -> None:
        """Nothing outlives the screen."""
        self._forget()

    def on_screen_suspend(self) -> None:
        """Another screen came over it."""
        self._forget()

    def do_screen_back(self) -> None:
        """Hide now."""
        self.hide()

    async def do_reveal_copy(self) -> None:
        """Copy what is shown."""
        said = await self.desk.copy_value(self._value)
        self.tell(f"{self.secret}: {said}.", "ok")


def _broken(line: str, width: int) -> list[str]:
    """A line in parts of at most `width` cells; nothing is lost or added."""
    parts: list[str] = []
    part = ""
    size = 0
    for character in line:
        more = cells(character)
        if size + more > width:
            parts.append(part)
            part, size = "", 0
        part += character
        size += more
    return [*parts, part]
