"""Unlocking a vault: slot heads are listed without a key, keys come after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from keydeck.domain.errors import Damaged, KeydeckError, Locked, WrongPassphrase
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.vault.database import Database
from keydeck.vault.keyring import open_slot
from keydeck.vault.protocol import NewerFormat
from keydeck.vault.root import Opened, SlotRow, read_slots
from keydeck.vault.slots import KINDS, Unlocker
from keydeck.vault.slots.base import decode_head
from keydeck.vault.store import LocalStore
from keydeck.vault.vault import Vault

__all__ = ["Way", "create", "open_vault", "prepare", "way_of", "ways"]


def create(
    path: str, unlockers: Sequence[Unlocker], *, recovery: bool = True
) -> tuple[Vault, str | None]:
    """Make a vault; see `keydeck.vault.creating.create`."""
    from keydeck.vault import creating

    return creating.create(path, unlockers, recovery=recovery)


class Way(NamedTuple):
    """One slot, as anyone can see it; `label` only where the vault is unlocked.

    `head` is what it says of itself (salt, KDF figures); `usable` whether this keydeck knows
    its kind.
    """

    id: bytes
    kind: str
    head: Mapping[str, Any]
    usable: bool
    label: str = ""
    scope: str = ""
    created_at: int = 0
    current: bool = False


def way_of(row: SlotRow) -> Way:
    """A slot as anyone can see it."""
    try:
        head = decode_head(row[1])
    except KeydeckError:
        return Way(row[0], "unreadable", {}, False)
    return Way(row[0], head["kind"], head, head["kind"] in KINDS)


def _look(path: str) -> tuple[bytes, list[SlotRow]]:
    database = Database(path)
    try:
        database.begin()
        with database.border:
            return database.header(), read_slots(database)
    finally:
        database.close()


def ways(path: str) -> list[Way]:
    """The ways to unlock a vault, without unlocking it (nothing of it is verified yet).

    Errors: `NotFound` (7), `NotAVault` (11), `NewerFormat` (11), `Damaged` (12).
    """
    return [way_of(row) for row in _look(path)[1]]


def prepare(path: str, unlocker: Unlocker) -> None:
    """Derive the keys that `open_vault` will need for this unlocker: slow, for a thread.

    A slot whose head is out of bounds is left for `open_vault` to tell of.
    """
    vault_id, rows = _look(path)
    for row in rows:
        if way_of(row).kind == unlocker.kind:
            try:
                unlocker.kek(row[1], vault_id)
            except Damaged:
                continue


def open_vault(path: str, *unlockers: Unlocker, trust: bool = False, at_least: int = 0) -> Vault:
    """Unlock a vault with the first of `unlockers` that opens one of its slots.

    Every slot of an unlocker's kind is tried. `trust` takes a file that is older than what
    this machine remembers (for doctor); one below the generation `at_least` is `Older` (12)
    in any case. Errors: `Locked` (5) with no unlocker,
    `WrongPassphrase` (6), `NotFound` (7), `NotAVault` (11), `NewerFormat` (11), `Damaged` (12).
    """
    database, opened = unlock_file(path, unlockers)
    try:
        return Vault(LocalStore(database, opened, trust=trust, at_least=at_least), path)
    except BaseException:
        opened.close()
        database.close()
        raise


def unlock_file(path: str, unlockers: Sequence[Unlocker]) -> tuple[Database, Opened]:
    """The file and the keys behind the first slot that opens; nothing is verified yet."""
    database = Database(path)
    try:
        database.begin()
        try:
            with database.border:
                vault_id, rows = database.header(), read_slots(database)
        finally:
            database.rollback()
        return database, _unlock(path, vault_id, rows, unlockers)
    except BaseException:
        database.close()
        raise


def _unlock(
    path: str, vault_id: bytes, rows: Sequence[SlotRow], unlockers: Sequence[Unlocker]
) -> Opened:
    bad: KeydeckError | None = None
    kinds = [way_of(row).kind for row in rows]
    for unlocker in unlockers:
        for row, kind in zip(rows, kinds, strict=True):
            if kind != unlocker.kind:
                continue
            try:
                opened = open_slot(vault_id, row, unlocker)
            except (Damaged, NewerFormat) as error:
                bad = error
                continue
            if opened is not None:
                return opened
    if bad is not None:
        raise bad
    raise _no_way(path, kinds, unlockers)


def _no_way(path: str, kinds: Sequence[str], unlockers: Sequence[Unlocker]) -> KeydeckError:
    words = ", ".join(sorted({KINDS.get(kind) or clean(kind) for kind in kinds}))
    todo = f"Ways to unlock {clean(path)}: {words}." if words else "It has no way to unlock."
    if not unlockers:
        return Locked("The vault is locked.", todo=todo)
    for unlocker in unlockers:
        if unlocker.kind in kinds:
            return WrongPassphrase(unlocker.wrong, kept="Nothing was changed.", todo=todo)
    return WrongPassphrase(
        f"The vault has no {unlockers[0].label or unlockers[0].kind} among its ways to unlock.",
        kept="Nothing was changed.",
        todo=todo,
    )
