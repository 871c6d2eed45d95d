"""The ways to unlock an open vault: list them with their labels, add one."""

from __future__ import annotations

from keydeck.domain.errors import Refused
from keydeck.vault.constants import MAX_SLOTS
from keydeck.vault.encoding import to_base64
from keydeck.vault.keyring import make_slot
from keydeck.vault.opening import Way, way_of
from keydeck.vault.protocol import Event, Put
from keydeck.vault.records import slot_entries
from keydeck.vault.slots import Unlocker
from keydeck.vault.store import LocalStore
from keydeck.vault.vault import Vault
from keydeck.vault.verified import SLOTS


def _local(vault: Vault) -> LocalStore:
    if not isinstance(vault.store, LocalStore):
        raise Refused(
            "The ways to unlock are changed on the vault's own file only.",
            kept="Nothing was changed.",
        )
    return vault.store


def list_slots(vault: Vault) -> list[Way]:
    """All ways to unlock, with label, scope, age, and which one opened the vault; verified."""
    rows, entries, own = _local(vault).slots()
    by_id = slot_entries({"slots": entries})
    found = []
    for row in rows:
        label, scope, created_at = by_id.get(to_base64(row[0]), ("", "", 0))
        found.append(
            way_of(row)._replace(
                label=label, scope=scope, created_at=created_at, current=row[0] == own
            )
        )
    return sorted(found, key=lambda way: (way.created_at, way.label))


def add_slot(vault: Vault, unlocker: Unlocker) -> Way:
    """Add a way to unlock (scope `manage`); `Refused` (4) where there are 16 already.

    The key derivation runs before the vault is held, so it blocks nobody.
    """
    store = _local(vault)
    row, entry = make_slot(store.keys, unlocker)
    with store.turn():
        generation, _ = store.read(())
        rows, entries, _ = store.slots()
        if len(rows) >= MAX_SLOTS:
            raise Refused(
                f"The vault has {MAX_SLOTS} ways to unlock, and that is the most.",
                kept="Nothing was changed.",
                todo="Remove one first.",
            )
        store.commit_all(
            generation,
            Event("key add", names=(unlocker.label,)),
            [Put(SLOTS, {"slots": [*entries, entry]})],
            [*rows, row],
        )
    return way_of(row)._replace(
        label=unlocker.label, scope=entry["scope"], created_at=entry["created_at"]
    )
