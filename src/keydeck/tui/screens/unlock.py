"""Unlocking: the vault's name, one masked field, what else opens it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Middle
from textual.strip import Strip

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean, shorten_middle
from keydeck.domain.secret import SecretValue
from keydeck.services import access
from keydeck.services.access import Credentials
from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import HELP, REDRAW
from keydeck.tui.dialogs.form import Field, Frame, Line, Paragraph, TextField
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.text import Role, segments
from keydeck.tui.widgets.masked import MASK, SecretInput

UNLOCK = Command("unlock.open", "Unlock", ("enter", "f2"), "unlock", "Opens the vault.")
KEY_FILE = Command(
    "unlock.file", "Key file", ("f4",), "key file", "Opens the vault with a key file instead."
)
LEAVE = Command("unlock.leave", "Quit", ("escape", "ctrl+q"), "quit", "Leaves without unlocking.")


def looks_like_recovery(value: SecretValue) -> bool:
    """Whether what was typed has the shape of a recovery key (nine groups of four)."""
    text = value.reveal_text() if value.is_text else ""
    bare = text.replace("-", "").replace(" ", "")
    return len(bare) == 36 and bare.isascii() and bare.isalnum() and "-" in text


class Passphrase(SecretInput):
    """A masked field that can be selected as a whole: what is typed next replaces it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.selected = False

    def select(self) -> None:
        """Keep what is there until something is typed."""
        self.selected = not self.is_empty
        self.refresh()

    def _replace(self) -> None:
        if self.selected:
            self.selected = False
            self.clear()

    def on_key(self, event: events.Key) -> None:
        """The first key replaces what is selected; enter tries it again."""
        if event.key == "backspace" or (event.character is not None and event.is_printable):
            self._replace()
        # Textual runs the handler of every base class itself.

    def paste(self, text: str) -> None:
        """A paste replaces it too."""
        self._replace()
        super().paste(text)

    def render_line(self, y: int) -> Strip:
        """Selected, the bullets stand on the row's light."""
        if not self.selected:
            return super().render_line(y)
        width = self.size.width
        return Strip(
            [
                Segment(MASK, self.palette.cursor_row),
                *segments(
                    [(" ", "caret" if self.lit else "text")], width - 12, self.palette.styles
                ),
            ],
            width,
        )


class UnlockScreen(BaseKeydeckScreen):
    """One field; what is wrong is said, with what was typed kept and selected."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (UNLOCK, KEY_FILE, LEAVE, REDRAW, HELP)
    DEFAULT_CSS = """
    UnlockScreen #middle { width: 1fr; height: 1fr; align: center middle; }
    UnlockScreen Frame { width: 70; max-width: 100%; }
    UnlockScreen #file-field { display: none; }
    UnlockScreen.-file #file-field { display: block; }
    UnlockScreen.-file #passphrase-field { display: none; }
    """

    def __init__(self, note: str = "") -> None:
        super().__init__()
        self.note = note
        self.busy = False
        self.ways: list[str] = []

    def body(self) -> ComposeResult:
        """The vault's name and the field."""
        with Middle(id="middle"), Frame(f"Unlock {_name(self.session.path)}"):
            yield Line([(clean(self.session.path), "muted")], id="path")
            yield Line()
            yield Field("Passphrase", Passphrase(id="passphrase"), id="passphrase-field")
            yield Field("Key file", TextField(id="file"), id="file-field")
            yield Line()
            yield Paragraph(self.note, "due", id="said")
            yield Paragraph("", "muted", id="ways")

    def on_mount(self) -> None:
        """What else opens it is read from the file's head."""
        self.query_one("#passphrase", Passphrase).focus()
        self.work(self._read_ways(), "ways")

    async def _read_ways(self) -> None:
        await self.session.call(import_module, "keydeck.tui.screens.main")  # while they type
        self.ways = await self.session.call(access.ways, self.session.path)
        other: list[str] = []
        if "recovery" in self.ways:
            other.append("a recovery key (typed here)")
        if "keyfile" in self.ways:
            other.append("a key file (F4)")
        words = f"Also opens with {' or '.join(other)}." if other else ""
        self.query_one("#ways", Paragraph).say(words, "muted")
        if "passphrase" not in self.ways and "recovery" not in self.ways:
            self.do_unlock_file()

    def say(self, text: str, role: Role = "danger") -> None:
        """What came of it, below the field, broken at the frame's edge."""
        self.query_one("#said", Paragraph).say(text, role)

    def tell_error(self, error: KeydeckError) -> None:
        """What is wrong, beside the field."""
        self.say(" ".join(part for part in (error.what, error.kept, error.todo) if part))

    @on(SecretInput.Submitted)
    @on(TextField.Submitted)
    def _submitted(self) -> None:
        self.start(UNLOCK)

    def why_not(self, command: Command) -> str:
        """One try at a time; a key file where the vault has such a way."""
        if command == UNLOCK and self.busy:
            return "The vault is being opened."
        if command == KEY_FILE and "keyfile" not in self.ways:
            return "This vault has no key file."
        return ""

    def do_unlock_file(self) -> None:
        """Ask for a key file's path, or for the passphrase again."""
        self.toggle_class("-file")
        self.query_one("#file" if self.has_class("-file") else "#passphrase").focus()

    def do_unlock_leave(self) -> None:
        """Leave."""
        self.desk.leave()

    async def do_unlock_open(self) -> None:
        """Try what was typed; the work is done in a thread."""
        if self.has_class("-file"):
            path = os.path.expanduser(self.query_one("#file", TextField).value.strip())
            given = Credentials(key_file=path)
            if not path:
                self.say("Name the key file.", "due")
                return
        else:
            value = self.query_one("#passphrase", Passphrase).snapshot()
            if not len(value):
                self.say("Type the passphrase, then enter.", "due")
                return
            recovery = "recovery" in self.ways and looks_like_recovery(value)
            given = Credentials(recovery=value) if recovery else Credentials(passphrase=value)
        self.busy = True
        self.say("Opening…", "muted")
        try:
            vault = await self.session.call(access.unlock, self.session.path, given)
        except KeydeckError as error:
            self.tell_error(error)
            if not self.has_class("-file"):
                self.query_one("#passphrase", Passphrase).select()
            return
        finally:
            self.busy = False
        self.query_one("#passphrase", Passphrase).clear()
        self.desk.opened(vault)


def _name(path: str) -> str:
    """A vault's name, for people: its file's, or the folder's where it is the default name."""
    return shorten_middle(clean(os.path.basename(path)), 40)
