"""A place in a file as people read it: line, column, the form without what it may hide."""

from __future__ import annotations

import re
from bisect import bisect_right

from keydeck.domain.safetext import clean

_MAX_FORM = 60
_TAIL = re.compile(rb"[\"'`]?\s{0,4}(:?[-?+=]|,|)")
_SPACES = re.compile(r"\s+")
_VARIABLE = re.compile(rb"[A-Za-z0-9_.$]{1,40}")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def shown(data: bytes, start: int, end: int) -> str:
    """The form from `start` to the end of its name, closed, without what follows the name.

    A default (`${A:-x}`, `getenv("A", "x")`) may be a secret: it is shown as `…`.
    """
    head = data[max(start, end - 200) : end].decode("utf-8", "replace")
    text = clean(_SPACES.sub(" ", head)).strip()
    stack: list[str] = []
    for char in text:
        if char in _CLOSES:
            stack.append(_CLOSES[char])
        elif stack and char == stack[-1]:
            stack.pop()
    text += next((quote for quote in "\"'`" if text.count(quote) % 2), "")
    tail = _TAIL.match(data, end)
    operator = tail[1].decode() if tail is not None else ""
    if stack and operator and (operator == ",") == (stack[-1] == ")"):
        rest = "" if operator.endswith("?") else "…"
        text += ", …" if operator == "," else operator + rest
    return (text + "".join(reversed(stack)))[:_MAX_FORM]


def shown_dynamic(data: bytes, start: int, end: int) -> str:
    """A look-up with the variable that it asks for: `os.environ[key]`, `os.environ[…]`."""
    variable = _VARIABLE.match(data, end)
    if variable is not None and data[variable.end() : variable.end() + 1] not in (b'"', b"'", b"`"):
        return shown(data, start, variable.end())
    made = shown(data, start, end).rstrip("\"'`)]}")
    return made + "…" + shown(data, start, end)[len(made) :]


class Lines:
    """Offsets of a file to line and column, found only when they are asked for."""

    __slots__ = ("_starts", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts: list[int] | None = None

    def start(self, at: int) -> int:
        """Where the line of `at` begins."""
        return self._all()[self._index(at)]

    def at(self, at: int) -> tuple[int, int]:
        """(line, column) from 1, the column in characters."""
        index = self._index(at)
        head = self.data[self._all()[index] : at]
        return index + 1, len(head.decode("utf-8", "replace")) + 1

    def _index(self, at: int) -> int:
        return bisect_right(self._all(), at) - 1

    def _all(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(found.end() for found in re.finditer(rb"\n|\r(?!\n)", self.data))]
        return self._starts
