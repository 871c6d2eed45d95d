"""The field for a value: one masked line or several, typed, pasted, generated or from a file."""

from __future__ import annotations

import os

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from keydeck.domain.names import MAX_VALUE
from keydeck.domain.secret import SecretValue
from keydeck.services import generator
from keydeck.system.files import read_file
from keydeck.tui.dialogs.form import Field, Line, choice_line
from keydeck.tui.looks import looks_like
from keydeck.tui.widgets.masked import Masked, SecretArea, SecretInput

KEYS = (("F3", "generate"), ("F4", "a file"), ("F5", "lines"))


def from_file(path: str) -> SecretValue:
    """A file's bytes as a value: one line loses its final newline, several stay as they are."""
    data = read_file(os.path.expanduser(path), MAX_VALUE)
    if data.endswith(b"\n") and data.count(b"\n") == 1:
        data = data[:-1].removesuffix(b"\r")
    return SecretValue(data)


class ValueField(Widget):
    """A `SecretInput` and a `SecretArea` of which one shows; the value is in the shown one."""

    DEFAULT_CSS = """
    ValueField { height: auto; width: 1fr; layout: vertical; }
    ValueField SecretArea { display: none; }
    ValueField.-several SecretArea { display: block; }
    ValueField.-several SecretInput { display: none; }
    ValueField #value-keys { padding: 0 0 0 13; }
    """

    class Changed(Message):
        """Something was typed, pasted, generated or read."""

    def __init__(self, label: str = "Value", *, placeholder: str = "") -> None:
        super().__init__(id="value")
        self._label = label
        self._placeholder = placeholder
        self.origin = "set"

    def compose(self) -> ComposeResult:
        """The field with its word, and the keys below."""
        yield Field(
            self._label,
            SecretInput(placeholder=self._placeholder, id="one-line"),
            SecretArea(placeholder=self._placeholder, id="lines"),
            id="value-row",
        )
        yield Line(choice_line(KEYS), id="value-keys")

    # -- the value ---------------------------------------------------------------------------

    @property
    def several(self) -> bool:
        """Whether the field takes several lines now."""
        return self.has_class("-several")

    @property
    def field(self) -> Masked:
        """The field that shows."""
        return self.query_one("#lines" if self.several else "#one-line", Masked)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given yet."""
        return self.field.is_empty

    def snapshot(self) -> SecretValue:
        """A copy of the value."""
        return self.field.snapshot()

    def put(self, value: SecretValue, origin: str = "set") -> None:
        """Replace the value; several lines show as several."""
        self.set_class(b"\n" in value.reveal_bytes(), "-several")
        self.origin = origin
        self.field.put(value)

    def clear(self) -> None:
        """Forget it."""
        for field in self.query(Masked):
            field.clear()

    def focus_field(self) -> None:
        """Begin to type."""
        self.field.focus()

    def turn_several(self) -> None:
        """One line or several; what is there goes along, byte for byte."""
        value = self.field.take()
        self.toggle_class("-several")
        self.field.put(value)
        self.field.focus()

    def generate(self, spec: str) -> None:
        """Put a generated value in."""
        self.put(generator.generate(spec), "generate")

    # -- what comes --------------------------------------------------------------------------

    @on(Masked.Changed)
    def _typed(self, event: Masked.Changed) -> None:
        event.stop()
        if event.field is not self.field:
            return
        self._say()
        self.post_message(self.Changed())

    @on(Masked.MultiLinePasted)
    def _pasted(self, event: Masked.MultiLinePasted) -> None:
        event.stop()
        self.put(self.query_one("#one-line", SecretInput).take_paste())
        self.field.focus()

    def _say(self) -> None:
        row = self.query_one("#value-row", Field)
        if self.is_empty:
            self.origin = "set"
            row.say("")
            return
        looks = looks_like(self.snapshot())
        row.say(", ".join(part for part in (self.field.summary, looks) if part), "muted")
