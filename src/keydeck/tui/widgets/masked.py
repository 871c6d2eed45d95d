"""Fields for secret values: masked always, never copied, no undo, no value in any message.

    value = SecretInput(id="value", placeholder="type, paste, F3 generates")

    @on(SecretInput.Changed, "#value")
    def changed(self, event: SecretInput.Changed) -> None:
        self.info = event.field.summary            # "107 characters"

    @on(SecretInput.MultiLinePasted, "#value")     # a PEM key: go on in a SecretArea
    def several_lines(self, event: SecretInput.MultiLinePasted) -> None:
        area.put(event.field.take_paste())

    secret = value.take()                          # a SecretValue; the field is empty then

Textual's own `Input` shows the length, copies the plain text and keeps the first line of a
paste; its `TextArea` keeps plain text in undo steps and can crash with them on screen. These
are small buffers of bytes instead: text goes in at the end, backspace takes the last
character, `ctrl+u` all. What can't be seen can't be edited in the middle.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.message import Message
from textual.strip import Strip

from keydeck.domain.secret import SecretValue
from keydeck.tui.text import Span, grouped, segments
from keydeck.tui.widgets.base import Quiet

MASK = "•" * 12
"""What stands for any value, long or short."""


class Buffer:
    """Bytes of a value being typed; zeroed when they go. Shows nothing of itself."""

    __slots__ = ("_data",)

    def __init__(self) -> None:
        self._data = bytearray()

    def __len__(self) -> int:
        """Length in bytes."""
        return len(self._data)

    def __repr__(self) -> str:
        return "Buffer()"

    def add(self, text: str) -> None:
        """Put text at the end."""
        self._data += text.encode("utf-8", "surrogatepass")

    def add_value(self, value: SecretValue) -> None:
        """Put a value's bytes at the end."""
        self._data += value.reveal_bytes()

    def drop_last(self) -> None:
        """Take the last character away."""
        at = len(self._data) - 1
        while at > 0 and self._data[at] & 0xC0 == 0x80:
            at -= 1
        if at >= 0:
            self._data[at:] = b""

    def clear(self) -> None:
        """Zero and forget everything."""
        self._data[:] = bytes(len(self._data))
        self._data.clear()

    def value(self) -> SecretValue:
        """A copy, as a value."""
        return SecretValue(bytes(self._data))

    def lines(self) -> list[bool]:
        """For each line whether there is anything in it."""
        return [bool(line.rstrip(b"\r")) for line in self._data.split(b"\n")]

    @property
    def has_newline(self) -> bool:
        """Whether there is more than one line."""
        return b"\n" in self._data


def summary(value: SecretValue) -> str:
    """What may be said of a value on screen: its length, its lines, what hides in it.

    `107 characters`, `28 lines, 1 704 bytes, ends with a newline`, `empty`; never a character.
    """
    if len(value) == 0:
        return "empty"
    if not value.is_text:
        return f"{grouped(len(value))} bytes, not text"
    text = value.reveal_text()
    lines = text.count("\n") + (not text.endswith("\n"))
    if "\n" in text:
        words = [f"{lines} line{'s' * (lines != 1)}", f"{grouped(len(value))} bytes"]
        words.append("ends with a newline" if text.endswith("\n") else "no newline at its end")
        if "\r\n" in text:
            words.append("Windows line ends")
    else:
        words = [f"{grouped(len(text))} character{'s' * (len(text) != 1)}"]
    if text != text.strip(" \t") and "\n" not in text:
        words.append("a space at its edge")
    if any((ord(c) < 32 and c not in "\r\n\t") or 127 <= ord(c) < 160 for c in text):
        words.append("control characters in it")
    return ", ".join(words)


def pasted(text: str) -> str:
    """The text of a paste as it was copied.

    Many terminals send each newline of a paste as CR (the Enter key's byte); a paste that has
    CR and no LF comes from one of them. Any other is kept byte for byte.
    """
    return text.replace("\r", "\n") if "\r" in text and "\n" not in text else text


