"""`.env` files: read without expanding anything, changed without touching other lines.

The grammar is python-dotenv's (which the tests hold it to), with a place for every part, so
that an edit replaces a value and nothing else. A value is what stands there: `${X}` is text.
Line ends inside quotes are read as one newline, as readers in text mode do. Stricter in two
places: a quoted name stays on one line, and what looks like no name is a problem, not a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from keydeck.domain.errors import Invalid
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import Line, Parsed
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.formats.text import (
    Places,
    check_edit,
    check_held,
    decode,
    is_entry_name,
    is_utf8,
    newline_of,
    refuses_text,
    unix_newlines,
)

_BLANK = re.compile(r"\s*")
_SPACE = re.compile(r"[^\S\r\n]*")
_EXPORT = re.compile(r"export[^\S\r\n]+")
_KEY = re.compile(r"'([^'\r\n]+)'|([^=#\s']+[^=#\s]*)")
_QUOTED = {
    "'": re.compile(r"'((?:\\.|[^'\\]++)*+)'", re.DOTALL),
    '"': re.compile(r'"((?:\\.|[^"\\]++)*+)"', re.DOTALL),
}
_ESCAPES = {"'": re.compile(r"\\([\\'])"), '"': re.compile(r"\\([\\'\"abfnrtv])")}
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LINE = re.compile(r"[^\r\n]*")
_END = re.compile(r"\r\n|\n|\r|\Z")

# Read alike by every reader without quotes: no blank, quote, #, $, `, \, ~, glob or operator.
_BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_PEM = "-----BEGIN "
_PEM_END = "-----END "


class _Binding(NamedTuple):
    """One entry or bad line. Offsets: `begin` of its line, `at` key or fault, value, `end`.

    `name` is empty for a bad line; `problem` then says why.
    """

    begin: int
    at: int
    end: int
    name: str = ""
    value: str = ""
    quote: str = ""
    span: tuple[int, int] = (0, 0)
    problem: str = ""


class Dotenv:
    """The format of `.env` files."""

    name = "dotenv"
    suffixes: tuple[str, ...] = (".env",)

    def parse(self, data: bytes) -> Parsed:
        """Read it; bad and doubled lines are problems with their line, never with their text."""
        text = decode(data, ".env").text
        places = Places(text)
        entries: list[Line] = []
        problems: list[str] = []
        seen: dict[str, int] = {}
        for found in _bindings(text):
            where = places.words(found.at)
            if found.problem:
                problems.append(f"{where}: {found.problem}")
                continue
            line = places.line(found.at)
            if found.name in seen:
                problems.append(
                    f"{where}: {clean(found.name)} stands here again"
                    f" (first in line {seen[found.name]}); the last one counts"
                )
            seen.setdefault(found.name, line)
            entries.append(Line(found.name, SecretValue(found.value), line))
        if problems and not entries:
            raise Invalid(
                f"This is no .env file: no line in it is NAME=value ({problems[0]}).",
                kept="Nothing was changed.",
            )
        return Parsed(tuple(entries), tuple(problems))

    def edit(self, data: bytes, changes: Mapping[str, SecretValue | None]) -> bytes:
        """`data` with these names set (None: removed); all other bytes stay.

        Of a doubled name the last is set, and all are removed. New names go to the end.
        """
        check_held(self, changes)
        before = self.parse(data)
        source = decode(data, ".env")
        text, newline = source.text, newline_of(source.text)
        found = [one for one in _bindings(text) if not one.problem]
        last = {one.name: one for one in found}
        pieces: list[str] = []
        done = 0
        for one in found:
            if one.name not in changes:
                continue
            value = changes[one.name]
            if value is None:
                pieces.append(text[done : one.begin])
                done = one.end
            elif last[one.name] is one and value.reveal_text() != one.value:
                pieces.append(text[done : one.span[0]])
                pieces.append(_replacement(text, one, value.reveal_text(), newline))
                done = one.span[1]
        pieces.append(text[done:])
        new = {name: value for name, value in changes.items() if name not in last}
        result = _append("".join(pieces), new, newline)
        return check_edit(self, before, source.encode(result), changes)

    def write(self, values: Mapping[str, SecretValue]) -> bytes:
        """A new file: bare where every reader agrees on it, quoted where not."""
        check_held(self, values)
        return _append("", values, "\n").encode("utf-8")

    def refuses(self, name: str, value: SecretValue) -> str:
        """Why this can't stand in a `.env` file; empty when it can."""
        if not is_entry_name(name):
            return "the name needs letters, digits and _"
        if b"\0" in value.reveal_bytes():
            return "the value has a NUL byte, which no environment variable can hold"
        return refuses_text(value)


def _append(text: str, values: Mapping[str, SecretValue | None], newline: str) -> str:
    lines = [
        f"{name}={_written(name, value.reveal_text(), '', newline)}{newline}"
        for name, value in values.items()
        if value is not None
    ]
    if lines and text and not text.endswith(("\n", "\r")):
        text += newline
    return text + "".join(lines)


def _written(name: str, value: str, prefer: str, newline: str) -> str:
    """`value` quoted for a line of `name`, which must not look like a piece of a value."""
    if _is_base64(name, value):
        prefer = prefer or "'"
    return quote(value, prefer=prefer, newline=newline)


def _replacement(text: str, one: _Binding, value: str, newline: str) -> str:
    """What takes the place of a value: in its old quotes if they can hold it."""
    end = one.span[1]
    new = _written(one.name, value, one.quote, newline)
    if one.quote or one.value:
        return new
    # No value yet: the span runs from the equals sign to a comment, which needs its blank.
    return f"={new} " if text[end : end + 1] == "#" else f"={new}"


