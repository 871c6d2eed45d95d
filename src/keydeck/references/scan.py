"""Finding where secrets' names are used in a folder.

Two passes over each file: a cheap one for the names themselves, then, only where one stands,
the forms of the file's kind. Everything is bounded: a file's size, hits in a file, time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from keydeck.domain.errors import NotFound
from keydeck.domain.record import NamedTuple
from keydeck.domain.reference import LIKELY, MENTION, SURE, Dynamic, Found, Reference
from keydeck.domain.safetext import clean
from keydeck.references.blocks import assigned, spots
from keydeck.references.certainty import CODE, is_commented, is_environments, of_bare_name
from keydeck.references.forms import Form, patterns_of
from keydeck.references.kinds import kind_of, kind_of_content
from keydeck.references.show import Lines, shown, shown_dynamic
from keydeck.references.walk import File, TooBig, Walk, read_regular, why_not

MAX_FILE = 1_000_000
MAX_HITS = 1_000  # in one file
MAX_FOUND = 50_000
MAX_MENTIONS = 20  # of one name in one file

_RANK = {SURE: 0, LIKELY: 1, MENTION: 2}
_OWNER = re.compile(rb"(?:[A-Za-z0-9_]++(?:\.|::|\?\.))*+[A-Za-z0-9_]*+\Z")
_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*+")


def scan(
    root: str,
    names: Collection[str] | None = None,
    *,
    seconds: float = 30.0,
    max_bytes: int = MAX_FILE,
) -> Found:
    """Every use of `names` under `root`; None finds each name that the files need.

    `files` counts what was read; `skipped` says what was not, and why. Names are whole words,
    case counts. What git ignores, `.env` files and symlinks are not read. Raises `NotFound`
    (7) where `root` is no folder.
    """
    if not os.path.isdir(root):
        raise NotFound(f"There is no folder {clean(root)}.", todo="Check the path.")
    if names is not None and not names:
        return Found(())
    search = _Search(names)
    walk = Walk(root, seconds=seconds)
    for file in walk.files():
        if len(search.references) >= MAX_FOUND:
            walk.skip(file.path, f"{MAX_FOUND:,} places were found; this and the rest")
            break
        if not file.symlink:  # one within the folder is met under its own name
            _scan_file(file, search, walk, max_bytes)
    search.references.sort(
        key=lambda one: (one.name, _RANK[one.certainty], one.file, one.line, one.column)
    )
    return Found(tuple(search.references), tuple(search.dynamic), search.files, tuple(walk.skipped))


def _scan_file(file: File, search: _Search, walk: Walk, max_bytes: int) -> None:
    kind = kind_of(file.path)
    if not kind:
        return
    try:
        data = read_regular(file.real, max_bytes)
    except (OSError, TooBig) as error:
        walk.skip(file.path, why_not(error))
        return
    if b"\0" in data:
        return
    if not search.scan(clean(file.path), kind_of_content(kind, data), data):
        walk.skip(file.path, f"more than {MAX_HITS:,} places; the rest")


class _Hit(NamedTuple):
    """A name found in a file: offset, name, form or a certainty of its own."""

    at: int
    name: bytes
    start: int
    certainty: str
    needs: bool = True


class _Search:
    """What is looked for, and what was found so far."""

    def __init__(self, names: Collection[str] | None) -> None:
        self.references: list[Reference] = []
        self.dynamic: list[Dynamic] = []
        self.files = 0
        self._names = None if names is None else frozenset(name.encode() for name in names)

    def scan(self, path: str, kind: str, data: bytes) -> bool:
        """Take in one file; False where it holds more hits than are kept."""
        self.files += 1
        named = self._present(data)
        may_be_dynamic = b"env" in data or b"Env" in data or b"ENV" in data or b"${!" in data
        if named is not None and not named and not may_be_dynamic:
            return True
        lines = Lines(data)
        hits: dict[int, _Hit] = {}
        dynamic: dict[int, _Hit] = {}
        for hit, form in _forms(kind, data):
            if form.dynamic:
                dynamic.setdefault(hit.at, hit)
            elif named is None or hit.name in named:
                hits.setdefault(hit.at, hit)
        self._keep_dynamic(path, kind, lines, dynamic)
        for spot in spots(kind, data):
            if named is None or spot.name in named:
                hits.setdefault(
                    spot.at, _Hit(spot.at, spot.name, spot.at, spot.certainty, spot.needs)
                )
        found = _needed(kind, data, hits) if named is None else _all(kind, data, hits, named)
        return self._keep(path, kind, data, lines, found)

    def _present(self, data: bytes) -> frozenset[bytes] | None:
        """Which of the names stand in `data` at all; None when every name counts."""
        if self._names is None:
            return None
        if len(self._names) <= 8:
            return frozenset(name for name in self._names if name in data)
        return self._names.intersection(_WORD.findall(data))

    def _keep_dynamic(self, path: str, kind: str, lines: Lines, found: dict[int, _Hit]) -> None:
        for at in sorted(found)[:MAX_HITS]:
            if not is_commented(kind, lines, at):
                form = shown_dynamic(lines.data, found[at].start, at)
                self.dynamic.append(Dynamic(path, lines.at(at)[0], form))

    def _keep(self, path: str, kind: str, data: bytes, lines: Lines, found: Iterator[_Hit]) -> bool:
        kept = 0
        mentions: dict[bytes, int] = {}
        for hit in found:
            certainty = hit.certainty
            if certainty != MENTION and is_commented(kind, lines, hit.at):
                if self._names is None:
                    continue
                certainty = MENTION
            if certainty == MENTION:
                mentions[hit.name] = mentions.get(hit.name, 0) + 1
                if mentions[hit.name] > MAX_MENTIONS:
                    continue
            if kept >= MAX_HITS:
                return False
            kept += 1
            line, column = lines.at(hit.at)
            form = shown(data, hit.start, hit.at + len(hit.name))
            name = hit.name.decode()
            self.references.append(Reference(name, kind, "", path, line, column, form, certainty))
        return True


def _forms(kind: str, data: bytes) -> Iterator[tuple[_Hit, Form]]:
    for find, form in patterns_of(kind):
        for match in find.finditer(data):
            start = match.start()
            if kind in CODE:  # `os.`, `std::` and the like belong to what people know it by
                owner = _OWNER.search(data, max(0, start - 24), start)
                start = start if owner is None else owner.start()
            yield _Hit(match.start(1), match[1], start, form.certainty, form.needs), form


def _needed(kind: str, data: bytes, hits: dict[int, _Hit]) -> Iterator[_Hit]:
    """The hits whose names the file asks for from outside."""
    if kind == "docs":
        return
    own = assigned(kind, data)
    for at in sorted(hits):
        hit = hits[at]
        explicit = kind in CODE and hit.certainty == SURE and len(hit.name) > 1
        own_variable = data[hit.start : hit.start + 1] == b"$" and hit.name in own
        named = not own_variable and is_environments(hit.name.decode())
        if hit.needs and hit.certainty != MENTION and (explicit or named):
            yield hit


def _all(kind: str, data: bytes, hits: dict[int, _Hit], named: frozenset[bytes]) -> Iterator[_Hit]:
    """Every place where one of the names stands, in order, with how sure it is."""
    if not named:
        return
    own = assigned(kind, data)
    for match in _alternation(named).finditer(data):
        hit = hits.get(match.start())
        if hit is None:
            certainty = of_bare_name(kind, data, match.start(), match[0])
            quote = data[max(0, match.start() - 1) : match.start()] in (b'"', b"'", b"`")
            start = match.start() - quote
            hit = _Hit(match.start(), match[0], start, certainty) if certainty else None
        elif hit.certainty == SURE and hit.name in own:
            hit = hit._replace(certainty=LIKELY)
        if hit is not None:
            yield hit


@lru_cache(maxsize=256)
def _alternation(names: frozenset[bytes]) -> re.Pattern[bytes]:
    """Any of `names` as a whole word."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    inner = b"|".join(re.escape(name) for name in longest_first)
    return re.compile(rb"(?<![A-Za-z0-9_])(?:" + inner + rb")(?![A-Za-z0-9_])")
