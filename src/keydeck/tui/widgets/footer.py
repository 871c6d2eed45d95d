"""The line at the bottom: at most eight keys for this place, the most important first.

footer = Footer(id="footer")
footer.show([FooterKey("n", "new", "secret.new"), ..., FooterKey("?", "more", "app.help")])

@on(Footer.Pressed)
def pressed(self, event: Footer.Pressed) -> None: event.id        # a key was clicked
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from keydeck.domain.safetext import clean
from keydeck.tui.text import Span, cells
from keydeck.tui.widgets.line import OneLine

MOST = 8
_GAP = 2


class FooterKey(NamedTuple):
    """A key, what it does, and the id that a click on it gives back."""

    key: str
    label: str
    id: str = ""

    @property
    def width(self) -> int:
        """Cells it takes, without the gap before the next."""
        return cells(clean(self.key)) + 1 + cells(clean(self.label))


class Footer(OneLine):
    """Keys in order of importance; what does not fit is cut before the last one (`? more`)."""

    DEFAULT_CSS = """
    Footer { dock: bottom; }
    """

    class Pressed(Message):
        """A key in the footer was clicked."""

        def __init__(self, key: FooterKey) -> None:
            super().__init__()
            self.key = key.key
            self.id = key.id

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._keys: tuple[FooterKey, ...] = ()

    @property
    def keys(self) -> tuple[FooterKey, ...]:
        """The keys as given."""
        return self._keys

    def show(self, keys: Sequence[FooterKey]) -> None:
        """Show other keys; nothing is repainted where they are the same."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def fitting(self, width: int) -> list[FooterKey]:
        """The keys shown at this width: at most eight, the last one always."""
        if not self._keys:
            return []
        *rest, last = self._keys
        kept: list[FooterKey] = []
        used = 1 + last.width
        for key in rest[: MOST - 1]:
            used += key.width + _GAP
            if used > width:
                break
            kept.append(key)
        return [*kept, last]

    def line(self, width: int) -> Sequence[Span]:
        """The footer at this width."""
        spans: list[Span] = [(" ", "text")]
        for index, key in enumerate(self.fitting(width)):
            if index:
                spans.append((" " * _GAP, "text"))
            spans += [(key.key, "accent-bold"), (f" {key.label}", "text")]
        return spans

    def on_click(self, event: events.Click) -> None:
        """Say which key was clicked."""
        x = 1
        for key in self.fitting(self.size.width):
            if x <= event.x < x + key.width:
                self.post_message(self.Pressed(key))
                return
            x += key.width + _GAP
