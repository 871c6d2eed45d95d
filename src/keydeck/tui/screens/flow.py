"""The base of the flow screens: header, what the screen is about, a line of facts, footer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult

from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Line
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.text import Span
from keydeck.tui.widgets.footer import Footer
from keydeck.tui.widgets.listing import Listing

GAP: Span = ("   ", "text")


def spaced(parts: Sequence[Span]) -> list[Span]:
    """Words of one line with three spaces between them."""
    out: list[Span] = []
    for part in parts:
        out += [GAP, part] if out else [part]
    return out


class FlowScreen(BaseKeydeckScreen):
    """A screen with `body()` in the middle and one line of facts above the footer."""

    DEFAULT_CSS = """
    FlowScreen #facts { padding: 0 1; height: 1; }
    """

    def compose(self) -> ComposeResult:
        """Header, panes, the line of facts, footer."""
        for widget in super().compose():
            if isinstance(widget, Footer):
                yield Line(id="facts")
            yield widget

    def say_facts(self, parts: Sequence[Span]) -> None:
        """The line of facts, its words three spaces apart."""
        self.query_one("#facts", Line).say(spaced(parts))

    def say_line(self, spans: Sequence[Span]) -> None:
        """The line of facts, as it is."""
        self.query_one("#facts", Line).say(spans)

    def do_list_filter(self) -> None:
        """Begin to type a filter into the list that has the focus."""
        if isinstance(self.focused, Listing):
            self.focused.action_filter()


def asked(commands: Iterable[Command], word: str) -> list[Command]:
    """The footer while a last question stands open: F2 does it, esc takes it back."""
    found = {command.id: command for command in commands}
    confirm = next(command for command in found.values() if command.keys == ("f2",))
    back = found["screen.back"]._replace(word="take back")
    return [confirm._replace(word=word), back, found["app.help"]]


def worded(commands: Iterable[Command], **words: str) -> list[Command]:
    """Commands with other words in the footer, by their id with `_` for `.`."""
    return [c._replace(word=words.get(c.id.replace(".", "_"), c.word)) for c in commands]