class Masked(Quiet):
    """What the masked fields share: the buffer, typing at its end, messages without values."""

    can_focus = True

    class FieldMessage(Message):
        """Something about a field; what is in it is not told."""

        def __init__(self, field: Masked) -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> Masked:
            """The field it comes from."""
            return self.field

    class Changed(FieldMessage):
        """Something was typed, pasted or removed; `field.summary` says how much there is."""

    class Submitted(FieldMessage):
        """Enter was pressed."""

    class Blurred(FieldMessage):
        """The focus went elsewhere."""

    class MultiLinePasted(FieldMessage):
        """Several lines were pasted into a field of one line: `field.take_paste()`."""

    def __init__(
        self,
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._buffer = Buffer()
        self._paste = Buffer()
        self._placeholder = placeholder

    # -- the value ---------------------------------------------------------------------------

    def take(self) -> SecretValue:
        """The value; the field is emptied."""
        value = self._buffer.value()
        self.clear()
        return value

    def snapshot(self) -> SecretValue:
        """A copy of the value so far, for checks while it is typed."""
        return self._buffer.value()

    def put(self, value: SecretValue) -> None:
        """Replace what is in it, for a generated value or one from a file."""
        self._buffer.clear()
        self._buffer.add_value(value)
        self._changed()

    def clear(self) -> None:
        """Zero and forget what is in it."""
        self._paste.clear()
        if len(self._buffer):
            self._buffer.clear()
            self._changed()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return len(self._buffer) == 0

    @property
    def summary(self) -> str:
        """What may be said of it: `107 characters`."""
        return summary(self._buffer.value())

    def _changed(self) -> None:
        self.refresh()
        if self.is_attached:
            self.post_message(self.Changed(self))

    def on_unmount(self) -> None:
        """Nothing outlives the screen."""
        self._buffer.clear()
        self._paste.clear()

    # -- keys --------------------------------------------------------------------------------

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Printable keys are typed into the field."""
        return character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        """Type at the end; everything else is left to the screen."""
        if event.key == "enter":
            self.enter()
        elif event.key == "backspace":
            self._buffer.drop_last()
            self._changed()
        elif event.key in {"ctrl+u", "ctrl+w", "ctrl+backspace"}:
            self._buffer.clear()
            self._changed()
        elif event.character is not None and event.is_printable:
            self._buffer.add(event.character)
            self._changed()
        else:
            return
        event.stop()
        event.prevent_default()

    def enter(self) -> None:
        """What enter does."""
        self.post_message(self.Submitted(self))

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.paste(pasted(event.text))

    def paste(self, text: str) -> None:
        """Take pasted text."""
        self._buffer.add(text)
        self._changed()

    def focus_changed(self) -> None:
        """Tell when the focus went; leave the terminal's cursor at the mask otherwise."""
        if self.has_focus:
            self.park_cursor(0, 0)
        else:
            self.post_message(self.Blurred(self))


class SecretInput(Masked):
    """A value of one line, shown as twelve bullets whatever its length."""

    DEFAULT_CSS = """
    SecretInput { height: 1; width: 1fr; }
    """

    def paste(self, text: str) -> None:
        """One line is added (without one newline at its end); several are kept aside."""
        line = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
        if "\n" not in line:
            super().paste(line)
            return
        self._paste.clear()
        self._paste.add_value(self._buffer.value())
        self._paste.add(text)
        self.post_message(self.MultiLinePasted(self))

    def take_paste(self) -> SecretValue:
        """What was typed and the several lines pasted after it; the field is emptied."""
        value = self._paste.value()
        self.clear()
        return value

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """Mask or placeholder, and the caret."""
        width = self.size.width
        spans: list[Span] = [("" if self.is_empty else MASK, "text")]
        if self.lit:
            spans.append((" ", "caret"))
        if self.is_empty:
            spans.append((self._placeholder, "muted"))
        return Strip(segments(spans, width, self.palette.styles), width)


class SecretArea(Masked):
    """A value of several lines, each shown as twelve bullets; every byte is kept."""

    DEFAULT_CSS = """
    SecretArea { height: 5; width: 1fr; }
    """

    def enter(self) -> None:
        """Enter begins a line."""
        self._buffer.add("\n")
        self._changed()

    def render_line(self, y: int) -> Strip:
        """One of the last lines, masked."""
        width, height = self.size
        lines = self._buffer.lines()
        above = len(lines) - height
        spans: list[Span] = []
        index = y + max(0, above)
        if above > 0 and y == 0:
            spans.append((f"… {above + 1} more lines above", "muted"))
        elif index < len(lines):
            spans.append((MASK if lines[index] else "", "text"))
            if self.lit and index == len(lines) - 1:
                spans.append((" ", "caret"))
            if self.is_empty:
                spans.append((self._placeholder, "muted"))
        return Strip(segments(spans, width, self.palette.styles), width)

    def __rich_repr__(self) -> Any:
        """Its id only."""
        yield "id", self.id, None
