"""How a command is declared once: reading, help and `docs/cli.md` come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keydeck.cli.context import Context


class Option:
    """An option: its flags, what it does, and what its value is called (empty: a switch).

    `many` may be given several times; with `default` the value may be left out, and that
    stands for it then; `later` is known but not built yet. `field` is the name its value is
    found by: `--ca-file` → `ca_file`.
    """

    __slots__ = ("default", "field", "flags", "help", "later", "many", "value")

    def __init__(
        self,
        flags: tuple[str, ...],
        help: str,  # noqa: A002 the field's usual name
        value: str = "",
        *,
        many: bool = False,
        default: str | None = None,
        later: bool = False,
    ) -> None:
        self.flags = flags
        self.help = help
        self.value = value
        self.many = many
        self.default = default
        self.later = later
        self.field = flags[-1].lstrip("-").replace("-", "_")


class Word:
    """A word without a dash: its name, what it is, how often it may stand (`most` None: any)."""

    __slots__ = ("help", "least", "most", "name")

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002 the field's usual name
        least: int = 1,
        most: int | None = 1,
    ) -> None:
        self.name = name
        self.help = help
        self.least = least
        self.most = most

    @property
    def shown(self) -> str:
        """`NAME`, `NAME…`, `[NAME]`."""
        text = self.name if self.most == 1 else f"{self.name}…"
        return text if self.least else f"[{text}]"


class Command:
    """One command: its name (`target add`), a sentence, words, options, who handles it.

    `takes_command`: what follows `--` is a command of its own (`run`).
    """

    __slots__ = ("detail", "handler", "help", "name", "options", "takes_command", "words")

    def __init__(
        self,
        name: str,
        help: str,  # noqa: A002 the field's usual name
        handler: Callable[[Context, Arguments], int],
        words: tuple[Word, ...] = (),
        options: tuple[Option, ...] = (),
        detail: str = "",
        *,
        takes_command: bool = False,
    ) -> None:
        self.name = name
        self.help = help
        self.handler = handler
        self.words = words
        self.options = options
        self.detail = detail
        self.takes_command = takes_command


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


def usage(command: Command) -> str:
    """`keydeck set NAME [VALUE] [options]`."""
    parts = ["keydeck", command.name, *(word.shown for word in command.words)]
    if command.options:
        parts.append("[options]")
    if command.takes_command:
        parts.append("-- COMMAND [ARGUMENT…]")
    return " ".join(parts)
