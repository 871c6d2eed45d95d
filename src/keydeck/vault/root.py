"""The rows that hang on the manifest, as they are in the file: checked for their form only."""

from __future__ import annotations

from keydeck.vault.border import damaged
from keydeck.vault.constants import HASH, LEAF_ROWS, LEAVES_A_ROW, MAX_HEAD, MAX_SLOTS, UID
from keydeck.vault.database import Database
from keydeck.vault.keys import Keys
from keydeck.vault.tree import Leaves

SlotRow = tuple[bytes, bytes, bytes, bytes]
"""id, head, key, keyring."""


class Opened:
    """What unlocking gives the store: the slot that opened, its scope, the keys."""

    __slots__ = ("keys", "scope", "sign_public", "slot")

    def __init__(self, slot: bytes, scope: str, keys: Keys, sign_public: bytes) -> None:
        self.slot = slot
        self.scope = scope
        self.keys = keys
        self.sign_public = sign_public

    def close(self) -> None:
        """Forget the keys."""
        self.keys.close()


def read_manifest(database: Database) -> tuple[bytes, bytes]:
    """The manifest's body and signature."""
    rows = database.all("SELECT body, signature, one FROM manifest LIMIT 2")
    if len(rows) != 1:
        raise damaged(database.path)
    body, signature, one = rows[0]
    if type(body) is not bytes or type(signature) is not bytes or one != 1:
        raise damaged(database.path)
    return body, signature


def read_leaves(database: Database) -> Leaves:
    """The 32 rows of leaves."""
    rows = database.all("SELECT n, hashes FROM leaves ORDER BY n LIMIT ?", (LEAF_ROWS + 1,))
    size = LEAVES_A_ROW * HASH
    for place, (number, hashes) in enumerate(rows):
        if number != place or type(hashes) is not bytes or len(hashes) != size:
            raise damaged(database.path)
    if len(rows) != LEAF_ROWS:
        raise damaged(database.path)
    return Leaves([row[1] for row in rows])


def read_slots(database: Database) -> list[SlotRow]:
    """The slot rows in growing id order, inside a transaction; not verified but for their form."""
    rows = database.all(
        "SELECT id, head, key, keyring FROM slot ORDER BY id LIMIT ?", (MAX_SLOTS + 1,)
    )
    before = b""
    for row in rows:
        if any(type(blob) is not bytes for blob in row) or len(row[0]) != UID or row[0] <= before:
            raise damaged(database.path)
        if len(row[1]) > MAX_HEAD:
            raise damaged(database.path)
        before = row[0]
    if len(rows) > MAX_SLOTS:
        raise damaged(database.path)
    return [(row[0], row[1], row[2], row[3]) for row in rows]
