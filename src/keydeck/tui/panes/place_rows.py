"""The rows of one place as they are fetched: names at once, the rest for what is in view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from keydeck.services import secrets, targets
from keydeck.tui.panes.words import Seen, Word, is_due, sync

if TYPE_CHECKING:
    from keydeck.domain.model import Place, Target
    from keydeck.services.secrets import Listed
    from keydeck.tui.session import Session
    from keydeck.vault.vault import Vault

FIRST = 64
CHUNK = 400
"""So many rows are read in one go: a thread holds the interpreter no longer than a frame."""


def read_place(vault: Vault, place: Place) -> tuple[list[str], list[Target]]:
    """Names and targets of a place: all that the first paint needs."""
    return secrets.names(vault, place), targets.targets(vault, place)


class PlaceRows:
    """Names of a place with the rows known so far; no value.

    Made anew when the place or its content changes, so that a late answer of a thread can't
    put old rows among new ones.
    """

    def __init__(
        self, session: Session, place: Place, names: list[str], targets: Iterable[Target]
    ) -> None:
        self.session = session
        self.place = place
        self.names = names
        self.targets = tuple(targets)
        self.rows: dict[str, Listed] = {}
        self.longest = max(map(len, names), default=0)
        self._asked: set[str] = set()

    def get(self, name: str) -> Listed | None:
        """The row of a name, or None while it was not read yet."""
        return self.rows.get(name)

    async def fetch(self, names: Iterable[str]) -> list[Listed]:
        """Read the rows of these names; those that came."""
        wanted = [name for name in names if name not in self._asked]
        if not wanted:
            return []
        self._asked.update(wanted)
        try:
            found = await self.session.call(secrets.rows, self.session.opened, self.place, wanted)
        except BaseException:
            self._asked.difference_update(wanted)
            raise
        self.rows.update((row.secret.name, row) for row in found)
        for target in self.targets:
            self._note_moved(target, found)
        return found

    def _note_moved(self, target: Target, found: list[Listed]) -> None:
        """Somebody else may have written the vault since the plan was made."""
        plan = self.session.plans.get(target.uid)
        if plan is not None:
            compared = self.session.compared(target.uid)
            moved = [
                row.secret.name
                for row in found
                if row.secret.name not in compared
                or compared[row.secret.name].local_version != row.secret.version
            ]
            self.session.moved(self.place.profile.uid, moved)

    def unread(self) -> list[str]:
        """The next names that nobody asked for yet: a screen's worth first, then chunks."""
        if len(self._asked) >= len(self.names):
            return []
        out: list[str] = []
        most = CHUNK if self._asked else FIRST
        for name in self.names:
            if name not in self._asked:
                out.append(name)
                if len(out) == most:
                    break
        return out

    def seen(self, row: Listed, target: Target) -> Seen:
        """What may be claimed of a secret at a target."""
        state = self.session.known_state(target.uid, row.secret.name, row.secret.version)
        return Seen(state, row.changed_here(target.name))

    def sync(self, row: Listed) -> Word:
        """The word of the SYNC column."""
        return sync(self.seen(row, target) for target in self.targets)

    def due(self, now: int) -> int:
        """How many of the rows known so far are overdue or due soon."""
        return sum(is_due(row.secret.due_at, now) for row in self.rows.values())
