"""What the main screen's commands do about a whole place: sync, matrix, trash, import, undo."""

from __future__ import annotations

from textual.screen import Screen

from keydeck.domain.compare import State
from keydeck.domain.model import Place, Profile, Target
from keydeck.domain.safetext import clean
from keydeck.services import history, sync
from keydeck.tui.dialogs.typed import TypeName
from keydeck.tui.screens.base import Commanded


class PlaceDeeds(Commanded[None]):
    """The deeds about the present place."""

    async def read_again(self, select: str | None = None) -> None:
        """Read what is shown again."""
        raise NotImplementedError

    def go_to(self, profile: Profile, name: str) -> None:
        """To a name in a profile (from the matrix)."""
        raise NotImplementedError

    @property
    def _place(self) -> Place:
        return self.session.require_place()

    def _push(self, screen: Screen[None]) -> None:
        self.app.push_screen(screen)

    async def name_typed(self, place: Place, doing: str) -> bool:
        """Whether a protected profile's name was typed; true at once for any other."""
        if not place.profile.protected:
            return True
        return await self.desk.ask(TypeName(place, doing)) is True

    # -- the place ---------------------------------------------------------------------------

    def do_place_sync(self) -> None:
        """The plan, or setting a remote up where there is none."""
        if not self.session.targets:
            self.do_place_remote()
            return
        from keydeck.tui.screens.sync import SyncScreen

        self._push(SyncScreen())

    def do_place_remote(self) -> None:
        """Connect this profile to a server or a file."""
        from keydeck.tui.screens.remote_setup import RemoteSetupScreen

        self._push(RemoteSetupScreen())

    def do_place_matrix(self) -> None:
        """Names × profiles."""
        from keydeck.tui.screens.matrix import MatrixScreen

        self._push(MatrixScreen(self.go_to))

    def do_place_trash(self) -> None:
        """What was deleted."""
        from keydeck.tui.screens.trash import TrashScreen

        self._push(TrashScreen())

    def do_place_import(self) -> None:
        """Take over a file."""
        from keydeck.tui.screens.importing import ImportScreen

        self._push(ImportScreen())

    def do_place_look(self) -> None:
        """What this folder tells."""
        from keydeck.tui.screens.look import LookScreen

        self._push(LookScreen())

    def do_place_audit(self) -> None:
        """What was changed."""
        from keydeck.tui.screens.audit import AuditScreen

        self._push(AuditScreen())

    async def do_place_refresh(self) -> None:
        """Compare with every remote of the place again, beside the user."""
        place, targets = self._place, self.session.targets
        self.tell(f"Asking {', '.join(clean(target.name) for target in targets)}…")
        said = [await self._plan(place, target) for target in targets]
        await self.read_again()
        self.tell("  ".join(said))

    async def _plan(self, place: Place, target: Target) -> str:
        session = self.session
        plan = await session.call(
            sync.make_plan, session.opened, place, target, environ=session.environ
        )
        session.planned(plan)
        counts = plan.summary()
        differs = [
            f"{counts[state.value]} {state.word}"
            for state in State
            if state is not State.IN_SYNC and state.value in counts
        ]
        return f"{clean(target.name)}: {', '.join(differs) or 'all in sync'}."

    async def do_place_undo(self) -> None:
        """Take the last change back, as a new change."""
        receipt = self.session.receipts[-1]
        if not await self.name_typed(receipt.place, f"undo “{receipt.action}”"):
            return
        said = await self.session.call(history.undo, self.session.opened, receipt)
        if receipt in self.session.receipts:
            self.session.receipts.remove(receipt)
        self.session.moved(receipt.place.profile.uid, (name for name, _, _ in receipt.changed))
        self.session.changed()
        await self.read_again(receipt.changed[0][0] if receipt.changed else None)
        self.tell(said, "ok")
