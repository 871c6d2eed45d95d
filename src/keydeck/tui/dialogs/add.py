"""Adding a tenant, a profile, or both, by name."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from keydeck.domain.errors import Invalid
from keydeck.domain.model import Tenant
from keydeck.domain.names import check_place_name
from keydeck.domain.safetext import clean
from keydeck.services import hierarchy
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame, Paragraph, TextField
from keydeck.tui.dialogs.tick import Tick
from keydeck.tui.screens.base import BaseKeydeckModal

SAVE = Command("add.save", "Add", ("f2", "enter"), "add", "Adds what is named.")
LEAVE = Command("screen.back", "Leave", ("escape",), "leave", "Adds nothing.")
FIRST = "A tenant is a customer, project or account; a profile is one environment of it."


class AddPlace(BaseKeydeckModal[bool]):
    """True once something was added. A tenant of another name is made along the way."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (SAVE, LEAVE)

    def __init__(self, tenant: str = "") -> None:
        super().__init__()
        self.tenant = tenant

    def body(self) -> ComposeResult:
        """Tenant, profile, protected."""
        first = not self.session.tenants
        with Frame("The first tenant and profile" if first else "Add a tenant or profile"):
            yield Paragraph(FIRST, "muted")
            yield Field(
                "Tenant",
                TextField(self.tenant, placeholder="such as acme" if first else "", id="tenant"),
                id="tenant-field",
            )
            yield Field(
                "Profile",
                TextField(placeholder="such as local" if first else "", id="profile"),
                id="profile-field",
            )
            yield Field("Protected", Tick("its name is asked before harm", id="tick"))

    def on_mount(self) -> None:
        """Begin with the part that is missing."""
        self.query_one("#profile" if self.tenant else "#tenant", TextField).focus()
        self._say()

    @on(TextField.Changed)
    def _typed(self) -> None:
        self._say()

    @on(TextField.Submitted)
    def _submitted(self) -> None:
        self.start(SAVE)

    @property
    def _named(self) -> tuple[str, str]:
        return (
            self.query_one("#tenant", TextField).value.strip(),
            self.query_one("#profile", TextField).value.strip(),
        )

    def _existing(self) -> Tenant | None:
        name = self._named[0]
        return next((tenant for tenant in self.session.tenants if tenant.name == name), None)

    def _say(self) -> None:
        tenant, profile = self._named
        there = self._existing()
        field = self.query_one("#tenant-field", Field)
        if not tenant:
            field.say("")
        elif fault := _fault(tenant, "tenant"):
            field.say(fault, "due")
        else:
            field.say("is there" if there else "new", "muted" if there else "ok")
        field = self.query_one("#profile-field", Field)
        if not profile:
            field.say("may wait" if tenant and there is None else "")
        elif fault := _fault(profile, "profile"):
            field.say(fault, "due")
        elif there is not None and any(one.name == profile for one in there.profiles):
            field.say("is there already", "due")
        else:
            field.say("new", "ok")

    def why_not(self, command: Command) -> str:
        """What is missing or can't be."""
        if command != SAVE:
            return ""
        tenant, profile = self._named
        there = self._existing()
        if not tenant:
            return "Name a tenant first."
        if there is not None and not profile:
            return f"{clean(tenant)} is there already: name a profile to add to it."
        if there is not None and any(one.name == profile for one in there.profiles):
            return f"{clean(tenant)} has a profile of that name already."
        return ""

    async def do_add_save(self) -> None:
        """Add what is named."""
        tenant, profile = self._named
        protected = self.query_one("#tick", Tick).on
        check_place_name(tenant, "tenant")
        if profile:
            check_place_name(profile, "profile")
        vault = self.session.opened
        if self._existing() is None:
            await self.session.call(hierarchy.add_tenant, vault, tenant)
            self.session.tenants = await self.session.call(hierarchy.tenants, vault)
        if profile:
            await self.session.call(
                hierarchy.add_profile, vault, tenant, profile, protected=protected
            )
        self.session.changed()
        self.dismiss(True)

    def do_screen_back(self) -> None:
        """Add nothing."""
        self.dismiss(False)


def _fault(name: str, what: str) -> str:
    """What is wrong with a name, in a few words; empty where nothing is."""
    try:
        check_place_name(name, what)
    except Invalid as error:
        return error.todo.rsplit(": ", 1)[-1]
    return ""
