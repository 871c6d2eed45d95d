"""The vault as the verbs use it: typed views and changes above the record store."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keydeck.domain.model import AuditRow
from keydeck.vault.protocol import Event, Fields, Key, Status, Store
from keydeck.vault.records import CACHED, to_audit
from keydeck.vault.views import Cache, View

if TYPE_CHECKING:
    from keydeck.vault.changes import Change

__all__ = ["Change", "Vault", "View"]


def __getattr__(name: str) -> Any:
    """`Change`, imported only by who writes: reading starts sooner without it."""
    if name == "Change":
        from keydeck.vault.changes import Change

        return Change
    raise AttributeError(name)


class Vault:
    """An unlocked vault. It uses nothing of the store but the Protocol."""

    def __init__(self, store: Store, path: str) -> None:
        self.store = store
        self.path = path
        self._cache = Cache(0)

    @property
    def warnings(self) -> list[str]:
        """Sentences for people: what could not be done though the work goes on."""
        return list(getattr(self.store, "warnings", ()))

    def status(self) -> Status:
        """Id, generation, scope and slot."""
        return self.store.status()

    def _cached(self) -> Cache:
        """The cache for the store's present generation."""
        generation, _ = self.store.read(())
        if self._cache.generation != generation:
            self._cache = Cache(generation)
        return self._cache

    @contextmanager
    def read(self) -> Iterator[View]:
        """A consistent view of one generation; short: no prompt, network call or await inside."""
        with self.store.snapshot():
            yield View(self.store, self._cached())

    @contextmanager
    def write(
        self, action: str, tenant: str = "", profile: str = "", names: Collection[str] = ()
    ) -> Iterator[Change]:
        """The one way to change the vault: commits when the block ends, nothing on an error.

        The audit row holds `names` and every name that the block touched. A block that changes
        nothing commits nothing. `Moved` (4) where the store can't hold a writer's turn and
        another writer was faster.
        """
        from keydeck.vault.changes import Change

        with self.store.turn():
            cache = self._cached()
            change = Change(self.store, cache)
            if names:
                change.name(names)
            yield change
            if change.empty:
                return
            puts, every, versions = change.outcome()
            event = Event(action, tenant, profile, every, versions)
            generation = self.store.commit(cache.generation, event, puts)
        known: dict[Key, Fields | None] = dict(cache.records)
        known.update((key, fields) for key, fields in puts if key.kind in CACHED)
        self._cache = Cache(generation, known)
        if change.destroys:
            self.store.scrub()

    def audit(self, since: int = 0) -> list[AuditRow]:
        """Committed changes with a number above `since`, oldest first, verified."""
        return [to_audit(fields) for fields in self.store.audit(since)]

    def close(self) -> None:
        """Lock: forget the keys and what was read."""
        self._cache = Cache(0)
        self.store.close()
