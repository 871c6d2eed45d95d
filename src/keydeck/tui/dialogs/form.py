"""What forms are made of: a frame, one-line fields, ticks and lines of words.

    with Frame("New secret"):
        yield Field("Name", TextField(id="name"))
        yield Field("Sealed", Tick("can never be shown again", id="sealed"))
        yield Line([("Type it twice.", "muted")])

A field's word at the right (`say`) tells what is thought of what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from keydeck.domain.safetext import clean
from keydeck.tui.colours import palette_of
from keydeck.tui.text import Role, Span, cells, cut, middle, segments, wrap
from keydeck.tui.widgets.base import Quiet
from keydeck.tui.widgets.inputs import PlainInput

LABEL = 13  # cells of a field's name
FIELD = 15  # cells a field keeps beside the words at its right


class Frame(Vertical, can_focus=False):
    """A rounded frame with a name in it, as panes have (in plain mode just the name)."""

    DEFAULT_CSS = """
    Frame { height: auto; border: round $border; padding: 0 1; background: $background; }
    Frame.-danger { border: round $error; }
    """

    def __init__(
        self,
        title: str = "",
        *children: Widget,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._title = title

    def on_mount(self) -> None:
        """Boxes are drawn only where they are wanted."""
        if getattr(self.app, "plain", False):
            self.styles.border = ("none", "transparent")
            self.mount(Line([(self._title, "bold")]), before=0)

    def rename(self, title: str) -> None:
        """Give the frame another name."""
        self._title = title
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """As Textual draws it, but the name stands in the border as in a pane's."""
        strips = super().render_lines(crop)
        if crop.y == 0 and strips and not getattr(self.app, "plain", False):
            strips[0] = self._top().crop(crop.x, crop.right)
        return strips

    def _top(self) -> Strip:
        danger = self.has_class("-danger")
        line: Role = "danger" if danger else "accent"
        name: Role = "danger-bold" if danger else "accent-bold"
        width = self.size.width + self.gutter.width
        title = middle(clean(self._title), max(0, width - 6))
        rest = "─" * max(0, width - 4 - cells(title))
        spans: list[Span] = [("╭ ", line), (title, name), (f" {rest}╮", line)]
        return Strip(segments(spans, width, palette_of(self.app).styles), width)


class Line(Quiet):
    """One or more lines of words, cut at the edge; never focused."""

    can_focus = False
    DEFAULT_CSS = """
    Line { height: auto; width: 1fr; }
    """

    def __init__(
        self,
        spans: Sequence[Span] = (),
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Sequence[Span]] = [spans]

    def say(self, *lines: Sequence[Span]) -> None:
        """Other words."""
        before = len(self._lines)
        self._lines = list(lines) or [()]
        self.refresh(layout=len(self._lines) != before)

    def get_content_height(self, *_: Any) -> int:
        """As many lines as there are."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the words."""
        width = self.size.width
        spans = self._lines[y] if y < len(self._lines) else ()
        return Strip(segments(spans, width, self.palette.styles), width)


class Paragraph(Quiet):
    """Words broken at the edge; as many lines as they take."""

    can_focus = False
    DEFAULT_CSS = """
    Paragraph { height: auto; width: 1fr; }
    """

    def __init__(
        self,
        text: str = "",
        role: Role = "text",
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._text, self._role = text, role

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def say(self, text: str, role: Role = "text") -> None:
        """Other words."""
        self._text, self._role = text, role
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the words take, one at least."""
        return max(1, len(wrap(self._text, max(10, width))))

    def render_line(self, y: int) -> Strip:
        """A line of the words."""
        width = self.size.width
        lines = wrap(self._text, max(10, width))
        span: Span = (lines[y] if y < len(lines) else "", self._role)
        return Strip(segments([span], width, self.palette.styles), width)


class TextField(PlainInput):
    """A one-line text in a form (`PlainInput` under the name that forms use)."""


class Field(Widget):
    """A name, a field, and what is thought of it: `Name   STRIPE_KEY   ok, not taken`."""

    DEFAULT_CSS = """
    Field { layout: horizontal; height: auto; width: 1fr; }
    Field > .-label { width: 13; }
    Field > .-word { width: auto; margin-left: 2; height: 1; }
    .-narrow Field > .-word { dock: none; }
    """

    def __init__(
        self,
        label: str,
        *children: Widget,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._label = label
        self._inner = children
        self._word = Word()

    def compose(self) -> ComposeResult:
        """Label, field, word."""
        yield Line([(self._label, "muted")], classes="-label")
        yield from self._inner
        yield self._word

    def say(self, text: str, role: Role = "muted") -> None:
        """What is thought of what was typed; empty for nothing."""
        self._word.say(text, role)


class Word(Quiet):
    """A few words as wide as they are."""

    can_focus = False
    DEFAULT_CSS = """
    Word { width: auto; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__(classes="-word")
        self._span: Span = ("", "muted")

    def say(self, text: str, role: Role) -> None:
        """Other words."""
        if (text, role) == self._span:
            return
        resized = cells(clean(text)) != cells(self._span[0])
        self._span = (clean(text), role)
        self.refresh(layout=resized)

    @property
    def text(self) -> str:
        """What it says."""
        return self._span[0]

    def get_content_width(self, *_: Any) -> int:
        """As wide as the words, but the field keeps its room."""
        return min(cells(self._span[0]), max(8, self.app.size.width - LABEL - FIELD - 6))

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """The words."""
        width = self.size.width
        text, role = self._span
        return Strip(segments([(cut(text, width), role)], width, self.palette.styles), width)


def choice_line(words: Iterable[tuple[str, str]]) -> list[Span]:
    """`F3 generate   F4 from file`: keys in the accent colour."""
    out: list[Span] = []
    for key, word in words:
        out += [(key, "accent-bold"), (f" {word}   ", "text")]
    return out
