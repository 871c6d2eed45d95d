"""Help, made from the commands of the screen it was asked on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple

from textual.app import ComposeResult

from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import BACK
from keydeck.tui.screens.base import BaseKeydeckScreen, Commanded
from keydeck.tui.text import Role, Span, pad, wrap
from keydeck.tui.widgets.rows import Lines, RowList, Slot

KEYS = 12  # cells of the keys
CLOSE = BACK._replace(keys=("escape", "question_mark", "q"))
# What lists do by themselves, and what every screen has.
IN_LISTS = (
    ("j k up down", "Moves the cursor."),
    ("g G", "To the first, to the last row."),
    ("pgup pgdn", "One page up or down."),
    ("/", "Narrows a list to what you type; esc shows all again."),
    ("enter", "Opens. It never applies or deletes anything."),
)
_HEADINGS = {"secrets": "Secrets", "tree": "Tenants and profiles", "main": "This profile"}


class Entry(NamedTuple):
    """A heading (no words), or keys with what they do."""

    id: str
    keys: str
    words: str = ""
    title: str = ""
    why_not: str = ""


def entries(screen: Commanded[Any], active: Iterable[str]) -> list[Entry]:
    """The help of a screen: its scopes innermost first, then what works everywhere."""
    out: list[Entry] = []
    commands = [command for command in screen.COMMANDS if command.help]
    order = list(dict.fromkeys([*active, *(command.scope for command in commands)]))
    order.sort(key=lambda scope: scope == "app")
    for scope in order:
        mine = [command for command in commands if command.scope == scope]
        if not mine:
            continue
        title = "Everywhere" if scope == "app" and len(order) > 1 else _HEADINGS.get(scope, "Here")
        out.append(Entry(f"heading {scope}", title))
        out.extend(_entry(screen, command) for command in mine)
    out.append(Entry("heading lists", "In lists"))
    out.extend(Entry(f"list {keys}", keys, words) for keys, words in IN_LISTS)
    return out


def _entry(screen: Commanded[Any], command: Command) -> Entry:
    keys = " ".join(command.all_keys.split(" or ")) or ":"
    return Entry(
        f"{command.scope} {command.id}", keys, command.help, command.title, screen.why_not(command)
    )


class HelpScreen(BaseKeydeckScreen):
    """Every key, what it does, and why it can't work now."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (CLOSE,)

    def __init__(self, about: Commanded[Any]) -> None:
        super().__init__()
        self.entries = entries(about, about.scopes())

    def body(self) -> ComposeResult:
        """One list that can be filtered."""
        yield RowList[Entry](
            "Help",
            row_id=lambda entry: entry.id,
            row_text=lambda entry: f"{entry.keys} {entry.words}",
            render_row=self._draw,
            is_heading=lambda entry: not entry.words,
            narrow_lines=2,
            subtitle="/ filter",
            id="help",
        )

    def on_mount(self) -> None:
        """Show what there is."""
        rows = self.query_one("#help", RowList)
        rows.set_rows(self.entries)
        rows.focus()

    def _draw(self, entry: Entry, slot: Slot) -> Lines:
        if not entry.words:
            return [[(entry.keys, "bold")]]
        keys: Span = (pad(entry.keys, KEYS), "accent-bold")
        room = slot.width - KEYS - 1
        role: Role = "muted" if entry.why_not else "text"
        words = f"{entry.title}: {entry.why_not}" if entry.why_not else entry.words
        if slot.lines == 1:
            return [[keys, (" ", "text"), (words, role)]]
        lines = wrap(words, room)
        rest = " ".join(lines[1:])
        return [
            [keys, (" ", "text"), (lines[0], role)],
            [(" " * (KEYS + 1), "text"), (rest, role)],
        ]
