"""Making a vault: passphrase twice, the recovery key once, one group of it back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Middle
from textual.widget import Widget

from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.services import access
from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import HELP, REDRAW
from keydeck.tui.dialogs.form import Field, Frame, Line, Paragraph, TextField
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.strength import strength
from keydeck.tui.text import Role, Span
from keydeck.tui.widgets.masked import SecretInput

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

MAKE = Command("create.make", "Make the vault", ("f2", "enter"), "make", "Makes the vault.")
BACK = Command("screen.back", "Back", ("escape",), "back", "Back, without making one.")
KEPT = Command(
    "recovery.kept", "Go on", ("f2", "enter"), "go on", "Goes on, once the group is right."
)
ADVICE = (
    "Four or five words that nobody has written down are strong. It can't be looked up "
    "anywhere; a recovery key comes next."
)
WRITE_DOWN = (
    "Write it down: it opens the vault when the passphrase is lost. It is shown once, now, and "
    "kept nowhere."
)
ACROSS = 3  # groups on a line


class CreateScreen(BaseKeydeckScreen):
    """Two masked fields and a word on the strength of what is typed."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (MAKE, BACK, REDRAW, HELP)
    DEFAULT_CSS = """
    CreateScreen #middle, RecoveryScreen #middle { width: 1fr; height: 1fr; align: center middle; }
    CreateScreen Frame, RecoveryScreen Frame { width: 74; max-width: 100%; }
    """

    busy = False

    def body(self) -> Iterable[Widget]:
        """Where it will be, then the fields."""
        with Middle(id="middle"), Frame("A new vault"):
            yield Line([(clean(self.session.path), "muted")])
            yield Line()
            yield Field("Passphrase", SecretInput(id="first"), id="first-field")
            yield Field("Once more", SecretInput(id="second"), id="second-field")
            yield Line()
            yield Paragraph(ADVICE, "muted")

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one("#first", SecretInput).focus()

    def _fields(self) -> tuple[SecretValue, SecretValue]:
        first, second = (
            self.query_one("#first", SecretInput),
            self.query_one("#second", SecretInput),
        )
        return first.snapshot(), second.snapshot()

    @on(SecretInput.Changed)
    def _typed(self) -> None:
        first, second = self._fields()
        self.query_one("#first-field", Field).say(*strength(first))
        said: tuple[str, Role] = ("", "muted")
        if len(second):
            said = ("the same", "ok") if first == second else ("not the same yet", "due")
        self.query_one("#second-field", Field).say(*said)

    @on(SecretInput.Submitted)
    def _entered(self, event: SecretInput.Submitted) -> None:
        if event.field.id == "first":
            self.query_one("#second", SecretInput).focus()
        else:
            self.start(MAKE)

    def why_not(self, command: Command) -> str:
        """What is missing."""
        if command != MAKE:
            return ""
        first, second = self._fields()
        if self.busy:
            return "The vault is being made."
        if first.characters < 8:
            return "A passphrase of fewer than 8 characters is guessed at once."
        if first != second:
            return "The two are not the same."
        return ""

    async def do_create_make(self) -> None:
        """Make it; the work on the passphrase is done in a thread."""
        self.busy = True
        self.tell("Making the vault…")
        first, _ = self._fields()
        try:
            vault, recovery = await self.session.call(access.init, self.session.path, first)
        finally:
            self.busy = False
        for field in self.query(SecretInput):
            field.clear()
        if recovery is None:
            self.desk.opened(vault)
        else:
            self.desk.show_only(RecoveryScreen(vault, recovery))

    def do_screen_back(self) -> None:
        """Back, with what was typed forgotten."""
        self.dismiss()


class RecoveryScreen(BaseKeydeckScreen):
    """The recovery key, shown once: one group of it is asked back before going on."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (KEPT, REDRAW, HELP)

    def __init__(self, vault: Vault, recovery: SecretValue) -> None:
        super().__init__()
        self.vault = vault
        self._recovery: SecretValue | None = recovery
        self._asked = secrets.randbelow(len(self._groups()))
        self._hidden = False

    def _groups(self) -> list[str]:
        return [] if self._recovery is None else self._recovery.reveal_text().split("-")

    def body(self) -> Iterable[Widget]:
        """The groups, three on a line, then the question."""
        with Middle(id="middle"), Frame("The recovery key"):
            yield Paragraph(WRITE_DOWN)
            yield Line()
            yield Line(id="groups")
            yield Line()
            yield Field(f"Group {self._asked + 1}", TextField(id="group"), id="group-field")

    def on_mount(self) -> None:
        """Show it."""
        self._show()
        self.query_one("#group", TextField).focus()

    def _show(self) -> None:
        groups = self._groups()
        lines: list[list[Span]] = []
        for start in range(0, len(groups), ACROSS):
            line: list[Span] = []
            for at in range(start, min(start + ACROSS, len(groups))):
                shown = "····" if self._hidden else groups[at]
                line += [(f"{at + 1} ", "muted"), (shown, "bold"), ("     ", "text")]
            lines.append(line)
        self.query_one("#groups", Line).say(*lines)

    @on(TextField.Changed)
    def _typed(self) -> None:
        """While the group is typed the key is covered: it must come from the paper."""
        typed = self._typed_group()
        if bool(typed) != self._hidden:
            self._hidden = bool(typed)
            self._show()
        right = typed == self._groups()[self._asked].upper()
        said: tuple[str, Role] = ("right", "ok") if right else ("from your note", "muted")
        self.query_one("#group-field", Field).say(*said)

    @on(TextField.Submitted)
    def _entered(self) -> None:
        self.start(KEPT)

    def _typed_group(self) -> str:
        return self.query_one("#group", TextField).value.strip().upper()

    def why_not(self, command: Command) -> str:
        """The group has to be right."""
        if command == KEPT and self._typed_group() != self._groups()[self._asked].upper():
            return f"Type group {self._asked + 1} from your note; empty the field to see it again."
        return ""

    def do_recovery_kept(self) -> None:
        """Forget the key; to the first tenant."""
        self._recovery = None
        self.desk.opened(self.vault)

    def on_unmount(self) -> None:
        """Nothing of it stays."""
        self._recovery = None
