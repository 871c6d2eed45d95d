"""One JSON object of names and strings: read with the place of every part, edited as text.

Serves the `json` and the `systemprompt` format; the latter may hold comments and a comma
after the last member. Python's own scanners read strings and values, so that what counts as
JSON is what `json.loads` takes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json import JSONDecodeError

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
)

# Strings come first, so that // inside one (a URL) is no comment.
_COMMENT = re.compile(r'"(?:\\.|[^"\\\r\n])*+"?|//[^\r\n]*+|/\*.*?\*/', re.DOTALL)
_COMMA_AT_END = re.compile(r'"(?:\\.|[^"\\\r\n])*+"?|,(?=\s*+[}\]])', re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]*")
_VISIBLE = re.compile(r"[^\r\n]")


class Member(NamedTuple):
    """A member of the object: offsets of name, its end, value, its end.

    `text` is None where it holds no text; `problem` then, or for a number, says what it is.
    """

    name: str
    at: int
    name_end: int
    start: int
    end: int
    text: str | None
    problem: str = ""


class Layout(NamedTuple):
    """The object as it stands: its members, offsets of `{` and `}`, a comma after the last."""

    members: tuple[Member, ...]
    open: int
    close: int
    comma: bool


def blank_comments(text: str) -> str:
    """`text` with comments blanked, and so too a comma after the last member; same offsets."""

    def blank(found: re.Match[str]) -> str:
        return found[0] if found[0][0] == '"' else _VISIBLE.sub(" ", found[0])

    return _COMMENT.sub(blank, text)


def _blank_commas(text: str) -> str:
    return _COMMA_AT_END.sub(lambda found: " " if found[0] == "," else found[0], text)


class FlatJson:
    """A JSON object whose members are names and strings."""

    name = "json"
    suffixes: tuple[str, ...] = (".json",)
    comments = False

    def parse(self, data: bytes) -> Parsed:
        """Read it; members that hold no text are problems with their line.

        Raises `Invalid` (11), with line and column, where it is no such object.
        """
        text = decode(data, self.name).text
        places = Places(text)
        entries: list[Line] = []
        problems: list[str] = []
        seen: dict[str, int] = {}
        for member in self.layout(text).members:
            where = places.words(member.at)
            name = clean(member.name) if is_entry_name(member.name) else "this member"
            if member.problem:
                problems.append(f"{where}: {name} {member.problem}")
            if member.text is None:
                continue
            line = places.line(member.at)
            if member.name in seen:
                problems.append(
                    f"{where}: {name} stands here again (first in line {seen[member.name]});"
                    " the last one counts"
                )
            seen.setdefault(member.name, line)
            entries.append(Line(member.name, SecretValue(member.text), line))
        return Parsed(tuple(entries), tuple(problems))

    def layout(self, text: str) -> Layout:
        """Where everything stands in `text`; `Invalid` (11) where it is no JSON object."""
        bare = blank_comments(text) if self.comments else text
        strict = _blank_commas(bare) if self.comments else bare
        try:
            return _layout(strict, bare)
        except JSONDecodeError as error:
            why = f"{_reason(error)} ({Places(text).words(error.pos)})"
        except RecursionError:
            why = "it is nested too deeply"
        todo = ""
        if not self.comments and "//" in text:
            todo = "A file with comments can be read with the format systemprompt."
        # Without its cause: a JSONDecodeError carries the whole document.
        raise Invalid(
            f"This is no {self.name} file: {why}.", kept="Nothing was changed.", todo=todo
        ) from None

    def edit(self, data: bytes, changes: Mapping[str, SecretValue | None]) -> bytes:
        """`data` with these names set (None: removed); order, layout, comments stay.

        New names go after the last. A member that holds an object or a list is not written
        over: `Invalid` (11).
        """
        if not data.strip():
            return self.write({name: value for name, value in changes.items() if value is not None})
        check_held(self, changes)
        before = self.parse(data)
        source = decode(data, self.name)
        text = source.text
        self._refuse_nested(text, changes)
        text = _set(text, self.layout(text), changes)
        for name in [name for name, value in changes.items() if value is None]:
            text = self._remove(text, name)
        layout = self.layout(text)
        there = {member.name for member in layout.members}
        new = {n: v.reveal_text() for n, v in changes.items() if v is not None and n not in there}
        return check_edit(self, before, source.encode(_add(text, layout, new)), changes)

    def write(self, values: Mapping[str, SecretValue]) -> bytes:
        """A new file with these entries, two blanks of indentation."""
        check_held(self, values)
        plain = {name: value.reveal_text() for name, value in values.items()}
        return (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode("utf-8")

    def refuses(self, name: str, value: SecretValue) -> str:
        """Why this can't stand in a JSON file; empty when it can."""
        if not is_entry_name(name):
            return "the name needs letters, digits and _"
        return refuses_text(value)

    def _refuse_nested(self, text: str, changes: Mapping[str, SecretValue | None]) -> None:
        for member in self.layout(text).members:
            if member.text is None and member.name in changes and text[member.start] in "{[":
                raise Invalid(
                    f"{clean(member.name)} holds {member.problem.removeprefix('holds ')}",
                    kept="Nothing was changed.",
                    todo=f"See {Places(text).words(member.at)}.",
                )

    def _remove(self, text: str, name: str) -> str:
        """`text` without the members called `name`; comments around them stay."""
        while True:
            layout = self.layout(text)
            which = [i for i, member in enumerate(layout.members) if member.name == name]
            if not which:
                return text
            text = _cut(text, self._bare(text), layout, which[-1])

    def _bare(self, text: str) -> str:
        return blank_comments(text) if self.comments else text


