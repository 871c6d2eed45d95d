"""What the app's screens share: the open vault, the place, the last plans, what can be undone.

No value of a secret is ever kept here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from keydeck.domain.errors import Locked

if TYPE_CHECKING:
    from keydeck.domain.compare import State
    from keydeck.domain.model import Place, Target, Tenant
    from keydeck.services.history import Receipt
    from keydeck.services.sync import Plan, Row
    from keydeck.vault.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")

LOCK_AFTER = 15 * 60.0
UNDO_KEPT = 20


class Standing(NamedTuple):
    """How a profile stands: whether it was compared at all, rows by state, changed since."""

    known: bool
    states: Mapping[State, int]
    changed: int

    def count(self, *states: State) -> int:
        """Rows in one of these states."""
        return sum(self.states.get(state, 0) for state in states)


class Session:
    """One person at one terminal with one vault.

    `plans` holds the last plan by target uid; `receipts` what `u` takes back, newest last;
    `changes` counts what was changed here, so that a screen coming back knows to read again.
    `lock_after` is in seconds (0: never).
    """

    def __init__(
        self,
        path: str,
        environ: Mapping[str, str],
        *,
        folder: str = "",
        plain: bool = False,
        lock_after: float = LOCK_AFTER,
    ) -> None:
        self.path = path
        self.environ = environ
        self.folder = folder
        self.plain = plain
        self.lock_after = lock_after
        self.vault: Vault | None = None
        self.tenants: tuple[Tenant, ...] = ()
        self.place: Place | None = None
        self.targets: tuple[Target, ...] = ()
        self.plans: dict[bytes, Plan] = {}
        self._rows: dict[bytes, dict[str, Row]] = {}
        self._moved: dict[bytes, set[str]] = {}
        self.receipts: list[Receipt] = []
        self.due: int | None = None
        self.changes = 0
        self._touched = _now()

    async def call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking service function in a thread; its `KeydeckError` reaches the caller.

        When the awaiting task is cancelled the thread runs on and its answer is dropped. Where
        the vault was locked under it, whatever went wrong is `Locked` (5).
        """
        vault = self.vault
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except Exception:
            if vault is not None and self.vault is not vault:
                raise Locked("The vault was locked meanwhile.") from None
            raise

    @property
    def opened(self) -> Vault:
        """The vault, or `Locked` (5)."""
        if self.vault is None:
            raise Locked("The vault is locked.", todo="Unlock it first.")
        return self.vault

    def require_place(self) -> Place:
        """The present place, or `Locked` (5) where nothing is open."""
        if self.place is None:
            raise Locked("No profile is chosen.", todo="Choose one in the list of profiles.")
        return self.place

    def open(self, vault: Vault) -> None:
        """Start working on an unlocked vault."""
        self.vault = vault
        self.path = vault.path
        self.touch()

    def lock(self) -> None:
        """Forget everything that came out of the vault and close it."""
        vault, self.vault = self.vault, None
        self.tenants = ()
        self.place = None
        self.targets = ()
        self.plans.clear()
        self._rows.clear()
        self._moved.clear()
        self.receipts.clear()
        self.due = None
        if vault is not None:
            vault.close()

    def changed(self, receipt: Receipt | None = None) -> None:
        """Something was changed here: screens read again; with a receipt `u` can undo it."""
        self.changes += 1
        if receipt is not None:
            self.receipts.append(receipt)
            del self.receipts[:-UNDO_KEPT]
            self.moved(receipt.place.profile.uid, (name for name, _, _ in receipt.changed))

    def planned(self, plan: Plan) -> None:
        """Remember the last plan of its target."""
        self.plans[plan.target.uid] = plan
        self._rows[plan.target.uid] = {row.name: row for row in plan.rows}
        self._moved.pop(plan.target.uid, None)
        self.changes += 1

    def moved(self, profile: bytes, names: Iterable[str]) -> None:
        """These names changed here since they were compared: the plans no longer speak of them."""
        wanted = list(names)
        for uid, plan in self.plans.items():
            if plan.place.profile.uid == profile:
                self._moved.setdefault(uid, set()).update(wanted)

    def compared(self, target: bytes) -> Mapping[str, Row]:
        """The rows of the last plan of a target, by name."""
        return self._rows.get(target, {})

    def standing(self, profile: bytes) -> Standing:
        """How a profile stood at its targets when it was compared, and what changed since."""
        states: dict[State, int] = {}
        changed: set[str] = set()
        known = False
        for uid, plan in self.plans.items():
            if plan.place.profile.uid != profile:
                continue
            known = True
            moved = self._moved.get(uid, set())
            changed |= moved
            for row in plan.rows:
                if row.name not in moved:
                    states[row.state] = states.get(row.state, 0) + 1
        return Standing(known, states, len(changed))

    def known_state(self, target: bytes, name: str, version: int) -> State | None:
        """The state that the last plan of a target gave a name, while its value is still the
        one that was compared; None where nothing can be claimed."""
        row = self._rows.get(target, {}).get(name)
        if row is None or name in self._moved.get(target, ()):
            return None
        return row.state if row.local_version == version else None

    def touch(self) -> None:
        """Somebody is here: the time to the lock starts again."""
        self._touched = _now()

    def lock_left(self) -> float:
        """Seconds until the vault locks itself (infinite where it never does)."""
        if self.lock_after <= 0:
            return float("inf")
        return max(0.0, self.lock_after - (_now() - self._touched))


def _now() -> float:
    """Seconds that run on while the machine sleeps, where the system has such a clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.time()
