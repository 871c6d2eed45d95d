"""A new value for a secret; the old one is kept one version back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from keydeck.domain.errors import NotFound
from keydeck.domain.model import Place, Secret
from keydeck.domain.safetext import clean
from keydeck.services import history, rotation, secrets
from keydeck.system.clock import ago
from keydeck.tui.commands import editor as keys
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame, Line, Paragraph
from keydeck.tui.dialogs.value_field import ValueField
from keydeck.tui.screens.value_form import ValueForm


class RotateScreen(ValueForm):
    """What is now, the new value, what follows; F2 rotates."""

    COMMANDS: ClassVar[tuple[Command, ...]] = keys.ROTATION

    def __init__(self, place: Place, name: str) -> None:
        super().__init__(place, name)
        self._now: Secret | None = None

    def body(self) -> Iterable[Widget]:
        """Now, new value, afterwards."""
        with Frame(f"Rotate {self.secret} in {self.where}"):
            yield Field("Now", Line(id="now"))
            yield Line()
            yield ValueField("New value", placeholder="type or paste it, or F3 generates one")
            yield Line()
            yield Field("Afterwards", Paragraph(id="after"))

    def on_mount(self) -> None:
        """What is there now; the field has the focus."""
        self.value.focus_field()
        self.work(self._read(), "read")

    async def _read(self) -> None:
        row = await self.session.call(secrets.rows, self.session.opened, self.place, [self.secret])
        if not row:
            raise NotFound(f"{self.secret} is gone.", todo="Leave with esc.")
        self._now = secret = row[0].secret
        self.expected = secret.version
        hint = "sealed" if secret.sealed else secret.hint
        changed = ago(secret.value_changed_at)
        self.query_one("#now", Line).say(
            [(f"version {secret.version}, changed {changed}", "text"), (f"   {hint}", "muted")]
        )
        self.query_one("#after", Paragraph).say(self._afterwards(row[0].uses), "muted")

    def _afterwards(self, uses: int) -> str:
        words = [f"Version {self.expected} is kept one version back; H goes back to it."]
        if self.session.targets:
            names = ", ".join(clean(target.name) for target in self.session.targets)
            words.append(f"s then pushes the new one to {names}.")
        if uses:
            words.append(f"{uses} declared to use it may need a restart.")
        return " ".join(words)

    def why_not(self, command: Command) -> str:
        """There must be a value, and what it replaces must have been read."""
        if command.id == keys.ROTATE.id:
            if self.value.is_empty:
                return "Give the new value first: type it, F3 generates one."
            if self._now is None:
                return "The present version is being read."
        return super().why_not(command)

    async def version_now(self) -> int:
        """Its version now."""
        row = await self.session.call(secrets.rows, self.session.opened, self.place, [self.secret])
        return row[0].secret.version if row else 0

    async def save(self) -> None:
        """Rotate."""
        if not await self.name_typed(self.place, f"rotate {self.secret}"):
            return
        before = self.expected
        after = await self.session.call(
            rotation.rotate,
            self.session.opened,
            self.place,
            self.secret,
            self.taken(),
            expected=before,
        )
        self.session.changed(history.receipt("rotate", self.place, [before], [after]))
        self.close()
        self.desk.tell_below(
            f"{self.secret} is at version {after.version}; {before} is kept. u takes it back."
        )
