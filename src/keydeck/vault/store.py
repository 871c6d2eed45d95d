"""The local file as a `Store`: verified reads of whole buckets, signed commits."""

from __future__ import annotations

import os
from _thread import RLock
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from keydeck.domain.errors import Damaged, Locked
from keydeck.system.clock import now_ms
from keydeck.vault.author import author
from keydeck.vault.constants import (
    BUCKETS,
    HASH,
    LEAF_ROWS,
    LEAVES_A_ROW,
    MAX_HEAD,
    MAX_SLOTS,
    UID,
)
from keydeck.vault.database import DOCTOR, Database, damaged
from keydeck.vault.encoding import (
    decode_payload,
    encode_parts,
    encode_payload,
    from_base64,
    pad,
    record_id,
    to_base64,
    unpad,
)
from keydeck.vault.keys import Keys, check_signature, public_key
from keydeck.vault.memory import Memory, Seen
from keydeck.vault.protocol import (
    Event,
    Fields,
    Forked,
    Key,
    Moved,
    Older,
    Put,
    Record,
    Status,
)
from keydeck.vault.tree import (
    Bucket,
    Leaves,
    Manifest,
    bucket_of,
    bucket_start,
    check_rows,
    decode_manifest,
    next_head,
    slots_hash,
)

SlotRow = tuple[bytes, bytes, bytes, bytes]
SLOTS = Key("slots")

_BELOW = "SELECT id, seal FROM record WHERE id < ? ORDER BY id"
_BETWEEN = "SELECT id, seal FROM record WHERE id >= ? AND id < ? ORDER BY id"
_FROM = "SELECT id, seal FROM record WHERE id >= ? ORDER BY id"


class Opened:
    """What unlocking gives the store: the slot that opened, its scope, the keys."""

    __slots__ = ("keys", "scope", "sign_public", "slot", "slot_key")

    def __init__(
        self, slot: bytes, scope: str, keys: Keys, sign_public: bytes, slot_key: bytearray
    ) -> None:
        self.slot = slot
        self.scope = scope
        self.keys = keys
        self.sign_public = sign_public
        self.slot_key = slot_key


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