def _reason(error: JSONDecodeError) -> str:
    """What is wrong, in Python's words, which never quote the document."""
    return error.msg[:1].lower() + error.msg[1:]


def _skip(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _layout(text: str, bare: str) -> Layout:
    """The members of the object that `text` is; `bare` still has the comma after the last."""
    # Numbers stay text: Python refuses to convert very long ones.
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    open_at = _skip(text, 0)
    if text[open_at : open_at + 1] != "{":
        raise JSONDecodeError("An object, { … }, is expected", text, open_at)
    members: list[Member] = []
    position = _skip(text, open_at + 1)
    while text[position : position + 1] != "}" or members:
        if text[position : position + 1] != '"':
            raise JSONDecodeError("A name in double quotes is expected", text, position)
        name, name_end = decoder.raw_decode(text, position)
        colon = _skip(text, name_end)
        if text[colon : colon + 1] != ":":
            raise JSONDecodeError("A colon is expected", text, colon)
        start = _skip(text, colon + 1)
        value, end = decoder.raw_decode(text, start)
        held, problem = _held(value, text[start:end])
        members.append(Member(name, position, name_end, start, end, held, problem))
        position = _skip(text, end)
        if text[position : position + 1] == "}":
            break
        if text[position : position + 1] != ",":
            raise JSONDecodeError("A comma or } is expected", text, position)
        position = _skip(text, position + 1)
    rest = _skip(text, position + 1)
    if rest < len(text):
        raise JSONDecodeError("Something follows the object", text, rest)
    comma = bool(members) and "," in bare[members[-1].end : position]
    return Layout(tuple(members), open_at, position, comma)


def _held(value: object, source: str) -> tuple[str | None, str]:
    """(the text that a member holds, what is to be said about it)."""
    if isinstance(value, str) and source[0] == '"':
        return (value, "") if is_utf8(value) else (None, "holds text that is no UTF-8; left out")
    if value is None:
        return None, "is null; left out"
    if isinstance(value, dict | list):
        what = "an object" if isinstance(value, dict) else "a list"
        return None, f"holds {what}, not a text; left out"
    return source, "is no string; its JSON text is taken"


def _set(text: str, layout: Layout, changes: Mapping[str, SecretValue | None]) -> str:
    """`text` with the values of existing names replaced (of a doubled name the last)."""
    last = {member.name: member for member in layout.members}
    for member in sorted(last.values(), key=lambda member: -member.start):
        value = changes.get(member.name)
        if value is not None and value.reveal_text() != member.text:
            new = json.dumps(value.reveal_text(), ensure_ascii=False)
            text = text[: member.start] + new + text[member.end :]
    return text


def _cut(text: str, bare: str, layout: Layout, which: int) -> str:
    """`text` without one member and the comma that went with it."""
    member = layout.members[which]
    last = which == len(layout.members) - 1
    if not last or layout.comma:
        comma = bare.index(",", member.end)
        cuts = [(member.at, member.end), (comma, comma + 1)]
    elif which:
        comma = bare.index(",", layout.members[which - 1].end)
        cuts = [(comma, comma + 1), (member.at, member.end)]
    else:
        cuts = [(member.at, member.end)]
    if not text[cuts[0][1] : cuts[-1][0]].strip():  # no comment between them: one cut
        begin, end = cuts[0][0], cuts[-1][1]
        cuts = [(begin, _skip_blanks(text, end) if begin == member.at else end)]
    for start, end in reversed(cuts):
        text = _drop(text, start, end)
    return text


def _skip_blanks(text: str, position: int) -> int:
    while text[position : position + 1] in (" ", "\t"):
        position += 1
    return position


def _drop(text: str, start: int, end: int) -> str:
    """`text` without a span, and without its line where nothing else stood on it."""
    head, tail = text[:start], text[end:]
    line_start = max(head.rfind("\n"), head.rfind("\r")) + 1
    rest = re.match(r"[ \t]*(\r\n|\n|\r)", tail)
    if line_start and not head[line_start:].strip() and rest:
        return head[:line_start] + tail[rest.end() :]
    return head + tail


def _add(text: str, layout: Layout, new: Mapping[str, str]) -> str:
    """`text` with members added after the last, laid out as the last one is."""
    if not new:
        return text
    colon, lead = ": ", newline_of(text) + "  "
    end = layout.close
    before = text[:end].rstrip(" \t\r\n")
    tail = text[len(before) : end] + text[end:]
    if layout.members:
        last = layout.members[-1]
        between = text[last.name_end : last.start]
        colon = between if not between.strip(" \t:") else colon
        gap = text[: last.at]
        space = gap[len(gap.rstrip(" \t\r\n")) :]
        one_line = "\n" not in space and "\r" not in space
        comment = before[last.end :].strip(", \t\r\n")
        if one_line and not comment:
            alone = " " if colon[-1:].isspace() else ""
            lead = alone if len(layout.members) == 1 else space
        elif not one_line:
            lead = newline_of(text) + space.replace("\r", "\n").rpartition("\n")[2]
        if not layout.comma:
            before = before[: last.end] + "," + before[last.end :]
    if not tail[: tail.index("}")].count("\n") and "\n" in lead:
        tail = newline_of(text) + tail.lstrip(" \t\r\n")
    rows = [json.dumps(n) + colon + json.dumps(v, ensure_ascii=False) for n, v in new.items()]
    joined = ("," + lead).join(rows) + ("," if layout.comma else "")
    return before + lead + joined + tail
