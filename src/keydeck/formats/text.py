"""What the text formats share: bytes to text and back, places in a file, checked edits."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from keydeck.domain.errors import Invalid
from keydeck.domain.names import MAX_NAME
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import Codec, Parsed
from keydeck.domain.secret import SecretValue

BOM = b"\xef\xbb\xbf"
_NEWLINE = re.compile(r"\r\n|\n|\r")
_ENTRY_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class Text(NamedTuple):
    """A file's text, and whether a byte order mark stood before it.

    Bytes that are no UTF-8 are lone surrogates in it, so that they come out again untouched.
    """

    text: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """`text` as the file's bytes."""
        return (BOM if self.bom else b"") + text.encode("utf-8", "surrogateescape")


def decode(data: bytes, what: str) -> Text:
    """The text of a `what` file; `Invalid` (11) where the bytes are no text at all."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(
            f"This is no {what} file: its text is UTF-16.",
            kept="Nothing was changed.",
            todo="Save it as UTF-8.",
        )
    bom = data.startswith(BOM)
    text = data[len(BOM) if bom else 0 :].decode("utf-8", "surrogateescape")
    nul = text.find("\0")
    if nul >= 0:
        raise Invalid(
            f"This is no {what} file: a NUL byte stands in it ({Places(text).words(nul)}).",
            kept="Nothing was changed.",
        )
    return Text(text, bom)


class Places:
    """Turns an offset in a text into line and column, both from 1."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """(line, column) of `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, offset: int) -> int:
        """The line of `offset`."""
        return bisect_right(self._starts, offset)

    def words(self, offset: int) -> str:
        """`line 3, column 7`."""
        line, column = self.at(offset)
        return f"line {line}, column {column}"


def newline_of(text: str) -> str:
    """The line end that most lines of `text` have."""
    pairs = text.count("\r\n")
    return "\r\n" if pairs > text.count("\n") - pairs else "\n"


def unix_newlines(text: str) -> str:
    """`text` with every line end as a single newline."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_entry_name(name: str) -> bool:
    """Whether `name` looks like a name rather than like a piece of a value.

    Wider than a secret's name (dots and hyphens): the one who imports says what would fit.
    """
    return len(name) <= MAX_NAME and _ENTRY_NAME.fullmatch(name) is not None


def is_utf8(text: str) -> bool:
    """Whether `text` can be stored as UTF-8 (no lone surrogates in it)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def refuses_text(value: SecretValue) -> str:
    """Why a text format can't hold `value`, in words; empty when it can."""
    return "" if value.is_text else "the value is no UTF-8 text"


def check_held(codec: Codec, changes: Mapping[str, SecretValue | None]) -> None:
    """`Invalid` (11) for the first change that `codec` can't hold."""
    from keydeck.domain.safetext import clean

    for name, value in changes.items():
        why = "" if value is None else codec.refuses(name, value)
        if why:
            raise Invalid(
                f"{clean(name)} can't stand in a {codec.name} file: {why}.",
                kept="Nothing was changed.",
            )


def check_edit(
    codec: Codec, before: Parsed, after: bytes, changes: Mapping[str, SecretValue | None]
) -> bytes:
    """`after` itself, once it reads back as `before` with exactly `changes` made.

    Raises `Invalid` (11) otherwise: in a file with an open quote a new line could be taken
    for a part of another value.
    """
    expected = before.values()
    for name, value in changes.items():
        if value is None:
            expected.pop(name, None)
        else:
            expected[name] = value
    if (codec.parse(after).values() if after.strip() else {}) != expected:
        todo = "Mend the file first."
        if before.problems:
            todo = f"Mend the file first: {before.problems[0]}"
        raise Invalid(
            f"This {codec.name} file can't be changed without touching other entries.",
            kept="Nothing was changed.",
            todo=todo,
        )
    return after
