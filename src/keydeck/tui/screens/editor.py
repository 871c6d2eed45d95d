"""A secret as a form: new, or one that is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget

from keydeck.domain.model import Place, Secret
from keydeck.domain.names import fitting, is_name, other_case
from keydeck.domain.safetext import clean
from keydeck.services import history, secrets
from keydeck.services.history import Receipt
from keydeck.tui.commands import editor as keys
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame, Paragraph, TextField
from keydeck.tui.dialogs.tick import Tick
from keydeck.tui.dialogs.value_field import ValueField
from keydeck.tui.panes.equal import Elsewhere, elsewhere
from keydeck.tui.screens.value_form import ValueForm
from keydeck.tui.text import Role
from keydeck.tui.widgets.inputs import NameInput, PlainInput

PAUSE = 0.3  # seconds after the last key before other profiles are compared


class EditorScreen(ValueForm):
    """Name, value, what is told about it; other profiles of the tenant that get the same value."""

    COMMANDS: ClassVar[tuple[Command, ...]] = keys.EDITOR

    def __init__(self, place: Place, name: str = "") -> None:
        super().__init__(place, name)
        self.new = not name
        self._before: Secret | None = None
        self._names: list[str] = []
        self._others: list[Elsewhere] = []

    # -- what it shows -----------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The form; it scrolls where it is long."""
        verb = f"New secret in {self.where}" if self.new else f"Edit {self.secret} in {self.where}"
        with VerticalScroll(id="form", can_focus=False), Frame(verb):
            if self.new:
                yield Field("Name", NameInput(id="name"), id="name-row")
            yield ValueField(placeholder="" if self.new else "empty keeps the present value")
            yield Field("Description", TextField(id="description"))
            yield Field("Tags", TextField(placeholder="", id="tags"))
            yield Field("Sealed", Tick("can never be shown again, only replaced", id="sealed"))
            others = [p for p in self.place.tenant.profiles if p.uid != self.place.profile.uid]
            for number, profile in enumerate(others):
                mark = " P" if profile.protected else ""
                tick = Tick(f"{clean(profile.name)}{mark}", id=f"also-{profile.uid.hex()}")
                yield Field("Also set in" if number == 0 else "", tick)
            yield Paragraph(id="same")

    def on_mount(self) -> None:
        """Read what is there; begin with the first field."""
        if self.new:
            self.query_one("#name", NameInput).focus()
        else:
            self.value.focus_field()
        self.work(self._read(), "read")

    async def _read(self) -> None:
        vault = self.session.opened
        self._names = await self.session.call(secrets.names, vault, self.place)
        if not self.new:
            row = await self.session.call(secrets.rows, vault, self.place, [self.secret])
            self._fill(row[0].secret if row else None)
        await self._compare()

    def _fill(self, secret: Secret | None) -> None:
        self._before = secret
        if secret is None:
            return
        self.expected = secret.version
        self.query_one("#description", TextField).value = secret.description
        self.query_one("#tags", TextField).value = " ".join(secret.tags)
        if secret.sealed:
            self.query_one("#sealed", Tick).fix(True, "for good: a seal is never taken off")

    # -- live validation ---------------------------------------------------------------------

    @property
    def typed_name(self) -> str:
        """The name as it stands."""
        return self.query_one("#name", NameInput).value if self.new else self.secret

    @on(PlainInput.Changed, "#name")
    def _name_typed(self) -> None:
        self.query_one("#name-row", Field).say(*self._name_word())
        self.work(self._compare_soon(), "compare", alone="compare")

    def _name_word(self) -> tuple[str, Role]:
        name, rule = self.typed_name, self.place.tenant.rule
        if not name:
            return "", "muted"
        if not is_name(name, rule):
            return f"{fitting(name, rule)} would fit", "due"
        if name in self._names:
            return "is there already: e edits it", "due"
        twins = other_case(name, self._names)
        return (f"{twins[0]} is there", "due") if twins else ("ok, not taken", "ok")

    def _name_fault(self) -> str:
        name, rule = self.typed_name, self.place.tenant.rule
        if not name:
            return "Give it a name first."
        if not is_name(name, rule):
            return f"{clean(name)} is no name here; {fitting(name, rule)} would fit."
        if name in self._names:
            return f"{name} is there already: leave, then e edits it."
        twins = other_case(name, self._names)
        return f"{twins[0]} is there, which differs in case only." if twins else ""

    @on(ValueField.Changed)
    def _value_typed(self) -> None:
        self.work(self._compare_soon(), "compare", alone="compare")

    async def _compare_soon(self) -> None:
        import asyncio

        await asyncio.sleep(PAUSE)
        await self._compare()

    async def _compare(self) -> None:
        """Say beside each other profile what is there, and warn where the value is the same."""
        name = self.typed_name if not self.new or is_name(self.typed_name) else ""
        value = None if self.value.is_empty else self.value.snapshot()
        self._others = await self.session.call(
            elsewhere, self.session.opened, self.place, name, value
        )
        for other in self._others:
            tick = self.query_one(f"#also-{other.profile.uid.hex()}", Tick)
            state = "the same value" if other.equal else "another value, kept one version back"
            tick.note(state if other.version else "not set there" if name else "")
        same = [clean(other.profile.name) for other in self._others if other.equal]
        line = self.query_one("#same", Paragraph)
        line.display = bool(same)
        line.say(f"! the same value is in {', '.join(same)}: one leak would open both", "due")

    # -- saving ------------------------------------------------------------------------------

    @property
    def filled(self) -> bool:
        """Whether leaving would lose something."""
        return not self.value.is_empty or self._meta() != self._meta_before()

    def _meta(self) -> tuple[str, tuple[str, ...], bool]:
        tags = self.query_one("#tags", TextField).value.replace(",", " ").split()
        return (
            self.query_one("#description", TextField).value.strip(),
            tuple(tags),
            self.query_one("#sealed", Tick).on,
        )

    def _meta_before(self) -> tuple[str, tuple[str, ...], bool]:
        before = self._before
        return (
            ("", (), False) if before is None else (before.description, before.tags, before.sealed)
        )

    def _also(self) -> list[Elsewhere]:
        return [
            other
            for other in self._others
            if self.query_one(f"#also-{other.profile.uid.hex()}", Tick).on
        ]

    def why_not(self, command: Command) -> str:
        """What is missing before it can be saved."""
        if command.id == keys.SAVE.id:
            if self.new and (fault := self._name_fault()):
                return fault
            if self.value.is_empty and (self.new or self._also()):
                return "Give it a value first: type it, F3 generates one, F4 reads a file."
            if not self.new and self._before is None:
                return "What is there is being read."
            if not self.filled:
                return "Nothing was changed."
        return super().why_not(command)

    async def version_now(self) -> int:
        """Its version now (0: not there)."""
        row = await self.session.call(
            secrets.rows, self.session.opened, self.place, [self.typed_name]
        )
        return row[0].secret.version if row else 0

    async def save(self) -> None:
        """Save; each protected profile whose value would be overwritten is asked for by name."""
        name = self.typed_name
        if self.value.is_empty:
            await self._save_meta(name)
            return
        wanted = [Elsewhere(self.place.profile, self.expected, False), *self._also()]
        for one in wanted:
            if one.version and not await self.name_typed(self._at(one), f"overwrite {name}"):
                return
        for one in wanted:
            receipt = await self._save_value(name, one)
            self.session.changed(receipt)
        self.close()
        places = ", ".join(clean(one.profile.name) for one in wanted)
        self.desk.tell_below(f"{name} is saved in {places}. u takes it back.")

    def _at(self, one: Elsewhere) -> Place:
        return Place(self.place.tenant, one.profile, self.place.source)

    async def _save_value(self, name: str, one: Elsewhere) -> Receipt:
        description, tags, sealed = self._meta()
        after = await self.session.call(
            secrets.set_value,
            self.session.opened,
            [self._at(one)],
            name,
            self.taken(),
            description=description,
            tags=tags,
            sealed=sealed or None,
            origin=self.value.origin,
            expected=one.version,
        )
        return history.receipt("set", self._at(one), [one.version], after)

    async def _save_meta(self, name: str) -> None:
        description, tags, sealed = self._meta()
        await self.session.call(
            secrets.edit,
            self.session.opened,
            self.place,
            name,
            description=description,
            tags=tags,
            sealed=sealed or None,
        )
        self.session.changed()
        self.close()
        self.desk.tell_below(f"{name}: what is told about it is saved; its value is as it was.")
