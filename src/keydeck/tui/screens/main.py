"""The main screen: tenants and profiles, secrets, detail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Place, Profile, Tenant
from keydeck.services import hierarchy, places
from keydeck.system.clock import now_ms
from keydeck.tui.commands import main as keys
from keydeck.tui.commands.command import Command, footer
from keydeck.tui.commands.everywhere import HELP
from keydeck.tui.panes.facts import facts, users
from keydeck.tui.panes.place_rows import PlaceRows, read_place
from keydeck.tui.panes.secrets import SecretsPane
from keydeck.tui.panes.tree import TreePane
from keydeck.tui.panes.users import Users
from keydeck.tui.panes.words import Word, standing
from keydeck.tui.screens.base import BaseKeydeckScreen
from keydeck.tui.screens.main_deeds import MainDeeds
from keydeck.tui.widgets.detail import FactLine, Facts
from keydeck.tui.widgets.rows import RowList

POLL = 3.0  # seconds between looks whether somebody else wrote the vault
NO_DETAIL = "What is known about a secret, but its value, stands here."
REST = 0.25  # seconds the cursor rests before the folder is searched for uses
# What matters most where only one pane shows (screens.md, the form at 60 columns).
NARROW_FOOTER = {
    keys.LEFT: "profiles",
    keys.OPEN: "open",
    keys.ROTATE: "rotate",
    keys.SYNC: "sync",
    keys.NEW: "new",
    HELP: "more",
}
TREE_FOOTER = {
    keys.CHOOSE: "open",
    keys.ADD: "add",
    keys.PROTECT: "protect",
    keys.SYNC: "sync",
    keys.MATRIX: "matrix",
    HELP: "more",
}


class MainScreen(MainDeeds, BaseKeydeckScreen):
    """What is selected flows down to the panes; what they tell flows up to here."""

    COMMANDS: ClassVar[tuple[Command, ...]] = keys.COMMANDS
    SCOPE = keys.MAIN
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    MainScreen #panes { height: 1fr; width: 1fr; }
    MainScreen #tree { width: 20; }
    MainScreen.-wide #tree { width: 24; }
    MainScreen #detail { display: none; width: 36; }
    MainScreen.-wide #detail { display: block; }
    MainScreen.-narrow #tree { display: none; width: 1fr; }
    MainScreen.-narrow.-tree #tree { display: block; }
    MainScreen.-narrow.-tree #secrets { display: none; }
    """

    def __init__(self, *, on_tree: bool = False) -> None:
        super().__init__()
        self.on_tree = on_tree
        self.rows: PlaceRows | None = None
        self._seen: tuple[int, int] | None = None

    # -- making ------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The three panes."""
        self.tree_pane = TreePane(self._standing)
        self.list_pane = SecretsPane()
        self.detail = Facts("Detail", empty=NO_DETAIL, id="detail")
        return (Horizontal(self.tree_pane, self.list_pane, self.detail, id="panes"),)

    def on_mount(self) -> None:
        """Read the tenants, choose a place, watch for other writers."""
        self.users = Users(self.session)
        self.work(self._begin(), "begin", alone="reading")
        self.set_interval(POLL, self._look)

    async def _begin(self) -> None:
        await self._read_tenants()
        try:
            place: Place | None = await self.session.call(
                places.resolve,
                self.session.opened,
                tenant=self.desk.settings.tenant,
                profile=self.desk.settings.profile,
                environ=self.session.environ,
            )
        except KeydeckError as error:
            place = None
            if self.desk.settings.tenant or self.desk.settings.profile:
                self.tell_error(error)
        found = place or _first(self.session.tenants)
        self.tree_pane.show(self.session.tenants, found and found.profile.uid.hex())
        self._seen = await self._now()
        await self._open(found)
        if place is None or self.on_tree:
            self.show_tree()
        else:
            self.show_list()
        if not self.session.tenants:
            self.do_tree_add()

    # -- reading -----------------------------------------------------------------------------

    async def _read_tenants(self) -> None:
        self.session.tenants = await self.session.call(hierarchy.tenants, self.session.opened)

    async def _now(self) -> tuple[int, int]:
        status = await self.session.call(self.session.opened.status)
        return status.generation, self.session.changes

    def _look(self) -> None:
        if self.is_current and self.session.vault is not None:
            self.work(self._look_again(), "look", alone="look")

    def on_screen_resume(self) -> None:
        """Back from another screen: it may have changed something."""
        if self._seen is not None:
            self.work(self._look_again(), "look", alone="look")

    async def _look_again(self) -> None:
        if self.session.vault is not None and await self._now() != self._seen:
            await self.read_again()

    async def read_again(self, select: str | None = None) -> None:
        """Read the tenants and the present place again; the cursors stay where they are."""
        self._seen = await self._now()
        await self._read_tenants()
        place = self.session.place
        again = place and _find(self.session.tenants, place.profile.uid)
        self.tree_pane.show(self.session.tenants, again and again.profile.uid.hex())
        self.users.forget()
        await self._open(again or _first(self.session.tenants), select)

    async def _open(self, place: Place | None, select: str | None = None) -> None:
        """Show a place: its names now, the rest as it comes into view."""
        session = self.session
        if place is None:
            session.place, session.targets, self.rows = None, (), None
        else:
            names, targets = await session.call(read_place, session.opened, place)
            branch = self.tree_pane.selected_row
            if branch is None or branch.id != place.profile.uid.hex():
                return  # the cursor moved on while this place was read
            session.place, session.targets = place, tuple(targets)
            session.due = None
            self.rows = PlaceRows(session, place, names, targets)
        self.list_pane.show(self.rows, select)
        self.tree_pane.refresh_body()
        self.refresh_frame()
        self._show_detail()
        if self.rows is not None:
            self.work(self._read_rest(self.rows), "rest", alone="rest")

    async def _read_rest(self, rows: PlaceRows) -> None:
        """What is not in view: read behind the user's back, to count what is due."""
        while rows is self.rows and (unread := rows.unread()):
            self.list_pane.arrived(await rows.fetch(unread))
        if rows is self.rows:
            self.session.due = rows.due(now_ms())
            self._show_detail()
            self.refresh_frame()

    @on(SecretsPane.Wanted)
    def _wanted(self, event: SecretsPane.Wanted) -> None:
        if self.rows is not None:
            self.work(self._fetch(self.rows, event.names), "rows")

    async def _fetch(self, rows: PlaceRows, names: list[str]) -> None:
        found = await rows.fetch(names)
        if rows is self.rows and found:
            self.list_pane.arrived(found)
            self._show_detail()

    # -- the cursors -------------------------------------------------------------------------

    @on(RowList.Highlighted, "#tree")
    def _tree_moved(self) -> None:
        branch = self.tree_pane.selected_row
        place = None if branch is None else branch.place
        now = self.session.place
        if place is not None and (now is None or now.profile.uid != place.profile.uid):
            self.list_pane.set_filter("")
            self.work(self._open(place), "open", alone="reading")

    @on(RowList.Opened, "#tree")
    def _tree_opened(self) -> None:
        self.do_tree_open()

    @on(RowList.Highlighted, "#secrets")
    def _list_moved(self) -> None:
        self._show_detail()

    @on(RowList.Opened, "#secrets")
    def _list_opened(self) -> None:
        self.do_secret_open()

    def _standing(self, profile: Profile) -> Word:
        return standing(self.session.standing(profile.uid))

    # -- detail ------------------------------------------------------------------------------

    def facts(self) -> list[FactLine]:
        """Everything known about the secret under the cursor."""
        row, rows = self.list_pane.row, self.rows
        if row is None or rows is None:
            return []
        found = self.users.known(rows.place, row.secret.name)
        return [*facts(row, rows, now_ms()), *users(found)]

    def _show_detail(self) -> None:
        if not self.wide:
            return
        name = self.list_pane.highlighted or ""
        self.detail.show(self.facts(), title=name or "Detail")
        if name and self.rows is not None and self.users.known(self.rows.place, name) is None:
            self.work(self._find_users(self.rows.place, name), "users", alone="users")

    async def _find_users(self, place: Place, name: str) -> None:
        await self.users.find(place, name, rest=REST)
        self._show_detail()

    def on_resize(self) -> None:
        """A detail pane may have come into view, or gone with the focus in it."""
        self.call_after_refresh(self._show_detail)
        if self.focused is None and self.rows is not None:
            self.show_list()

    # -- frame -------------------------------------------------------------------------------

    def scopes(self) -> tuple[str, ...]:
        """In the tree its own keys come first; elsewhere the list's."""
        inner = keys.TREE if self.focused is self.tree_pane else keys.LIST
        return (inner, keys.MAIN, "app")

    def footer_commands(self) -> list[Command]:
        """By pane; where one pane shows at a time, the ways between them come first."""
        if self.focused is self.tree_pane:
            return _worded(TREE_FOOTER)
        if self.narrow:
            return _worded(NARROW_FOOTER)
        return footer(self.COMMANDS, self.scopes())

    async def catch_up(self) -> None:
        """Read again where something changed (for a screen that stands over this one)."""
        await self._look_again()

    def go_to(self, profile: Profile, name: str) -> None:
        """To a name in a profile."""
        place = _find(self.session.tenants, profile.uid)
        if place is not None:
            self.tree_pane.select(profile.uid.hex())
            self.show_list()
            self.work(self._open(place, name), "open", alone="reading")

    def show_tree(self) -> None:
        """To the tenants and profiles."""
        self.add_class("-tree")
        self.tree_pane.focus()

    def show_list(self) -> None:
        """To the secrets."""
        self.remove_class("-tree")
        self.list_pane.focus()


def _worded(words: Mapping[Command, str]) -> list[Command]:
    """Commands with these words in the footer."""
    return [command._replace(word=word) for command, word in words.items()]


def _first(tenants: tuple[Tenant, ...]) -> Place | None:
    """Where to start looking when no place is named: the first profile that is not protected."""
    found = [Place(t, p, "the tree") for t in tenants for p in t.profiles]
    return next((place for place in found if not place.profile.protected), None) or next(
        iter(found), None
    )


def _find(tenants: tuple[Tenant, ...], profile: bytes) -> Place | None:
    for tenant in tenants:
        for one in tenant.profiles:
            if one.uid == profile:
                return Place(tenant, one, "the tree")
    return None
