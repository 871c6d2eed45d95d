"""What the main screen's commands do: each opens a screen, or asks a verb and tells what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget

from keydeck.domain.safetext import clean
from keydeck.services import hierarchy, secrets
from keydeck.services.secrets import Listed
from keydeck.tui.commands import main as keys
from keydeck.tui.commands.command import Command
from keydeck.tui.screens.place_deeds import PlaceDeeds
from keydeck.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from keydeck.tui.panes.secrets import SecretsPane
    from keydeck.tui.panes.tree import TreePane

_ABOUT_ONE = {
    command.id
    for command in (
        keys.EDIT,
        keys.ROTATE,
        keys.REVEAL,
        keys.COPY,
        keys.DELETE,
        keys.OPEN,
        keys.HISTORY,
        keys.REFERENCES,
    )
}
_ABOUT_PLACE = {
    command.id
    for command in (
        keys.NEW,
        keys.SYNC,
        keys.MATRIX,
        keys.TRASH,
        keys.IMPORT,
        keys.PROTECT,
        keys.REMOTE,
        keys.REFRESH,
    )
}


class MainDeeds(PlaceDeeds):
    """The deeds; the screen itself has panes and reading."""

    list_pane: SecretsPane
    tree_pane: TreePane

    def show_tree(self) -> None:
        """To the tenants and profiles."""
        raise NotImplementedError

    def show_list(self) -> None:
        """To the secrets."""
        raise NotImplementedError

    # -- what can't work now -----------------------------------------------------------------

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        if command.id in _ABOUT_PLACE | _ABOUT_ONE and self.session.place is None:
            return "There is no profile yet: n in the tree adds one."
        name = self.list_pane.highlighted
        if command.id in _ABOUT_ONE and name is None:
            return "No secret is selected: n adds one."
        if (
            command in (keys.REVEAL, keys.COPY)
            and self._row is not None
            and self._row.secret.sealed
        ):
            return f"{name} is sealed: it can be replaced and synced, never shown or copied."
        if command == keys.UNDO and not self.session.receipts:
            return "Nothing was changed here since the vault was unlocked."
        if command == keys.REFRESH and not self.session.targets:
            return f"{self._place.label} has no remote yet: s sets one up."
        return ""

    @property
    def _row(self) -> Listed | None:
        return self.list_pane.row

    @property
    def _selected(self) -> str:
        return self.list_pane.highlighted or ""

    # -- secrets -----------------------------------------------------------------------------

    def do_secret_new(self) -> None:
        """Add a secret."""
        from keydeck.tui.screens.editor import EditorScreen

        self._push(EditorScreen(self._place))

    def do_secret_edit(self) -> None:
        """Change the selected secret."""
        from keydeck.tui.screens.editor import EditorScreen

        self._push(EditorScreen(self._place, self._selected))

    def do_secret_rotate(self) -> None:
        """Give the selected secret a new value."""
        from keydeck.tui.screens.rotate import RotateScreen

        self._push(RotateScreen(self._place, self._selected))

    async def do_secret_reveal(self) -> None:
        """Show the value for a while."""
        from keydeck.tui.screens.reveal import RevealScreen

        place, name = self._place, self._selected
        value = await self.session.call(secrets.get, self.session.opened, place, name)
        self._push(RevealScreen(place, name, value))

    async def copy_selected(self) -> str:
        """Copy the value; a sentence about what was really done."""
        place, name = self._place, self._selected
        value = await self.session.call(secrets.get, self.session.opened, place, name)
        return f"{name}: {await self.desk.copy_value(value)}."

    async def do_secret_copy(self) -> None:
        """Copy the value, and say what was really done."""
        self.tell(await self.copy_selected(), "ok")

    def do_secret_delete(self) -> None:
        """What depends on it, then the trash."""
        from keydeck.tui.screens.delete import DeleteScreen

        self._push(DeleteScreen([self._selected]))

    def do_secret_open(self) -> None:
        """Everything known about it: beside the list, or on a screen of its own."""
        if self.wide:
            self.query_one("#detail").focus()
            return
        from keydeck.tui.screens.detail import DetailScreen

        self._push(DetailScreen(self))  # type: ignore[arg-type]

    def do_secret_history(self) -> None:
        """All kept versions."""
        from keydeck.tui.screens.history import HistoryScreen

        self._push(HistoryScreen(self._selected))

    def do_secret_references(self) -> None:
        """Who uses it."""
        from keydeck.tui.screens.references import ReferencesScreen

        self._push(ReferencesScreen([self._selected]))

    def do_list_filter(self) -> None:
        """Type a filter into the list's border."""
        self.show_list()
        self.list_pane.action_filter()

    def do_list_clear(self) -> None:
        """From the detail back to the list; from the list to the tree where one pane shows."""
        if isinstance(self.focused, Listing) and self.list_pane.filter_text:
            self.list_pane.set_filter("")
        elif self.focused is not self.list_pane and self.focused is not self.tree_pane:
            self.show_list()
        elif self.narrow:
            self.show_tree()

    # -- the tree ----------------------------------------------------------------------------

    def do_tree_open(self) -> None:
        """To the secrets of the profile."""
        branch = self.tree_pane.selected_row
        if branch is not None and branch.profile is None:
            self.do_tree_add()
        else:
            self.show_list()

    def do_tree_add(self) -> None:
        """Add a tenant, a profile, or both."""
        self.work(self._add(), "tree.add")

    async def _add(self) -> None:
        from keydeck.tui.dialogs.add import AddPlace

        branch = self.tree_pane.selected_row
        tenant = branch.tenant.name if branch is not None else ""
        first = self.session.place is None
        if await self.desk.ask(AddPlace(tenant)):
            await self.read_again()
            if first and self.session.place is not None:
                self.show_list()  # its first secret comes next

    async def do_tree_protect(self) -> None:
        """Mark the profile protected; taking the mark away asks for its name."""
        place = self._place
        on = not place.profile.protected
        if not on and not await self.name_typed(place, "take the protection away"):
            return
        await self.session.call(
            hierarchy.protect, self.session.opened, place.tenant.name, place.profile.name, on
        )
        await self.read_again()
        what = "protected: its name is asked before what can hurt" if on else "no longer protected"
        self.tell(f"{clean(place.label)} is {what}.", "ok")

    # -- panes -------------------------------------------------------------------------------

    def do_pane_next(self) -> None:
        """The next pane."""
        self._step(1)

    def do_pane_previous(self) -> None:
        """The pane before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        if self.narrow:
            self.show_list() if self.focused is self.tree_pane else self.show_tree()
            return
        panes: list[Widget] = [self.tree_pane, self.list_pane]
        if self.wide:
            panes.append(self.query_one("#detail"))
        at = panes.index(self.focused) if self.focused in panes else 0
        panes[(at + step) % len(panes)].focus()

    def do_pane_left(self) -> None:
        """The pane on the left."""
        if self.focused is self.list_pane:
            self.show_tree()
        elif self.focused is not self.tree_pane:
            self.show_list()

    def do_pane_right(self) -> None:
        """The pane on the right."""
        if self.focused is self.tree_pane:
            self.show_list()
        elif self.focused is self.list_pane and self.wide:
            self.query_one("#detail").focus()
