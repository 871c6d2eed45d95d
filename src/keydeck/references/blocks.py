"""Names that stand in a block, where only what encloses them says what they are.

`const { A, B } = process.env`, the `environment:` of a compose file, what a shell script
itself assigns. Each function goes through the bytes once.
"""

from __future__ import annotations

import re

from keydeck.domain.record import NamedTuple
from keydeck.domain.reference import LIKELY, SURE

_NAME = rb"([A-Za-z_][A-Za-z0-9_]{0,127}+)(?![A-Za-z0-9_])"
_LONGEST_BLOCK = 4_000


class Spot(NamedTuple):
    """A name in a block: offset, name, how sure, whether it is read from outside."""

    at: int
    name: bytes
    certainty: str = SURE
    needs: bool = True


def spots(kind: str, data: bytes) -> list[Spot]:
    """The names that blocks of a file of `kind` use."""
    if kind == "javascript":
        return _destructured(data)
    if kind in _ENVIRONMENTS:
        return _environments(kind, data)
    return []


_FROM_ENV = re.compile(
    rb"\}\s*+(?:=\s*+(?:process\.env|import\.meta\.env|Bun\.env)\b|from\s++[\"']\$env/static/)"
)
_TAKEN = re.compile(rb"(?:^|[{,])\s*+" + _NAME)


def _destructured(data: bytes) -> list[Spot]:
    found: list[Spot] = []
    done = 0
    for end in _FROM_ENV.finditer(data):
        start = data.rfind(b"{", max(done, end.start() - _LONGEST_BLOCK), end.start())
        if start >= 0:
            inner = _TAKEN.finditer(data, start, end.start())
            found += [Spot(one.start(1), one[1]) for one in inner]
        done = end.end()
    return found


_LINE = re.compile(rb"^( *+)(-?)[ \t]*+([^\r\n]*)", re.MULTILINE)
_ENVIRONMENTS = {
    "compose": re.compile(rb"(?:environment|args)\s*+:\s*+(?:#.*)?"),
    "ci": re.compile(rb"(?:env|environment|variables|secrets)\s*+:\s*+(?:#.*)?"),
    "yaml": re.compile(rb"(?:env|environment)\s*+:\s*+(?:#.*)?"),
}
_ITEM = re.compile(rb"[\"']?" + _NAME + rb"[\"']?\s*+(=|:(?=\s|\Z)|\Z|#)\s*+([^#\s]?)")


def _environments(kind: str, data: bytes) -> list[Spot]:
    """Items of `environment:` and the like; one without a value is taken from outside."""
    found: list[Spot] = []
    indent = -1  # of the block's own line
    for line in _LINE.finditer(data):
        rest = line[3]
        if not rest.strip() or rest.startswith(b"#"):
            continue
        depth = len(line[1])
        if depth < indent or (depth == indent and not line[2]):
            indent = -1
        if indent >= 0:
            item = _ITEM.match(rest)
            if item is not None:
                valued = bool(item[3]) or item[2] == b"="
                at = line.start(3) + item.start(1)
                found.append(Spot(at, item[1], LIKELY if valued else SURE, not valued))
            continue
        if _ENVIRONMENTS[kind].fullmatch(rest):
            indent = depth + (len(line[0]) - len(rest) - depth if line[2] else 0)
    return found


_WORD = rb"(\"[^\"\r\n]{0,200}|[^\s;&|]{0,200})"
_ASSIGNED = {
    "shell": re.compile(
        rb"(?:(?:^|[;&|({`]|\b(?:export|local|readonly|declare|typeset|then|do|else)\s)[ \t]*+"
        rb"(?:-[a-zA-Z]++[ \t]++)?" + _NAME + rb"\+?=(?!=)|\b(?:for|read(?:[ \t]++-\w++)*+"
        rb"|getopts[ \t]++\S++|mapfile(?:[ \t]++-\w++)*+)[ \t]++" + _NAME + rb")" + _WORD,
        re.MULTILINE,
    ),
    "make": re.compile(
        rb"^[ \t]*+(?:(?:export|override)[ \t]++)?"
        + (_NAME + rb"[ \t]*+[+?:!]{0,3}=()([^\r\n]{0,200})"),
        re.MULTILINE,
    ),
    "dockerfile": re.compile(
        rb"^[ \t]*+(?:ENV|ARG)[ \t]++" + _NAME + rb"()([^\r\n]{0,200})", re.MULTILINE
    ),
}


def assigned(kind: str, data: bytes) -> frozenset[bytes]:
    """The names that a script sets itself, so that `$NAME` in it asks nobody else.

    `A="${A:-x}"` does ask: what is assigned from itself is left out.
    """
    if kind == "ci":
        return frozenset(spot.name for spot in _environments(kind, data) if not spot.needs)
    pattern = _ASSIGNED.get("shell" if kind == "text" else kind)
    names = set()
    for one in pattern.finditer(data) if pattern is not None else ():
        name = one[1] or one[2]
        if b"$" + name not in one[3] and b"${" + name not in one[3]:
            names.add(name)
    return frozenset(names)
