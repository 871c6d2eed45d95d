"""One action of the app: its key, palette row, footer word and help line come from here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from textual.binding import Binding

# What the footer and help write for a key; what is missing is written as it is.
_KEY_WORDS = {"question_mark": "?", "slash": "/", "colon": ":", "escape": "esc"}


def key_word(key: str) -> str:
    """How people read a key: `question_mark` → `?`, `f2` → `F2`."""
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return _KEY_WORDS.get(key, key)


class Command(NamedTuple):
    """One action: everything the app says about it and the keys that start it.

    `id` is `area.verb` (`secret.reveal`) and names the method that does it, `do_secret_reveal`;
    `keys` are Textual key names (capital letters as themselves), the first is the one shown;
    `word` is the footer's (empty: never in the footer); `help` is a sentence; `scope` is the
    screen or pane it belongs to (a key means what the innermost active scope says). A hidden
    command (moving the cursor) is in the help but not in the palette.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    word: str = ""
    help: str = ""
    scope: str = "app"
    destructive: bool = False
    hidden: bool = False

    @property
    def method(self) -> str:
        """The name of the screen's method that does it."""
        return f"do_{self.id.replace('.', '_').replace('-', '_')}"

    @property
    def key(self) -> str:
        """The key as people read it; empty where it has none."""
        return key_word(self.keys[0]) if self.keys else ""

    @property
    def all_keys(self) -> str:
        """Every key as people read it: `ctrl+p or :`."""
        return " or ".join(key_word(key) for key in self.keys)


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """One Textual binding a key; which command it starts is decided by the active scope.

    Where no command takes them, tab and shift+tab go from field to field.
    """
    seen: dict[str, Binding] = {
        "tab": Binding("tab", "app.focus_next", "Next field", show=False),
        "shift+tab": Binding("shift+tab", "app.focus_previous", "Field before", show=False),
    }
    own: set[str] = set()
    for command in commands:
        for key in command.keys:
            if key not in own:
                own.add(key)
                seen[key] = Binding(key, f"press('{key}')", command.title, show=False)
    return list(seen.values())


def for_key(commands: Iterable[Command], key: str, scopes: tuple[str, ...]) -> Command | None:
    """The command of a key in the innermost of the active scopes."""
    of_key = [command for command in commands if key in command.keys]
    for scope in scopes:
        for command in of_key:
            if command.scope == scope:
                return command
    return None


def footer(commands: Iterable[Command], scopes: tuple[str, ...]) -> list[Command]:
    """What the footer offers here, most important first: one command a key, inner scopes win."""
    listed = [command for command in commands if command.word and command.keys]
    chosen: dict[str, Command] = {}
    for scope in scopes:
        for command in listed:
            if command.scope == scope:
                chosen.setdefault(command.keys[0], command)
    return list(chosen.values())
