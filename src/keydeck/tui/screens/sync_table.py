"""The plan's rows drawn at each width: one line from 80 columns on, two below."""

from __future__ import annotations

from collections.abc import Sequence

from keydeck.domain.safetext import clean
from keydeck.services.sync import Detail
from keydeck.tui.screens.sync_rows import Board, Line, Words
from keydeck.tui.text import Span, cells, middle, pad
from keydeck.tui.widgets.columns import Column, Table, lay_out
from keydeck.tui.widgets.rows import Lines, Slot

_TICK = Column("tick", "", 3)
_WHAT = Column("what", "WHAT", 11)
_NAME = Column("name", "NAME", grow=True, least=12)
COLUMNS = (_TICK, _WHAT, _NAME, Column("who", "WHO", 16), Column("change", "CHANGE", 20))
ROOMY = (_TICK, _WHAT, _NAME, Column("who", "WHO", 30), Column("change", "CHANGE", 32))
RESULTS = (_TICK, _WHAT, _NAME, Column("change", "RESULT", 38))
ROOMY_RESULTS = (_TICK, _WHAT, _NAME, Column("change", "RESULT", 64))
ROOMY_FROM = 100


def table(width: int, done: bool) -> Table:
    """The columns at a width: before and after applying."""
    if done:
        return lay_out(ROOMY_RESULTS if width >= ROOMY_FROM else RESULTS, width)
    return lay_out(ROOMY if width >= ROOMY_FROM else COLUMNS, width)


def draw(board: Board, line: Line, slot: Slot) -> Lines:
    """The lines of one row in its slot."""
    words = board.words(line, short=slot.width < ROOMY_FROM)
    if slot.lines > 1:
        return _two_lines(words, slot.width, board.done)
    by_key: dict[str, Span] = {
        "tick": (words.tick, "text"),
        "what": words.what,
        "name": words.name,
        "who": words.who,
        "change": words.change,
    }
    return [table(slot.width, board.done).line(by_key)]


def _two_lines(words: Words, width: int, done: bool) -> Lines:
    room = max(8, width - 4 - 2 - 12)
    name, role = words.name
    first: list[Span] = [
        (pad(words.tick, 4), "text"),
        (pad(middle(name, room), room), role),
        ("  ", "text"),
        words.what,
    ]
    indent: Span = ("    ", "text")
    if done or not words.who[0]:
        return [first, [indent, words.change]]
    who: Span = (pad(words.who[0], 18), "muted")
    return [first, [indent, who, words.change]]


def detail_lines(sides: Sequence[Detail], width: int) -> list[list[Span]]:
    """Base, ours and theirs of a row, in columns that fit into `width` cells."""
    versions = max((cells(version_word(side.version)) for side in sides), default=0)
    change = max((cells(side.change) for side in sides), default=0)
    when = max((cells(side.when) for side in sides), default=0)
    room = width - 9 - versions - 3 - 3
    change = min(change, max(12, room - when))
    when = min(when, room - change)
    return [
        [
            (pad(side.side, 8), "muted"),
            (pad(version_word(side.version), versions), "text"),
            ("   " if versions else "", "text"),
            (pad(clean(side.when), when), "text"),
            ("   ", "text"),
            (pad(clean(side.change), change), "muted"),
        ]
        for side in sides
    ]


def version_word(version: str) -> str:
    """`v12`; nothing for a file's version, which is a fingerprint of its content."""
    number = version.removeprefix("v")
    return f"v{number}" if number.isdigit() else ""
