"""Fields for plain text of one line: literal, without blinking, without undo.

name = NameInput(id="name", placeholder="UPPER_CASE")

@on(PlainInput.Changed, "#name")
def changed(self, event: PlainInput.Changed) -> None: event.field.value
"""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip

from keydeck.domain.names import MAX_NAME
from keydeck.domain.safetext import clean
from keydeck.tui.text import Span, cells, segments
from keydeck.tui.widgets.base import Quiet


class PlainInput(Quiet):
    """A line of text with a caret: arrows, home, end, backspace, delete, ctrl+u, ctrl+w.

    What is pasted loses everything but its first line; control characters become `�`.
    Messages carry the field, not its text.
    """

    can_focus = True
    DEFAULT_CSS = """
    PlainInput { height: 1; width: 1fr; }
    """

    class FieldMessage(Message):
        """Something about a field."""

        def __init__(self, field: PlainInput) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> PlainInput:
            """The field it comes from."""
            return self.field

    class Changed(FieldMessage):
        """Its text changed."""

    class Submitted(FieldMessage):
        """Enter was pressed."""

    class Blurred(FieldMessage):
        """The focus went elsewhere."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = 1_000,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._value = clean(value)[:max_length]
        self._caret = len(self._value)
        self._placeholder = placeholder
        self._max_length = max_length

    @property
    def value(self) -> str:
        """The text, cleaned."""
        return self._value

    @value.setter
    def value(self, text: str) -> None:
        self._set(clean(text), len(text))

    def _set(self, text: str, caret: int) -> None:
        text = text[: self._max_length]
        caret = min(max(0, caret), len(text))
        if text == self._value:
            if caret != self._caret:
                self._caret = caret
                self.refresh()
            return
        self._value, self._caret = text, caret
        self.refresh()
        if self.is_attached:
            self.post_message(self.Changed(self))

    # -- keys --------------------------------------------------------------------------------

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Printable keys are typed into the field."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Edit; what is no edit is left to the screen."""
        if event.key == "enter":
            self.post_message(self.Submitted(self))
        elif not self._edit(event.key):
            if event.character is None or not event.is_printable:
                return
            self._insert(event.character)
        event.stop()
        event.prevent_default()

    def _edit(self, key: str) -> bool:
        text, caret = self._value, self._caret
        before = text[:caret]
        word = len(before.rstrip(" ").rpartition(" ")[0])
        edits = {
            "left": (text, caret - 1),
            "right": (text, caret + 1),
            "home": (text, 0),
            "end": (text, len(text)),
            "backspace": (before[:-1] + text[caret:], caret - 1),
            "delete": (before + text[caret + 1 :], caret),
            "ctrl+u": (text[caret:], 0),
            "ctrl+w": (text[:word] + text[caret:], word),
        }
        if key not in edits:
            return False
        self._set(*edits[key])
        return True

    def _insert(self, text: str) -> None:
        text = clean(text)[: max(0, self._max_length - len(self._value))]
        at = self._caret
        self._set(self._value[:at] + text + self._value[at:], at + len(text))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        lines = event.text.replace("\t", " ").splitlines()
        self._insert(self.pasted(lines[0] if lines else ""))

    def pasted(self, line: str) -> str:
        """What of a pasted line is taken."""
        return line

    def on_click(self, event: events.Click) -> None:
        """Put the caret where it was clicked."""
        first = self._first(self.size.width)
        at = first
        while at < len(self._value) and cells(self._value[first : at + 1]) <= event.x:
            at += 1
        self._set(self._value, at)

    def focus_changed(self) -> None:
        """Tell when the focus went; leave the terminal's cursor at the caret otherwise."""
        if self.has_focus:
            first = self._first(self.size.width)
            self.park_cursor(cells(self._value[first : self._caret]), 0)
        else:
            self.post_message(self.Blurred(self))

    # -- drawing -----------------------------------------------------------------------------

    def _first(self, width: int) -> int:
        """The first character shown, so that the caret is in view."""
        first = 0
        while first < self._caret and cells(self._value[first : self._caret]) > max(0, width - 1):
            first += 1
        return first

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """The text with its caret, or the placeholder."""
        width = self.size.width
        first = self._first(width) if self.lit else 0
        text, caret = self._value, self._caret
        spans: list[Span] = [(text[first:], "text")]
        if self.lit:
            at = text[caret : caret + 1] or " "
            spans = [(text[first:caret], "text"), (at, "caret"), (text[caret + 1 :], "text")]
        if not text:
            spans.append((self._placeholder, "muted"))
        return Strip(segments(spans, width, self.palette.styles), width)


class NameInput(PlainInput):
    """A name: at most 128 characters; pasted, it loses the spaces around it."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(
            value, placeholder=placeholder, max_length=MAX_NAME, id=id, classes=classes
        )

    def pasted(self, line: str) -> str:
        """The line without spaces around it."""
        return line.strip()