class LocalStore:
    """A vault's file, unlocked: meets `Store`; safe to call from any thread.

    `warnings` holds sentences for people: what could not be done though the work goes on.
    With `trust` a file that is older than remembered (or has another past) is taken as it is.
    """

    def __init__(self, database: Database, opened: Opened, *, trust: bool = False) -> None:
        self._db = database
        self._keys = opened.keys
        self._opened = opened
        self._public = public_key(opened.sign_public)
        self._lock = RLock()
        self._memory = Memory(opened.keys.vault_id)
        self._trust = trust
        self._floor = 0
        self._last: Seen = (0, b"")
        self._stored = (b"", b"")
        self._manifest = Manifest(b"", 0, b"", b"", b"", 0)
        self._leaves = Leaves()
        self._slots: list[SlotRow] = []
        self._label: str | None = None
        self._buckets: dict[int, Bucket] = {}
        self.warnings: list[str] = []
        with self._reading():
            pass

    @property
    def path(self) -> str:
        """Where the file is."""
        return self._db.path

    # Transactions

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A read transaction (or the one under way), with the manifest and leaves up to date."""
        with self._lock:
            if self._db.active:
                with self._db.border:
                    self._refresh()
                    yield
                return
            self._db.begin()
            try:
                with self._db.border:
                    self._refresh()
                    yield
            finally:
                self._end()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """BEGIN IMMEDIATE for the block; `commit` ends it, anything else rolls back."""
        with self._lock:
            if self._db.active:
                raise RuntimeError("a writer's turn can't begin inside another transaction")
            self._db.begin(write=True)
            try:
                yield
            finally:
                self._end()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One deferred transaction for the block: its reads see one generation."""
        with self._lock:
            if self._db.active:
                yield
                return
            self._db.begin()
            try:
                yield
            finally:
                self._end()

    def _end(self) -> None:
        """End the transaction (nothing of it stays) and forget the buckets read in it."""
        self._buckets.clear()
        self._db.rollback()

    # The root

    def _refresh(self) -> None:
        rows = self._db.all("SELECT body, signature, one FROM manifest LIMIT 2")
        if len(rows) != 1:
            raise damaged(self.path)
        body, signature, one = rows[0]
        if (body, signature) == self._stored:
            return
        if type(body) is not bytes or type(signature) is not bytes or one != 1:
            raise damaged(self.path)
        self._load(body, signature)

    def _load(self, body: bytes, signature: bytes) -> None:
        """Verify a manifest that was not seen before, and everything that hangs on it."""
        check_signature(self._public, body, signature)
        manifest = decode_manifest(body)
        self._db.check_schema()
        if not manifest.vault_id == self._keys.vault_id == self._db.header():
            raise Damaged("The vault's parts belong to different vaults.", todo=DOCTOR)
        leaves = self._read_leaves()
        slots = read_slots(self._db)
        if leaves.root() != manifest.tree or slots_hash(slots) != manifest.slots:
            raise damaged(self.path)
        if all(row[0] != self._opened.slot for row in slots):
            raise Locked("This way to unlock was removed from the vault.", todo="Use another one.")
        now = (manifest.generation, manifest.audit)
        self._check_seen(self._last, now)
        self._meet(now)
        self._stored = (body, signature)
        self._manifest, self._leaves, self._slots = manifest, leaves, slots
        self._last, self._label = now, None

    def _read_leaves(self) -> Leaves:
        rows = self._db.all("SELECT n, hashes FROM leaves ORDER BY n LIMIT ?", (LEAF_ROWS + 1,))
        size = LEAVES_A_ROW * HASH
        for place, (number, hashes) in enumerate(rows):
            if number != place or type(hashes) is not bytes or len(hashes) != size:
                raise damaged(self.path)
        if len(rows) != LEAF_ROWS:
            raise damaged(self.path)
        return Leaves([row[1] for row in rows])

    def _meet(self, now: Seen) -> None:
        self._memory.meet(now, lambda seen: self._check_seen(seen, now))
        if self._memory.warning and self._memory.warning not in self.warnings:
            self.warnings.append(self._memory.warning)

    def _check_seen(self, seen: Seen, now: Seen) -> None:
        """Raise `Older` or `Forked` unless `now` is `seen` or follows it."""
        error: Damaged | None = None
        if now[0] < seen[0]:
            error = Older(
                f"This file is an older state of the vault: it is at change {now[0]}, and this"
                f" machine has seen change {seen[0]}.",
                kept="Nothing was changed.",
                todo="Find the newer file; or accept this one: keydeck doctor --accept.",
            )
        elif seen[0] and not self._follows(seen, now):
            error = Forked(
                f"This file has another past: what it says of change {seen[0]} is not what this"
                " machine has seen.",
                kept="Nothing was changed.",
                todo="Find the other file; or accept this one: keydeck doctor --accept.",
            )
        if error is None:
            return
        if not self._trust:
            raise error
        self._floor = max(self._floor, seen[0])
        if error.what not in self.warnings:
            self.warnings.append(error.what)

    def _follows(self, seen: Seen, now: Seen) -> bool:
        if seen[0] == now[0]:
            return seen[1] == now[1]
        row = self._db.all("SELECT seal FROM audit WHERE n = ?", (seen[0],))
        if len(row) != 1 or type(row[0][0]) is not bytes:
            return False
        try:
            payload = unpad(self._keys.open_audit(seen[0], row[0][0]))
            fields = decode_payload(payload, "audit", (seen[0],))
            return next_head(from_base64(fields.get("previous")), payload) == seen[1]
        except Damaged:
            return False

    # Reading

    def status(self) -> Status:
        """The present state; notices what other processes committed."""
        with self._reading():
            manifest, opened = self._manifest, self._opened
            return Status(manifest.vault_id, manifest.generation, opened.scope, self._slot_label())

    def _slot_label(self) -> str:
        if self._label is None:
            record = self._get(SLOTS)
            slot = to_base64(self._opened.slot)
            labels = [
                str(entry.get("label", ""))
                for entry in (record.fields.get("slots", []) if record else [])
                if entry.get("id") == slot
            ]
            self._label = labels[0] if labels else ""
        return self._label

    def read(
        self, keys: Sequence[Key], generation: int | None = None
    ) -> tuple[int, list[Record | None]]:
        """Verified reads in one snapshot; see `Store.read`."""
        with self._reading():
            now = self._manifest.generation
            if generation is not None and generation != now:
                raise moved()
            return now, [self._get(key) for key in keys]

    def identify(self, keys: Sequence[Key]) -> list[bytes]:
        """The records' ids; see `Store.identify`."""
        return [self.id_of(key) for key in keys]

    def id_of(self, key: Key) -> bytes:
        """A record's id."""
        return record_id(self._keys.index(key.profile), key.kind, key.parts)

    def _get(self, key: Key) -> Record | None:
        identifier = self.id_of(key)
        sealed = self._bucket(bucket_of(identifier)).seals.get(identifier)
        if sealed is None:
            return None
        plain = self._keys.open_record(key.kind, key.profile, identifier, sealed)
        return Record(decode_payload(plain, key.kind, key.parts), sha256(sealed).digest())

    def _bucket(self, bucket: int) -> Bucket:
        """A whole bucket's rows, compared with its leaf; read once in a transaction."""
        known = self._buckets.get(bucket)
        if known is not None:
            return known
        rows = self.bucket_rows(bucket)
        check_rows(rows)
        found = Bucket(rows)
        if found.leaf() != self._leaves.leaf(bucket):
            raise Damaged(
                f"A part of the vault does not verify (bucket {bucket}).",
                kept="Nothing was changed.",
                todo=DOCTOR,
            )
        self._buckets[bucket] = found
        return found

    def bucket_rows(self, bucket: int) -> list[tuple[Any, ...]]:
        """A bucket's rows as they are in the file, not verified.

        The first bucket has no lower bound and the last no upper one, so that rows of other
        types, which sort there, can't hide.
        """
        if bucket == 0:
            return self._db.all(_BELOW, (bucket_start(1),))
        if bucket == BUCKETS - 1:
            return self._db.all(_FROM, (bucket_start(bucket),))
        return self._db.all(_BETWEEN, (bucket_start(bucket), bucket_start(bucket + 1)))

    def audit(self, since: int = 0) -> list[Fields]:
        """Verified audit rows with a number above `since`, oldest first; each has `number`."""
        with self._reading():
            rows = self._db.all("SELECT n, seal FROM audit WHERE n > ? ORDER BY n", (since,))
            expected, number = self._manifest.audit, self._manifest.generation
            if since >= number and not rows:
                return []
            found: list[Fields] = []
            for place in range(len(rows) - 1, -1, -1):
                n, sealed = rows[place]
                if type(sealed) is not bytes or (place == len(rows) - 1 and n != number):
                    raise damaged(self.path)
                payload = unpad(self._keys.open_audit(n, sealed))
                fields = decode_payload(payload, "audit", (n,))
                previous = from_base64(fields.get("previous"))
                if next_head(previous, payload) != expected:
                    raise damaged(self.path)
                expected = previous
                found.append({"number": n, **fields})
            if not rows or (since <= 0 and expected != bytes(HASH)):
                raise damaged(self.path)
            found.reverse()
            return found

    # Writing

    def commit(self, expected: int, event: Event, changes: Sequence[Put]) -> int:
        """Make the changes in one transaction; see `Store.commit`."""
        return self.commit_all(expected, event, changes, None)

    def commit_all(
        self,
        expected: int,
        event: Event,
        changes: Sequence[Put],
        slots: Sequence[SlotRow] | None,
    ) -> int:
        """Like `commit`, with the whole slot table replaced where `slots` is given."""
        with self._lock:
            if self._db.active and not self._db.writing:
                raise RuntimeError("a commit can't be made inside a snapshot")
            if not self._db.active:
                self._db.begin(write=True)
            try:
                with self._db.border:
                    return self._commit(expected, event, changes, slots)
            finally:
                self._end()

    def _commit(
        self,
        expected: int,
        event: Event,
        changes: Sequence[Put],
        slots: Sequence[SlotRow] | None,
    ) -> int:
        self._refresh()
        before = self._manifest
        if before.generation != expected:
            raise moved()
        self._db.check_before_write()
        number = max(before.generation, self._floor) + 1
        at = now_ms()
        head = self._write_audit(number, at, event, before.audit)
        leaves = self._write_records(changes)
        slots_now, slots_are = self._slots, before.slots
        if slots is not None:
            slots_now = self._write_slots(slots)
            slots_are = slots_hash(slots_now)
        manifest = Manifest(before.vault_id, number, leaves.root(), slots_are, head, at)
        body = manifest.encode()
        signature = self._keys.sign(body)
        cursor = self._db.connection.execute(
            "UPDATE manifest SET body = ?, signature = ? WHERE one = 1", (body, signature)
        )
        if cursor.rowcount != 1:
            raise damaged(self.path)
        self._db.commit()
        self._stored = (body, signature)
        self._manifest, self._leaves, self._slots = manifest, leaves, slots_now
        self._last, self._floor = (number, head), 0
        if any(change.key == SLOTS for change in changes):
            self._label = None
        self._meet(self._last)
        return number

    def _write_audit(self, number: int, at: int, event: Event, previous: bytes) -> bytes:
        user, host = author()
        payload = encode_payload(
            "audit",
            (number,),
            {
                "previous": to_base64(previous),
                "at": at,
                "user": user,
                "host": host,
                "process": os.getpid(),
                "scope": self._opened.scope,
                "slot": self._slot_label(),
                "action": event.action,
                "tenant": event.tenant,
                "profile": event.profile,
                "names": list(event.names),
                "versions": list(event.versions),
            },
        )
        self._db.connection.execute(
            "INSERT INTO audit VALUES (?, ?)", (number, self._keys.seal_audit(number, pad(payload)))
        )
        return next_head(previous, payload)

    def _write_records(self, changes: Sequence[Put]) -> Leaves:
        """Write the records and the touched rows of leaves; all leaves as they are then."""
        seals = self._seal_all(changes)
        buckets: dict[int, dict[bytes, bytes | None]] = {}
        for identifier, sealed in seals.items():
            buckets.setdefault(bucket_of(identifier), {})[identifier] = sealed
        leaves, touched = self._leaves.changed(
            {
                bucket: self._bucket(bucket).changed(writes).leaf()
                for bucket, writes in buckets.items()
            }
        )
        run = self._db.connection.executemany
        put = [(identifier, sealed) for identifier, sealed in seals.items() if sealed is not None]
        gone = [(identifier,) for identifier, sealed in seals.items() if sealed is None]
        if put:
            run("INSERT OR REPLACE INTO record VALUES (?, ?)", put)
        if gone:
            run("DELETE FROM record WHERE id = ?", gone)
        run("UPDATE leaves SET hashes = ? WHERE n = ?", [(leaves.rows[n], n) for n in touched])
        return leaves

    def _seal_all(self, changes: Sequence[Put]) -> dict[bytes, bytes | None]:
        """Id to seal (None: removed); versions first, since secrets name their seals' hashes."""
        seals: dict[bytes, bytes | None] = {}
        hashes: dict[tuple[int | str, ...], str] = {}
        for key, fields in sorted(changes, key=lambda change: change.key.kind != "version"):
            identifier = self.id_of(key)
            if fields is None:
                seals[identifier] = None
                continue
            whole = with_seals(fields, hashes) if key.kind == "secret" else fields
            plain = pad(encode_payload(key.kind, key.parts, whole))
            sealed = self._keys.seal_record(key.kind, key.profile, identifier, plain)
            seals[identifier] = sealed
            if key.kind == "version":
                hashes[tuple(encode_parts(key.parts))] = to_base64(sha256(sealed).digest())
        return seals

    def _write_slots(self, slots: Sequence[SlotRow]) -> list[SlotRow]:
        rows = sorted(slots)
        if not 1 <= len(rows) <= MAX_SLOTS:
            raise ValueError("a vault has 1 to 16 slots")
        self._db.connection.execute("DELETE FROM slot")
        self._db.connection.executemany("INSERT INTO slot VALUES (?, ?, ?, ?)", rows)
        return rows

    def close(self) -> None:
        """Forget the keys and close the file."""
        with self._lock:
            self._keys.close()
            self._opened.slot_key[:] = bytes(len(self._opened.slot_key))
            self._stored = (b"", b"")
            self._memory.close()
            self._db.close()


def with_seals(fields: Fields, hashes: dict[tuple[int | str, ...], str]) -> Fields:
    """A secret's fields with the seal hashes filled in that its versions lack."""
    versions = fields.get("versions", [])
    if all(version[1] for version in versions):
        return fields
    uid = fields["uid"]
    filled = [
        version if version[1] else [version[0], hashes[uid, version[0]], *version[2:]]
        for version in versions
    ]
    return {**fields, "versions": filled}


def moved() -> Moved:
    """Another process or view has changed the vault."""
    return Moved(
        "The vault was changed by another program in the meantime.",
        kept="Nothing was changed here.",
        todo="Try again.",
    )
