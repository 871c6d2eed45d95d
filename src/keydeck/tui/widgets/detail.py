"""A pane of facts: labels with values, headings, lists; scrolls when it is long.

Facts("ANTHROPIC_API_KEY").show([
    Fact("Value", "sk-a…Zx9Q"),
    Blank(),
    Fact("Sync bao", "= in sync", "ok"),
    Fact("", "checked 4 min ago", "muted"),
    Head("Used by 3"),
    Item("src/pay/client.py:18"),
])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType

from keydeck.domain.safetext import clean
from keydeck.tui.text import Role, Span, cells, pad, wrap
from keydeck.tui.widgets.pane import Pane, Tone

_WHEEL = 3


class Fact(NamedTuple):
    """A label (muted) and a value; an empty label goes on under the one before."""

    label: str
    value: str
    role: Role = "text"


class Head(NamedTuple):
    """A heading; a free line stands before it."""

    text: str
    role: Role = "bold"


class Item(NamedTuple):
    """A line of a list, indented by two."""

    text: str
    role: Role = "text"


class Words(NamedTuple):
    """A paragraph, broken at the pane's width."""

    text: str
    role: Role = "text"


class Blank(NamedTuple):
    """A free line."""


FactLine = Fact | Head | Item | Words | Blank


class Facts(Pane):
    """Facts about one thing; arrows, `j k`, pages and the wheel scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_by(-1)", "Up", show=False, id="facts.up"),
        Binding("down,j", "scroll_by(1)", "Down", show=False, id="facts.down"),
        Binding("pageup", "scroll_page(-1)", "Page up", show=False, id="facts.page_up"),
        Binding("pagedown", "scroll_page(1)", "Page down", show=False, id="facts.page_down"),
        Binding("g,home", "scroll_by(-1000000)", "First", show=False, id="facts.first"),
        Binding("G,end", "scroll_by(1000000)", "Last", show=False, id="facts.last"),
    ]

    def __init__(
        self,
        title: str = "",
        *,
        empty: str = "",
        subtitle: str = "",
        status: str = "",
        tone: Tone = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(title, subtitle=subtitle, status=status, tone=tone, id=id, classes=classes)
        self._facts: tuple[FactLine, ...] = ()
        self._empty = empty
        self._from = 0
        self._drawn: tuple[int, list[list[Span]]] = (-1, [])

    def show(self, facts: Sequence[FactLine], *, title: str | None = None) -> None:
        """Show other facts, from their first line on; nothing is repainted where they agree."""
        if title is not None:
            self.title = title
        if not _same(facts, self._facts):
            self._facts = tuple(facts)
            self._from = 0
            self._drawn = (-1, [])
            self.refresh()

    def action_scroll_by(self, step: int) -> None:
        """Some lines on or back."""
        last = max(0, len(self._lines(self.body_width)) - self.body_height)
        first = min(max(0, self._from + step), last)
        if first != self._from:
            self._from = first
            self.refresh_body()
            self.refresh_thumb()

    def action_scroll_page(self, step: int) -> None:
        """One page on or back."""
        self.action_scroll_by(step * max(1, self.body_height - 1))

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default()
        event.stop()
        self.action_scroll_by(_WHEEL)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default()
        event.stop()
        self.action_scroll_by(-_WHEEL)

    def scroll_state(self) -> tuple[int, int, int]:
        """First line shown, lines shown, lines in all."""
        total = len(self._lines(self.body_width))
        return self._from, min(self.body_height, total), total

    def body(self, y: int, width: int) -> list[Segment]:
        """A line of the facts."""
        lines = self._lines(width)
        self._from = min(self._from, max(0, len(lines) - self.body_height))
        index = self._from + y
        return self.spans(lines[index] if index < len(lines) else (), width)

    def _lines(self, width: int) -> list[list[Span]]:
        if self._drawn[0] != width:
            self._drawn = (width, self._lay_out(width))
        return self._drawn[1]

    def _lay_out(self, width: int) -> list[list[Span]]:
        facts: tuple[FactLine, ...] = self._facts
        if not facts and self._empty:
            facts = (Words(self._empty, "muted"),)
        label = max([cells(clean(f.label)) for f in facts if isinstance(f, Fact)], default=0)
        label = min(label, width // 2)
        out: list[list[Span]] = []
        for fact in facts:
            out += self._draw(fact, label, width)
        return out

    def _draw(self, fact: FactLine, label: int, width: int) -> list[list[Span]]:
        room = max(1, width - 2)
        if isinstance(fact, Fact):
            first = pad(clean(fact.label), label) if label else ""
            gap = 2 if label else 0
            parts = wrap(fact.value, room - label - gap)
            return [
                [(" ", "text"), (first if not i else " " * label, "muted"), (" " * gap, "text"),
                 (part, fact.role)]
                for i, part in enumerate(parts)
            ]  # fmt: skip
        if isinstance(fact, Head):
            blank: list[list[Span]] = [] if fact is self._facts[0] else [[]]
            return [*blank, [(" ", "text"), (clean(fact.text), fact.role)]]
        if isinstance(fact, Item):
            return [[("   ", "text"), (part, fact.role)] for part in wrap(fact.text, room - 2)]
        if isinstance(fact, Words):
            return [[(" ", "text"), (part, fact.role)] for part in wrap(fact.text, room)]
        return [[]]


def _same(some: Sequence[FactLine], others: Sequence[FactLine]) -> bool:
    """Equality that tells a heading from an item of the same words."""
    return len(some) == len(others) and all(
        type(one) is type(other) and one == other for one, other in zip(some, others, strict=True)
    )