def _bindings(text: str) -> Iterator[_Binding]:
    """The entries and bad lines of `text`, comments and blank lines left out.

    A private key that stands there without quotes makes all of its lines bad: base64 would
    otherwise be taken for names.
    """
    position = 0
    inside_key = False
    while position < len(text):
        start = _match(_BLANK, text, position).end()
        if start >= len(text):
            return
        begin = max(position, *(text.rfind(end, position, start) + 1 for end in "\r\n"))
        one = _binding(text, begin, start)
        position = one.end
        if inside_key:
            position = _match(_END, text, _match(_LINE, text, start).end()).end()
            inside_key = _PEM_END not in text[begin:position]
            continue
        if one.name and not one.quote and one.value.startswith(_PEM) and _PEM_END not in one.value:
            inside_key = True
            problem = "a key of several lines stands here without quotes"
            yield _Binding(begin, one.at, one.end, problem=problem)
        elif one.name or one.problem:
            yield one


def _match(pattern: re.Pattern[str], text: str, position: int) -> re.Match[str]:
    found = pattern.match(text, position)
    assert found is not None, "a pattern that matches the empty text"  # noqa: S101
    return found


def _bad(text: str, begin: int, at: int, problem: str) -> _Binding:
    end = _match(_END, text, _match(_LINE, text, at).end()).end()
    return _Binding(begin, at, end, problem=problem)


def _binding(text: str, begin: int, start: int) -> _Binding:
    """The binding whose text begins at `start`, on a line that begins at `begin`."""
    export = _EXPORT.match(text, start)
    at = export.end() if export else start
    if text.startswith("#", at):
        return _Binding(begin, at, _match(_LINE, text, at).end())
    key = _KEY.match(text, at)
    if key is None:
        return _bad(text, begin, at, "no name stands before the “=”")
    name = key[1] or key[2]
    equals = _match(_SPACE, text, key.end()).end()
    if not text.startswith("=", equals):
        return _bad(text, begin, at, "no “=” follows the name")
    rest = text[equals + 1 : _match(_LINE, text, equals).end()]
    if not is_entry_name(name) or _is_base64(name, rest):
        return _finish(text, _value(text, begin, at, "?", equals), "this is no name")
    return _finish(text, _value(text, begin, at, name, equals))


def _is_base64(name: str, rest: str) -> bool:
    """Whether a line is the tail of a value that was broken over lines, not a name.

    Taken for a name, a piece of a secret would be shown.
    """
    if rest.strip() not in ("", "=") or len(name) < 20 or "_" in name:
        return False
    return any(map(str.islower, name)) and any(map(str.isupper, name))


def _value(text: str, begin: int, at: int, name: str, equals: int) -> _Binding:
    """The binding with its value read, not yet the end of its line."""
    start = _match(_SPACE, text, equals + 1).end()
    first = text[start : start + 1]
    if first in ("", "\n", "\r") or (first == "#" and start > equals + 1):
        return _Binding(begin, at, start, name, span=(equals, start))
    if first in _QUOTED:
        found = _QUOTED[first].match(text, start)
        if found is None:
            return _bad(text, begin, start, "a quote is opened here and never closed")
        value = _ESCAPES[first].sub(
            lambda one: _ESCAPED.get(one[1], one[1]), unix_newlines(found[1])
        )
        return _Binding(begin, at, found.end(), name, value, first, (start, found.end()))
    part = text[start : _match(_LINE, text, start).end()]
    value = part[: _comment(part)].rstrip()
    return _Binding(begin, at, start + len(part), name, value, "", (start, start + len(value)))


def _comment(part: str) -> int:
    """Where a comment begins in an unquoted value: at a # with a blank before it."""
    found = part.find("#", 1)
    while found > 0 and not part[found - 1].isspace():
        found = part.find("#", found + 1)
    return found if found > 0 else len(part)


def _finish(text: str, one: _Binding, problem: str = "") -> _Binding:
    """`one` up to the end of its line, where nothing but a comment may follow the value."""
    if one.problem:
        return one
    after = _match(_SPACE, text, one.end).end()
    if text.startswith("#", after):
        after = _match(_LINE, text, after).end()
    end = _END.match(text, after)
    if end is None:
        return _bad(text, one.begin, after, "something follows the closing quote")
    if not problem and not is_utf8(one.value):
        problem = "the value is no UTF-8 text"
    if problem:
        return _Binding(one.begin, one.at, end.end(), problem=problem)
    return one._replace(end=end.end())


def quote(value: str, *, prefer: str = "", newline: str = "\n") -> str:
    """`value` as it stands in a `.env` file.

    Bare where a shell, docker and every dotenv reader agree, else in single quotes (nothing
    is expanded in them), else in double quotes with escapes. `prefer` is the quote that stood
    there; a carriage return, and a newline in a file with CRLF line ends, become escapes.
    """
    lines = "\r" in value or ("\n" in value and newline != "\n")
    single = not lines and "'" not in value and "\\\\" not in value and value[-1:] != "\\"
    double = not lines and not any(char in value for char in '"\\$`')
    if not prefer and _BARE.fullmatch(value):
        return value
    if prefer == '"' and double:
        return f'"{value}"'
    if single:
        return f"'{value}'"
    value = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return f'"{value}"' if newline == "\n" else '"' + value.replace("\n", "\\n") + '"'
