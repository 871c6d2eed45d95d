"""Making a vault: generation 1, in one transaction."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from keydeck.system.clock import now_ms
from keydeck.vault.author import author
from keydeck.vault.border import Border
from keydeck.vault.constants import FORMAT, KEY, MANAGE, MAX_SLOTS, UID
from keydeck.vault.database import Database
from keydeck.vault.encoding import (
    encode_payload,
    pad,
    record_id,
    to_base64,
)
from keydeck.vault.keyring import make_slot
from keydeck.vault.keys import Keys
from keydeck.vault.newfile import create_file, create_tables, refuse_existing
from keydeck.vault.root import Opened, SlotRow
from keydeck.vault.slots import Recovery, Unlocker, new_recovery
from keydeck.vault.store import LocalStore
from keydeck.vault.tree import (
    FIRST_HEAD,
    Bucket,
    Leaves,
    Manifest,
    bucket_of,
    next_head,
    slots_hash,
)
from keydeck.vault.vault import Vault


def create(
    path: str, unlockers: Sequence[Unlocker], *, recovery: bool = True
) -> tuple[Vault, str | None]:
    """Make a vault with a slot for each unlocker, and a recovery key unless told otherwise.

    The vault comes back unlocked, with the recovery key to be shown once (or None).
    Errors: `Refused` (4) where the path is taken, `PermissionDenied` (10), disk errors.
    """
    code = new_recovery() if recovery else None
    every = [*unlockers, Recovery(code)] if code else list(unlockers)
    if not 1 <= len(every) <= MAX_SLOTS:
        raise ValueError("a vault has 1 to 16 slots")
    refuse_existing(path)
    keys = Keys(os.urandom(UID), bytearray(os.urandom(KEY)))
    made = [make_slot(keys, unlocker) for unlocker in every]
    create_file(path)
    try:
        _fill(path, keys, [row for row, _ in made], [entry for _, entry in made])
        database = Database(path)
        try:
            opened = Opened(made[0][0][0], MANAGE, keys, keys.public_sign())
            return Vault(LocalStore(database, opened), path), code
        except BaseException:
            database.close()
            raise
    except BaseException:
        os.unlink(path)
        keys.close()
        raise


def _fill(path: str, keys: Keys, slots: list[SlotRow], entries: list[dict[str, Any]]) -> None:
    """Generation 1, in one transaction."""
    records: list[tuple[str, dict[str, Any]]] = [
        ("vault", {"tenants": [], "remotes": [], "consumers": []}),
        ("slots", {"slots": entries}),
        ("fingerprint", {"key": to_base64(os.urandom(KEY))}),
    ]
    rows = []
    for kind, fields in records:
        identifier = record_id(keys.index(b""), kind, ())
        plain = pad(encode_payload(kind, (), fields))
        rows.append((identifier, keys.seal_record(kind, b"", identifier, plain)))
    in_bucket: dict[int, list[tuple[bytes, bytes]]] = {}
    for row in rows:
        in_bucket.setdefault(bucket_of(row[0]), []).append(row)
    leaves, _ = Leaves().changed(
        {bucket: Bucket(inside).leaf() for bucket, inside in in_bucket.items()}
    )
    at = now_ms()
    payload = _first_audit(at, entries)
    slots = sorted(slots)
    body = Manifest(
        keys.vault_id,
        1,
        leaves.root(),
        slots_hash(slots),
        next_head(FIRST_HEAD, payload),
        at,
    ).encode()
    with Border(path):
        connection = create_tables(path)
        try:
            run = connection.execute
            run("INSERT INTO header VALUES (1, ?, ?)", (FORMAT, keys.vault_id))
            connection.executemany("INSERT INTO slot VALUES (?, ?, ?, ?)", slots)
            connection.executemany("INSERT INTO record VALUES (?, ?)", rows)
            connection.executemany("INSERT INTO leaves VALUES (?, ?)", list(enumerate(leaves.rows)))
            run("INSERT INTO audit VALUES (1, ?)", (keys.seal_audit(1, pad(payload)),))
            run("INSERT INTO manifest VALUES (1, ?, ?)", (body, keys.sign(body)))
            run("COMMIT")
        finally:
            connection.close()


def _first_audit(at: int, entries: list[dict[str, Any]]) -> bytes:
    user, host = author()
    return encode_payload(
        "audit",
        (1,),
        {
            "previous": to_base64(FIRST_HEAD),
            "at": at,
            "user": user,
            "host": host,
            "process": os.getpid(),
            "scope": MANAGE,
            "slot": entries[0]["label"],
            "action": "create",
            "tenant": "",
            "profile": "",
            "names": [entry["label"] for entry in entries],
            "versions": [],
        },
    )
