"""What the flow screens are made of: a list that can speak, a pane of words, a typed name."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message

from keydeck.domain.errors import KeydeckError
from keydeck.tui.text import Role, Span, cells, wrap
from keydeck.tui.widgets.listing import GUTTER, Row
from keydeck.tui.widgets.pane import Pane
from keydeck.tui.widgets.rows import RowList


def error_words(error: KeydeckError) -> list[Span]:
    """What happened, what was kept, the next step: paragraphs for a pane."""
    parts: list[Span] = [(error.what, "danger")]
    if error.kept:
        parts.append((error.kept, "text"))
    if error.todo:
        parts.append((error.todo, "muted"))
    return parts


def wrapped(paragraphs: Sequence[Span], width: int) -> list[Span]:
    """Paragraphs broken into lines of at most `width` cells."""
    return [(line, role) for text, role in paragraphs for line in wrap(text, width)]


class FlowList(RowList[Row]):
    """A list that says something while it has no rows: what is going on, or what went wrong."""

    def say(self, *paragraphs: Span) -> None:
        """Show no rows but these words."""
        self._paragraphs = list(paragraphs)
        self.set_rows([])

    def _empty_line(self, y: int, width: int) -> list[Segment]:
        paragraphs: list[Span] = getattr(self, "_paragraphs", [])
        if self.filter_text or not paragraphs:
            return super()._empty_line(y, width)
        lines = wrapped(paragraphs, max(8, width - GUTTER - 2))
        line: Span = lines[y] if y < len(lines) else ("", "text")
        return self.spans([(" " * GUTTER, "text"), line], width)


class WordsPane(Pane):
    """A pane of ready lines, never focused."""

    can_focus = False

    def __init__(self, title: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(title, id=id)
        self._lines: Sequence[Sequence[Span]] = ()

    def show(self, title: str, lines: Sequence[Sequence[Span]]) -> None:
        """Another name and other lines."""
        self.title = title
        self._lines = lines
        self.refresh_body()

    def say(self, title: str, *paragraphs: Span) -> None:
        """Another name, and words broken at the pane's width."""
        self.show(title, [[line] for line in wrapped(paragraphs, max(8, self.body_width - 2))])

    def body(self, y: int, width: int) -> list[Segment]:
        """Line `y` of the words."""
        line = self._lines[y] if y < len(self._lines) else ()
        return self.spans([(" ", "text"), *line], width)


class ConfirmPane(Pane):
    """The last question before something that can hurt: F2, after a protected name is typed.

    With `wanted` empty there is nothing to type and it takes no focus. `words` say what will
    happen, `ready` what F2 does then.
    """

    DEFAULT_CSS = """
    ConfirmPane { height: auto; }
    """

    class Changed(Message):
        """Something was typed."""

        def __init__(self, pane: ConfirmPane) -> None:
            super().__init__()
            self.pane = pane

        @property
        def control(self) -> ConfirmPane:
            """The pane it comes from."""
            return self.pane

    def __init__(self, wanted: str, doing: str, words: str, ready: str, *, id: str) -> None:  # noqa: A002
        super().__init__("", tone="danger" if wanted else "", id=id)
        self.ask(wanted, doing, words, ready)

    def ask(self, wanted: str, doing: str, words: str, ready: str) -> None:
        """Ask another question; what was typed is forgotten."""
        self.wanted, self.words, self.ready_words = wanted, words, ready
        self.typed = ""
        self.can_focus = bool(wanted)
        self.title = f"To {doing}, type {wanted}, then F2" if wanted else f"To {doing}, press F2"
        self.tone = "danger" if wanted else ""
        self.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """The words, the line that is typed on, the frame."""
        return len(wrapped([(self.words, "muted")], max(8, width - 4))) + 3

    @property
    def ready(self) -> bool:
        """Whether F2 may go ahead."""
        return self.typed == self.wanted

    def why_not(self) -> str:
        """What is missing before F2 works."""
        return "" if self.ready else f"Type {self.wanted} first: the profile is protected."

    def body(self, y: int, width: int) -> list[Segment]:
        """What will happen, then what is typed."""
        lines = wrapped([(self.words, "muted")], max(8, width - 2))
        last = self.body_height - 1
        if y < min(last, len(lines)):
            return self.spans([(" ", "text"), lines[y]], width)
        if y != last:
            return self.spans((), width)
        if not self.wanted:
            return self.spans([(" ", "text"), (self.ready_words, "danger-bold")], width)
        return self.spans(self._typed_line(), width)

    def _typed_line(self) -> list[Span]:
        fits = self.wanted.startswith(self.typed)
        mark: Role = "accent-bold" if self.lit else "muted"
        word: Span = (
            (self.ready_words, "danger-bold")
            if self.ready
            else ("waiting", "muted")
            if fits
            else ("another name", "danger")
        )
        caret: Span = (" ", "caret" if self.lit else "text")
        return [(" > ", mark), (self.typed, "bold"), caret, ("  ", "text"), word]

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Printable keys are typed."""
        return bool(self.wanted) and (
            key == "backspace" or (character is not None and character.isprintable())
        )

    def on_key(self, event: events.Key) -> None:
        """Type the name."""
        if not self.wanted:
            return
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.key == "ctrl+u":
            self.typed = ""
        elif event.character is not None and event.character.isprintable():
            self.typed = (self.typed + event.character)[:64]
        else:
            return
        event.stop()
        event.prevent_default()
        self._typing_line()

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.typed = (self.typed + event.text.strip().split("\n", 1)[0])[:64]
        self._typing_line()

    def _typing_line(self) -> None:
        self.refresh_body(self.body_height - 1, 1)
        self.focus_changed()
        self.post_message(self.Changed(self))

    def focus_changed(self) -> None:
        """Leave the terminal's cursor where is typed."""
        self.park_cursor(4 + cells(self.typed), max(1, self.size.height - 2))

    def focus_regions(self) -> list[Region]:
        """The frame and the line that is typed on."""
        line = Region(1, max(1, self.size.height - 2), self.body_width, 1)
        return [*super().focus_regions(), line]
