"""The line at the top: the place, whether it is protected, and what needs attention.

header = Header(id="header")
header.show(
    "acme / production",
    badge="PROTECTED",
    items=[
        HeaderItem("1 conflict", "danger", keep=3),
        HeaderItem("2 due", "due", keep=2),
        HeaderItem("bao 4 min", "muted", keep=1),
        HeaderItem("lock 14m", "muted", keep=0),
    ],
)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from keydeck.domain.safetext import clean
from keydeck.tui.text import Role, Span, cells, middle, spans_width
from keydeck.tui.widgets.line import OneLine

_LAST = 3
_PLACE_LEAST = 12
_GAP = 2


class HeaderItem(NamedTuple):
    """Something at the header's right end.

    Where the line is short the lowest `keep` goes first; items with `keep` 3 and more go only
    after the place has lost its middle. `id` comes back in `Header.Pressed` when clicked.
    """

    text: str
    role: Role = "muted"
    keep: int = 1
    id: str = ""


class Header(OneLine):
    """Place at the left, a badge after it, items at the right; see `show`."""

    DEFAULT_CSS = """
    Header { dock: top; }
    """

    class Pressed(Message):
        """An item with an id was clicked."""

        def __init__(self, item: str) -> None:
            super().__init__()
            self.item = item

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._place = ""
        self._badge = ""
        self._items: tuple[HeaderItem, ...] = ()

    def show(self, place: str, *, badge: str = "", items: Sequence[HeaderItem] = ()) -> None:
        """Say other words; nothing is repainted where they are the same."""
        now = (clean(place), clean(badge), tuple(items))
        if now != (self._place, self._badge, self._items):
            self._place, self._badge, self._items = now
            self.refresh()

    def line(self, width: int) -> Sequence[Span]:
        """The header at this width."""
        place, items = self._fit(width)
        left: list[Span] = [(" ", "text"), (place, "bold")]
        if self._badge:
            left += [(" ", "text"), (f" {self._badge} ", "badge")]
        right: list[Span] = []
        for item in items:
            right += [(" " * _GAP, "text"), (clean(item.text), item.role)]
        gap = max(0, width - spans_width(left) - spans_width(right) - 1)
        return [*left, (" " * gap, "text"), *right, (" ", "text")]

    def _fit(self, width: int) -> tuple[str, list[HeaderItem]]:
        items = list(self._items)
        badge = cells(self._badge) + 3 if self._badge else 0

        def room() -> int:
            right = sum(cells(clean(item.text)) + _GAP for item in items)
            return width - 2 - badge - right

        while items and room() < cells(self._place):
            lowest = min(items, key=lambda item: item.keep)
            if lowest.keep >= _LAST and room() >= min(_PLACE_LEAST, cells(self._place)):
                break
            items.remove(lowest)
        return middle(self._place, max(0, room())), items

    def on_click(self, event: events.Click) -> None:
        """Say which item was clicked."""
        _, items = self._fit(self.size.width)
        end = self.size.width - 1
        for item in reversed(items):
            start = end - cells(clean(item.text))
            if start <= event.x < end and item.id:
                self.post_message(self.Pressed(item.id))
                return
            end = start - _GAP
