"""Making a vault and unlocking one: slot heads are listed without a key, keys come after."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keydeck.domain.errors import Damaged, KeydeckError, Locked, WrongPassphrase
from keydeck.domain.safetext import clean
from keydeck.system.clock import now_ms
from keydeck.vault.author import author
from keydeck.vault.constants import FORMAT, KEY, KEYRING, MANAGE, MAX_SLOTS, SLOT, UID
from keydeck.vault.database import Border, Database, create_file, create_tables
from keydeck.vault.encoding import (
    decode_payload,
    encode_payload,
    from_base64,
    pad,
    record_id,
    to_base64,
)
from keydeck.vault.keys import Keys, associated, seal, unseal, unseal_key
from keydeck.vault.protocol import NewerFormat
from keydeck.vault.slots import KINDS, Recovery, Unlocker, new_recovery
from keydeck.vault.slots.base import decode_head, encode_head
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
from keydeck.vault.verified import Opened, SlotRow, read_slots


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


def _way(row: SlotRow) -> Way:
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
    return [_way(row) for row in _look(path)[1]]


def prepare(path: str, unlocker: Unlocker) -> None:
    """Derive the keys that `open_vault` will need for this unlocker: slow, for a thread.

    A slot whose head is out of bounds is left for `open_vault` to tell of.
    """
    vault_id, rows = _look(path)
    for row in rows:
        if _way(row).kind == unlocker.kind:
            try:
                unlocker.kek(row[1], vault_id)
            except Damaged:
                continue


def open_vault(path: str, *unlockers: Unlocker, trust: bool = False) -> Vault:
    """Unlock a vault with the first of `unlockers` that opens one of its slots.

    Every slot of an unlocker's kind is tried. `trust` takes a file that is older than what
    this machine remembers (for doctor). Errors: `Locked` (5) with no unlocker,
    `WrongPassphrase` (6), `NotFound` (7), `NotAVault` (11), `NewerFormat` (11), `Damaged` (12).
    """
    database = Database(path)
    try:
        database.begin()
        try:
            with database.border:
                vault_id, rows = database.header(), read_slots(database)
        finally:
            database.rollback()
        opened = _unlock(path, vault_id, rows, unlockers)
        try:
            return Vault(LocalStore(database, opened, trust=trust), path)
        except BaseException:
            opened.keys.close()
            raise
    except BaseException:
        database.close()
        raise


def _unlock(
    path: str, vault_id: bytes, rows: Sequence[SlotRow], unlockers: Sequence[Unlocker]
) -> Opened:
    bad: KeydeckError | None = None
    kinds = [_way(row).kind for row in rows]
    for unlocker in unlockers:
        for row, kind in zip(rows, kinds, strict=True):
            if kind != unlocker.kind:
                continue
            try:
                opened = _try(vault_id, row, unlocker)
            except (Damaged, NewerFormat) as error:
                bad = error
                continue
            if opened is not None:
                return opened
    if bad is not None:
        raise bad
    raise _no_way(path, kinds, unlockers)


def _no_way(path: str, kinds: Sequence[str], unlockers: Sequence[Unlocker]) -> KeydeckError:
    words = ", ".join(
        sorted({KINDS[kind].label if kind in KINDS else clean(kind) for kind in kinds})
    )
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


def _try(vault_id: bytes, row: SlotRow, unlocker: Unlocker) -> Opened | None:
    """The keys behind one slot, or None where the unlocker does not fit it."""
    identifier, head, key, keyring = row
    kek = unlocker.kek(head, vault_id)
    slot_key = unseal_key(AESGCM(kek), key, associated(SLOT, vault_id, identifier, head))
    if slot_key is None:
        return None
    if len(slot_key) != KEY:
        raise Damaged("A slot's key does not have 32 bytes.")
    plain = unseal(AESGCM(slot_key), keyring, associated(KEYRING, vault_id, identifier, head))
    if plain is None:
        raise Damaged("A slot's keyring does not open.")
    fields = decode_payload(plain, "keyring", (identifier,))
    scope = fields.get("scope")
    if scope != MANAGE:
        raise NewerFormat(
            f"This way opens the vault with the scope {clean(str(scope))}, which this keydeck"
            " does not know.",
            todo="Install a newer keydeck, or unlock in another way.",
        )
    root = bytearray(from_base64(fields.pop("root", None)))
    sign = from_base64(fields.get("sign"))
    if len(root) != KEY or len(sign) != KEY:
        raise Damaged("A slot's keyring is incomplete.")
    return Opened(identifier, MANAGE, Keys(vault_id, root), sign, slot_key)


def make_slot(
    keys: Keys, root: bytearray, unlocker: Unlocker
) -> tuple[SlotRow, dict[str, Any], bytearray]:
    """A new slot of scope `manage`: its row, its entry for slots(), its key."""
    identifier, slot_key = os.urandom(UID), bytearray(os.urandom(KEY))
    head = encode_head(unlocker.kind, unlocker.new_head())
    kek = unlocker.kek(head, keys.vault_id)
    fields = {
        "scope": MANAGE,
        "sign": to_base64(keys.public_sign()),
        "access": to_base64(keys.public_access()),
        "root": to_base64(root),
    }
    keyring = pad(encode_payload("keyring", (identifier,), fields))
    row = (
        identifier,
        head,
        seal(AESGCM(kek), slot_key, associated(SLOT, keys.vault_id, identifier, head)),
        seal(AESGCM(slot_key), keyring, associated(KEYRING, keys.vault_id, identifier, head)),
    )
    entry = {
        "id": to_base64(identifier),
        "key": to_base64(slot_key),
        "scope": MANAGE,
        "label": unlocker.label,
        "created_at": now_ms(),
    }
    return row, entry, slot_key


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
    vault_id, root = os.urandom(UID), bytearray(os.urandom(KEY))
    keys = Keys(vault_id, root)
    made = [make_slot(keys, root, unlocker) for unlocker in every]
    create_file(path)
    try:
        _fill(path, keys, [row for row, _, _ in made], [entry for _, entry, _ in made])
        database = Database(path)
        try:
            opened = Opened(made[0][0][0], MANAGE, keys, keys.public_sign(), made[0][2])
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
