"""A line that is ticked or not."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from keydeck.tui.text import Span, cut, segments, spans_width
from keydeck.tui.widgets.base import Quiet


class Tick(Quiet):
    """`[x] staging`: space, enter or a click turns it."""

    can_focus = True
    DEFAULT_CSS = """
    Tick { height: 1; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "turn", "Tick", show=False, id="tick.turn"),
    ]

    class Turned(Message):
        """It was turned."""

        def __init__(self, tick: Tick) -> None:
            super().__init__()
            self.tick = tick

        @property
        def control(self) -> Tick:
            """The tick it comes from."""
            return self.tick

    def __init__(
        self,
        text: str,
        on: bool = False,
        *,
        note: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._text, self._note = text, note
        self.on = on

    def action_turn(self) -> None:
        """Turn it, and say so."""
        self.on = not self.on
        self.refresh()
        self.post_message(self.Turned(self))

    def on_click(self, event: events.Click) -> None:
        """A click turns it too."""
        event.stop()
        self.action_turn()

    def note(self, text: str) -> None:
        """Other words after the text."""
        self._note = text
        self.refresh()

    def fix(self, on: bool, text: str) -> None:
        """It stands as it is and can't be turned any more; `text` says why."""
        self.on, self._text = on, text
        self.disabled = True
        self.refresh()

    def focus_regions(self) -> list[Region]:
        """The whole line."""
        return [self.size.region]

    def focus_changed(self) -> None:
        """Leave the terminal's cursor between the brackets."""
        self.park_cursor(1, 0)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """The box and its text."""
        width = self.size.width
        spans: list[Span] = [
            ("[x] " if self.on else "[ ] ", "accent-bold" if self.lit else "text"),
            (self._text, "text"),
        ]
        if self._note:
            spans.append((f"   {self._note}", "muted"))
        if spans_width(spans) > width:
            spans[-1] = (cut(spans[-1][0], width - spans_width(spans[:-1])), spans[-1][1])
        colours = self.palette.lit if self.lit else self.palette.styles
        return Strip(segments(spans, width, colours), width)
