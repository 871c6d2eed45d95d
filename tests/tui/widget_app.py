"""A bare app for one or a few widgets, and how a test reads what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.color import ColorSystem
from rich.segment import Segment
from textual.app import ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from keydeck.tui.guard import Guarded
from keydeck.tui.theme import SHIPPED, load_theme
from keydeck.tui.widgets.base import BaseScreen


class WidgetScreen(BaseScreen[None]):
    def __init__(self, widgets: Sequence[Widget]) -> None:
        super().__init__()
        self.widgets = widgets

    def compose(self) -> ComposeResult:
        yield from self.widgets


class WidgetApp(Guarded[None]):
    """Shows `widgets` on one screen; remembers every message and what was copied.

    async with app.run_test(size=(60, 20), message_hook=app.heard) as pilot: …
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, theme: str = "dark", plain: bool = False) -> None:
        super().__init__()
        for name in SHIPPED:
            self.register_theme(load_theme(name))
        self.theme = theme
        self.plain = plain
        self.widgets = widgets
        self.messages: list[Message] = []
        self.copied: list[str] = []

    def get_default_screen(self) -> WidgetScreen:
        return WidgetScreen(self.widgets)

    def copy_to_clipboard(self, text: str) -> None:
        self.copied.append(text)

    def heard(self, message: Message) -> None:
        if message not in self.messages:
            self.messages.append(message)

    def of(self, kind: type[Message]) -> list[Any]:
        """The messages of a kind, in order."""
        return [message for message in self.messages if isinstance(message, kind)]


def strips(pilot: Pilot[Any]) -> list[Strip]:
    """The screen's lines."""
    return pilot.app.screen._compositor.render_strips()


def lines(pilot: Pilot[Any]) -> list[str]:
    """The screen's lines, as text."""
    return [strip.text for strip in strips(pilot)]


def segments_with(pilot: Pilot[Any], text: str) -> list[Segment]:
    """The segments that hold `text`."""
    return [segment for strip in strips(pilot) for segment in strip if text in segment.text]


def sent(pilot: Pilot[Any]) -> str:
    """All text that a terminal would be sent, without the styles."""
    return "".join(lines(pilot))


def codes(strip: Strip) -> str:
    """A line with the styles that a truecolor terminal would be sent."""
    return "".join(
        Strip.render_style(style, text, ColorSystem.TRUECOLOR) if style else text
        for text, style, _ in strip
    )
