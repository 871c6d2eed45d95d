"""Makes the generated pages: `cli.md` from the commands, `keys.md` from the app's commands.

python -m docs.make            writes them
python -m docs.make --check    exits 1 where one is not up to date
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from keydeck.tui import dialogs, screens
from keydeck.tui.commands.command import Command, key_word
from keydeck.tui.commands.everywhere import EVERYWHERE
from keydeck.tui.screens.base import Commanded

SCOPES = {"secrets": "In the list of secrets", "tree": "In the tree", "main": "Anywhere in it"}
FOLDER = Path(__file__).parent
IN_LISTS = (
    ("`up` `k`, `down` `j`", "Move the cursor"),
    ("`pageup`, `pagedown`", "A page up, a page down"),
    ("`g` `home`, `G` `end`", "To the first, to the last row"),
    ("`enter`", "Opens; never applies anything"),
    ("`space`", "Ticks"),
    ("`/`", "Filters; `esc` shows all again"),
)


def cli() -> str:
    """Every command of the command line."""
    from keydeck.cli.manual import markdown

    return markdown()


def keys() -> str:
    """Every key of the app, screen by screen."""
    parts = ["# Keys of the app", "", "Made from the program by `make docs`.", ""]
    parts += ["On every screen `?` shows these too, and `ctrl+p` or `:` lists the actions.", ""]
    everywhere = {command.id for command in EVERYWHERE}
    parts += ["## Everywhere", "", *_rows(EVERYWHERE)]
    parts += ["", "## In every list", "", "| key | what it does |", "| --- | --- |"]
    parts += [f"| {keys} | {text} |" for keys, text in IN_LISTS]
    for screen in _screens():
        own = [command for command in screen.COMMANDS if command.id not in everywhere]
        parts += ["", f"## {_title(screen)}"]
        for scope in dict.fromkeys(command.scope for command in own):
            heading = [f"### {SCOPES[scope]}", ""] if scope in SCOPES else []
            parts += ["", *heading, *_rows(command for command in own if command.scope == scope)]
    return "\n".join(parts) + "\n"


def _screens() -> list[type[Commanded[Any]]]:
    """Every screen with commands of its own: main first, then by name."""
    for package in (screens, dialogs):
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")

    def below(kind: type[Commanded[Any]]) -> list[type[Commanded[Any]]]:
        return [kind, *(other for child in kind.__subclasses__() for other in below(child))]

    found = {kind for kind in below(Commanded) if kind.__dict__.get("COMMANDS")}
    return sorted(found, key=lambda kind: (kind.__name__ != "MainScreen", kind.__name__))


def _title(screen: type[object]) -> str:
    words = re.sub(r"(Screen|Dialog|Modal)$", "", screen.__name__)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).capitalize()


def _rows(commands: Iterable[Command]) -> list[str]:
    rows = []
    for one in commands:
        keys = " ".join(f"`{key_word(key)}`" for key in one.keys)
        rows.append(f"| {keys or '–'} | {one.title} | {one.help} |")
    return ["| key | action | what it does |", "| --- | --- | --- |", *rows]


PAGES: Mapping[str, Callable[[], str]] = {"cli.md": cli, "keys.md": keys}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only compare; the exit code."""
    old = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
    if old and "--check" in arguments:
        print(f"Not up to date: {', '.join(old)}. make docs writes them anew.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
