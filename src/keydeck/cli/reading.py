"""How the words of a command line are read.

Options may stand anywhere, and no message repeats a word that could be a value. argparse is
not used: with its message catalogues it costs a quarter of an interpreter's start, its errors
repeat what was typed, and it does not let options and words mix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from keydeck.cli.arguments import (
    GLOBALS,
    SWITCHES,
    VALUED,
    Arguments,
    Command,
    Option,
    Word,
    usage,
)
from keydeck.domain.errors import Usage


class _Reader:
    """Reads options out of a list of words, in any order."""

    __slots__ = ("_argv", "_command", "_known", "_lists", "given", "words")

    def __init__(self, command: str, options: Sequence[Option], argv: Sequence[str]) -> None:
        self._command = f"keydeck {command}".strip()
        self._known = {flag: option for option in options for flag in option.flags}
        self._argv = list(reversed(argv))
        self.given: dict[str, object] = {}
        self._lists: dict[str, list[str]] = {}
        self.words: list[str] = []
        while self._argv:
            item = self._argv.pop()
            if item.startswith("--"):
                self._long(item)
            elif item.startswith("-") and item != "-":
                self._short(item[1:])
            else:
                self.words.append(item)

    def _long(self, item: str) -> None:
        flag, mark, value = item.partition("=")
        option = self._known.get(flag)
        if option is None:
            raise self._unknown(item)
        if mark and not option.value:
            raise self._wrong(f"{flag} takes no value.")
        self._take(option, flag, value if mark else None)

    def _short(self, letters: str) -> None:
        """`-y`, `-t acme`, `-tacme`, `-yt acme`."""
        whole = f"-{letters}"
        while letters:
            flag, letters = f"-{letters[0]}", letters[1:]
            option = self._known.get(flag)
            if option is None:
                raise self._unknown(whole)
            if option.value:
                self._take(option, flag, letters or None)
                return
            self._take(option, flag, None)

    def _take(self, option: Option, flag: str, value: str | None) -> None:
        if not option.value:
            self.given[option.field] = True
            return
        if value is None:
            value = self._next(option, flag)
        if option.many:
            found = self._lists.setdefault(option.field, [])
            found.append(value)
            self.given[option.field] = found
        else:
            self.given[option.field] = value

    def _next(self, option: Option, flag: str) -> str:
        """The word after an option; another option there means that the value is missing."""
        follows = self._argv[-1] if self._argv else None
        if option.default is not None:
            if follows is None or follows.startswith("-"):
                return option.default
        elif follows is None or follows.partition("=")[0] in self._known:
            raise self._wrong(f"{flag} needs {option.value}.")
        return self._argv.pop()

    def _unknown(self, item: str) -> Usage:
        return self._wrong(f"{self._command} has no option {_named(item)}.")

    def _wrong(self, what: str) -> Usage:
        return Usage(what, todo=f"{self._command} --help shows what there is.")


def split_globals(argv: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Global options that stand before a word, that word (empty: none), and what follows."""
    before: list[str] = []
    index = 0
    while index < len(argv):
        item = argv[index]
        if item in VALUED or _ends_valued(item):
            before += argv[index : index + 2]
            index += 2
        elif item.startswith("-") and len(item) > 1:
            before.append(item)
            index += 1
        else:
            return before, item, list(argv[index + 1 :])
    return before, "", []


def parse(command: Command, argv: Sequence[str]) -> Arguments:
    """Read a command's arguments; `Usage` (64) for what it doesn't know or lacks."""
    argv, after = _split_at_dashes(argv)
    reader = _Reader(command.name, (*command.options, *GLOBALS), argv)
    given = reader.given
    _refuse_later(command, given)
    if given.get("help"):
        return Arguments(given, {})
    words = reader.words if command.takes_command else [*reader.words, *after]
    return Arguments(given, _assign(command, words), after if command.takes_command else ())


def parse_globals(argv: Sequence[str], extra: Sequence[Option] = ()) -> Arguments:
    """Read an argument list in which there are global options only."""
    return Arguments(_Reader("", (*GLOBALS, *extra), argv).given, {})


def _ends_valued(item: str) -> bool:
    """Whether letters in a row (`-yt`) end in an option whose value follows."""
    if len(item) < 3 or item[1] == "-":
        return False
    return f"-{item[-1]}" in VALUED and all(f"-{letter}" in SWITCHES for letter in item[1:-1])


def _split_at_dashes(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    items = list(argv)
    if "--" not in items:
        return items, []
    at = items.index("--")
    return items[:at], items[at + 1 :]


def _named(item: str) -> str:
    """An unknown option as far as it can't be a value: its letters."""
    found = re.match(r"--[a-z][a-z-]{0,30}(?==|$)|-[A-Za-z](?=$)", item)
    return found[0] if found else "of that form (a word that begins with - goes after --)"


def _refuse_later(command: Command, given: Mapping[str, object]) -> None:
    for option in command.options:
        if option.later and given.get(option.field):
            raise Usage(
                f"keydeck {command.name} {option.flags[0]} comes in a later release.",
                kept="Nothing was done.",
            )


def _assign(command: Command, given: Sequence[str]) -> dict[str, list[str]]:
    """Share the words out to their names, first the least each needs."""
    left = list(given)
    needed = sum(word.least for word in command.words)
    if len(left) < needed:
        missing = _missing(command.words, len(left))
        raise Usage(
            f"keydeck {command.name} needs {missing.name}: {missing.help}.",
            todo=f"{usage(command)}",
        )
    result: dict[str, list[str]] = {}
    for word in command.words:
        needed -= word.least
        spare = len(left) - needed
        take = spare if word.most is None else min(word.most, spare)
        result[word.name] = left[:take]
        left = left[take:]
    if left:
        most = sum(word.most or 0 for word in command.words)
        takes = f"takes {most} word{'' if most == 1 else 's'}" if most else "takes no words"
        raise Usage(f"keydeck {command.name} {takes}; there are more.", todo=usage(command))
    return result


def _missing(words: Sequence[Word], count: int) -> Word:
    for word in words:
        if count < word.least:
            return word
        count -= word.least
    return words[-1]
