"""How a command is declared once, and how its words are read.

From one declaration come the parser, the help and `docs/cli.md`. A parser is built for the one
command that was asked for. argparse reads the options only; words are counted here, so that
options may stand anywhere and no message of argparse repeats a word that could be a value.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from keydeck.domain.errors import Usage
from keydeck.domain.safetext import clean

if TYPE_CHECKING:
    from keydeck.cli.context import Context


class Option(NamedTuple):
    """An option: its flags, what it does, and what its value is called (empty: a switch).

    `many` may be given several times; with `default` the value may be left out, and stands
    for it then; `later` is known but not built yet.
    """

    flags: tuple[str, ...]
    help: str
    value: str = ""
    many: bool = False
    default: str | None = None
    later: bool = False

    @property
    def field(self) -> str:
        """The name its value is found by: `--ca-file` → `ca_file`."""
        long = next((flag for flag in self.flags if flag.startswith("--")), self.flags[0])
        return long.lstrip("-").replace("-", "_")


class Word(NamedTuple):
    """A word without a dash: its name, what it is, how often it may stand (`most` None: any)."""

    name: str
    help: str
    least: int = 1
    most: int | None = 1

    @property
    def shown(self) -> str:
        """`NAME`, `NAME…`, `[NAME]`."""
        text = self.name if self.most == 1 else f"{self.name}…"
        return text if self.least else f"[{text}]"


class Command(NamedTuple):
    """One command: its name (`target add`), a sentence, words, options, who handles it.

    `takes_command`: what follows `--` is a command of its own (`run`).
    """

    name: str
    help: str
    handler: Callable[[Context, Arguments], int]
    words: tuple[Word, ...] = ()
    options: tuple[Option, ...] = ()
    detail: str = ""
    takes_command: bool = False


GLOBALS = (
    Option(("--vault",), "the vault's file (KEYDECK_VAULT)", "PATH"),
    Option(("-t", "--tenant"), "the tenant (KEYDECK_TENANT)", "NAME"),
    Option(("-p", "--profile"), "the profile, or TENANT/PROFILE (KEYDECK_PROFILE)", "NAME"),
    Option(("--json",), "print one JSON object"),
    Option(("--no-input",), "never ask; exit 13 where an answer is needed"),
    Option(("--quiet",), "no messages but warnings and errors"),
    Option(("-y", "--yes"), "don't ask, do it"),
    Option(("-h", "--help"), "show this help"),
    Option(("--version",), "show the version"),
)
SWITCHES = frozenset(flag for option in GLOBALS if not option.value for flag in option.flags)
VALUED = frozenset(flag for option in GLOBALS if option.value for flag in option.flags)


class Arguments:
    """What was given to a command, by name and with its type."""

    __slots__ = ("_options", "_words", "after")

    def __init__(
        self,
        options: Mapping[str, object],
        words: Mapping[str, Sequence[str]],
        after: Sequence[str] = (),
    ) -> None:
        self._options = options
        self._words = words
        self.after = after

    def flag(self, name: str) -> bool:
        """Whether a switch was given."""
        return bool(self._options.get(name))

    def text(self, name: str) -> str | None:
        """An option's value, None where it was not given."""
        value = self._options.get(name)
        return value if isinstance(value, str) else None

    def many(self, name: str) -> list[str]:
        """The values of an option that may be given several times."""
        value = self._options.get(name)
        return [str(item) for item in value] if isinstance(value, list) else []

    def words(self, name: str) -> list[str]:
        """All words of that name."""
        return list(self._words.get(name, ()))

    def word(self, name: str) -> str:
        """The one word of that name, empty where it was left out."""
        found = self._words.get(name, ())
        return found[0] if found else ""


class _Parser(argparse.ArgumentParser):
    """argparse that raises instead of printing, and repeats no word of the user's."""

    def error(self, message: str) -> NoReturn:
        text = re.sub(r"(ignored explicit argument|invalid \w+ value:?) .*", r"\1", message)
        raise Usage(f"{clean(text)}.", todo=f"{self.prog} --help shows what there is.")


class _Plain(argparse.HelpFormatter):
    """Made for every option that is declared; asking for the width would load shutil."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


def _parser(command: str, options: Sequence[Option]) -> _Parser:
    parser = _Parser(
        prog=f"keydeck {command}".strip(),
        add_help=False,
        allow_abbrev=False,
        formatter_class=_Plain,
    )
    for option in options:
        add_option(parser, option)
    return parser


def add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    """Declare `option` to argparse."""
    if not option.value:
        parser.add_argument(*option.flags, dest=option.field, action="store_true")
    elif option.many:
        parser.add_argument(*option.flags, dest=option.field, action="append")
    elif option.default is not None:
        parser.add_argument(*option.flags, dest=option.field, nargs="?", const=option.default)
    else:
        parser.add_argument(*option.flags, dest=option.field)


def split_globals(argv: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Global options that stand before a word, that word (empty: none), and what follows."""
    before: list[str] = []
    index = 0
    while index < len(argv):
        item = argv[index]
        if item in VALUED:
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
    parser = _parser(command.name, (*command.options, *GLOBALS))
    options, rest = parser.parse_known_args(argv)
    for item in rest:
        if item.startswith("-") and item != "-":
            raise Usage(
                f"keydeck {command.name} has no option {_named(item)}.",
                todo=f"keydeck {command.name} --help shows what there is.",
            )
    given = vars(options)
    _refuse_later(command, given)
    if given.get("help"):
        return Arguments(given, {})
    words = rest if command.takes_command else [*rest, *(after or ())]
    return Arguments(given, _assign(command, words), after if command.takes_command else ())


def parse_globals(argv: Sequence[str], extra: Sequence[Option] = ()) -> Arguments:
    """Read an argument list in which there are global options only."""
    parser = _parser("", (*GLOBALS, *extra))
    options, rest = parser.parse_known_args(list(argv))
    if rest:
        raise Usage(
            f"keydeck has no option {_named(rest[0])}.", todo="keydeck --help shows what there is."
        )
    return Arguments(vars(options), {})


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


def usage(command: Command) -> str:
    """`keydeck set NAME [VALUE] [options]`."""
    parts = ["keydeck", command.name, *(word.shown for word in command.words)]
    if command.options:
        parts.append("[options]")
    if command.takes_command:
        parts.append("-- COMMAND [ARGUMENT…]")
    return " ".join(parts)
