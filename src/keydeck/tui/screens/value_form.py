"""What the editor and the rotation share: a value field, its keys, leaving with care."""

from __future__ import annotations

from typing import ClassVar

from keydeck.domain.errors import Stale
from keydeck.domain.model import Place
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.tui.commands import editor as keys
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.ask import Answer, Ask
from keydeck.tui.dialogs.generate import Generate
from keydeck.tui.dialogs.line import AskLine
from keydeck.tui.dialogs.typed import TypeName
from keydeck.tui.dialogs.value_field import ValueField, from_file
from keydeck.tui.screens.base import BaseKeydeckScreen

GO_ON = Answer("go on", "Go on editing")
DISCARD = Answer("discard", "Discard what was typed", destructive=True)


class ValueForm(BaseKeydeckScreen):
    """A form around one value; a subclass saves it."""

    COMMANDS: ClassVar[tuple[Command, ...]] = ()
    SCOPE = keys.SCOPE
    DEFAULT_CSS = """
    ValueForm #form { height: 1fr; }
    """

    def __init__(self, place: Place, name: str = "") -> None:
        super().__init__()
        self.place = place
        self.secret = name
        self.expected = 0
        self.busy = False

    @property
    def value(self) -> ValueField:
        """The value's field."""
        return self.query_one(ValueField)

    @property
    def filled(self) -> bool:
        """Whether something would be lost by leaving."""
        return not self.value.is_empty

    # -- the value ---------------------------------------------------------------------------

    async def do_editor_generate(self) -> None:
        """Choose a recipe, generate."""
        spec = await self.desk.ask(Generate())
        if spec:
            self.value.generate(spec)
            self.value.focus_field()

    async def do_editor_file(self) -> None:
        """Read the value from a file."""
        path = await self.desk.ask(AskLine("The value from a file", "Its file", must_exist=True))
        if path:
            self.value.put(await self.session.call(from_file, path))
            self.value.focus_field()

    def do_editor_lines(self) -> None:
        """One line or several."""
        self.value.turn_several()

    # -- moving and leaving ------------------------------------------------------------------

    def do_editor_next(self) -> None:
        """The next field."""
        self.focus_next()

    def do_editor_previous(self) -> None:
        """The field before."""
        self.focus_previous()

    async def do_editor_leave(self) -> None:
        """Leave; what is filled in is asked about first."""
        if self.filled:
            question = "Leave without saving?"
            if await self.desk.ask(Ask(question, (GO_ON, DISCARD))) != DISCARD.id:
                return
        self.close()

    def close(self) -> None:
        """Forget the value and leave."""
        self.value.clear()
        self.dismiss()

    # -- saving ------------------------------------------------------------------------------

    async def name_typed(self, place: Place, doing: str) -> bool:
        """Whether a protected profile's name was typed; true at once for any other."""
        if not place.profile.protected:
            return True
        return await self.desk.ask(TypeName(place, doing)) is True

    def why_not(self, command: Command) -> str:
        """One save at a time."""
        if command.id == keys.SAVE.id and self.busy:
            return "It is being saved."
        return ""

    async def do_editor_save(self) -> None:
        """Save; where somebody else was faster, say so and ask."""
        self.busy = True
        try:
            await self.save()
        except Stale as error:
            await self._stale(error)
        finally:
            self.busy = False

    async def save(self) -> None:
        """Save what is filled in, then `close`."""
        raise NotImplementedError

    async def version_now(self) -> int:
        """The version the secret has now (0: none)."""
        raise NotImplementedError

    async def _stale(self, error: Stale) -> None:
        now = await self.version_now()
        over = Answer(
            "over",
            f"Save over version {now}; it is kept one version back" if now else "Make it anew",
            destructive=True,
        )
        words = [(f"{error.what} {error.kept}", "due")]
        chosen = await self.desk.ask(Ask("It moved on meanwhile", (GO_ON, over), *words))  # type: ignore[arg-type]
        if chosen == over.id:
            self.expected = now
            await self.save()

    def taken(self) -> SecretValue:
        """A copy of the value to save."""
        return self.value.snapshot()

    @property
    def where(self) -> str:
        """`acme / production`."""
        return f"{clean(self.place.tenant.name)} / {clean(self.place.profile.name)}"
