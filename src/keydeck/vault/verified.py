"""Reading the local file: the signed root, whole buckets compared with it, the audit."""

from __future__ import annotations

from _thread import RLock
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from keydeck.domain.errors import Damaged, Locked
from keydeck.vault.border import DOCTOR, damaged
from keydeck.vault.constants import (
    BUCKETS,
    HASH,
)
from keydeck.vault.database import Database
from keydeck.vault.encoding import (
    decode_payload,
    from_base64,
    record_id,
    to_base64,
    unpad,
)
from keydeck.vault.keys import Keys, check_signature, public_key
from keydeck.vault.past import Past
from keydeck.vault.protocol import (
    Fields,
    Key,
    Moved,
    Record,
    Status,
)
from keydeck.vault.records import slot_entries
from keydeck.vault.root import Opened, SlotRow, read_leaves, read_manifest, read_slots
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

SLOTS = Key("slots")

_BELOW = "SELECT id, seal FROM record WHERE id < ? ORDER BY id"
_BETWEEN = "SELECT id, seal FROM record WHERE id >= ? AND id < ? ORDER BY id"
_FROM = "SELECT id, seal FROM record WHERE id >= ? ORDER BY id"


class VerifiedFile:
    """A vault's file, unlocked, as it can be read; safe to call from any thread.

    With `trust` a file that is older than remembered (or has another past) is taken as it is;
    `at_least` is a generation that the caller knows of (a machine that never saw the vault
    remembers none).
    """

    def __init__(
        self, database: Database, opened: Opened, *, trust: bool = False, at_least: int = 0
    ) -> None:
        self._db = database
        self._keys = opened.keys
        self._opened = opened
        self._public = public_key(opened.sign_public)
        self._lock = RLock()
        self._past = Past(opened.keys.vault_id, trust=trust, at_least=at_least)
        self._stored = (b"", b"")
        self._manifest = Manifest(b"", 0, b"", b"", b"", 0)
        self._leaves = Leaves()
        self._slots: list[SlotRow] = []
        self._label: str | None = None
        self._buckets: dict[int, Bucket] = {}
        self._fresh = False
        with self._reading():
            pass

    @property
    def warnings(self) -> list[str]:
        """Sentences for people: what could not be done though the work goes on."""
        return self._past.warnings

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
        self._fresh = False
        self._buckets.clear()
        self._db.rollback()

    # The root

    def _refresh(self) -> None:
        """Notice another manifest, once in a transaction."""
        if self._fresh:
            return
        body, signature = read_manifest(self._db)
        if (body, signature) != self._stored:
            self._load(body, signature)
        self._fresh = True

    def _load(self, body: bytes, signature: bytes) -> None:
        """Verify a manifest that was not seen before, and everything that hangs on it."""
        check_signature(self._public, body, signature)
        manifest = decode_manifest(body)
        self._db.check_schema()
        if not manifest.vault_id == self._keys.vault_id == self._db.header():
            raise Damaged("The vault's parts belong to different vaults.", todo=DOCTOR)
        leaves = read_leaves(self._db)
        slots = read_slots(self._db)
        if leaves.root() != manifest.tree or slots_hash(slots) != manifest.slots:
            raise damaged(self.path)
        if all(row[0] != self._opened.slot for row in slots):
            raise Locked("This way to unlock was removed from the vault.", todo="Use another one.")
        self._past.meet((manifest.generation, manifest.audit), self._row_head)
        self._stored = (body, signature)
        self._manifest, self._leaves, self._slots = manifest, leaves, slots
        self._label = None

    def _row_head(self, number: int) -> bytes | None:
        """The audit head after a row, from the row alone; None where it is missing or broken."""
        row = self._db.all("SELECT seal FROM audit WHERE n = ?", (number,))
        if len(row) != 1 or type(row[0][0]) is not bytes:
            return None
        try:
            payload = unpad(self._keys.open_audit(number, row[0][0]))
            fields = decode_payload(payload, "audit", (number,))
            return next_head(from_base64(fields.get("previous")), payload)
        except Damaged:
            return None

    # Reading

    def status(self) -> Status:
        """The present state; notices what other processes committed."""
        with self._reading():
            manifest, opened = self._manifest, self._opened
            return Status(manifest.vault_id, manifest.generation, opened.scope, self._slot_label())

    def _slot_label(self) -> str:
        if self._label is None:
            record = self._get(SLOTS)
            entries = slot_entries(record.fields) if record else {}
            self._label = entries.get(to_base64(self._opened.slot), ("",))[0]
        return self._label

    @contextmanager
    def holding(self) -> Iterator[tuple[Database, Opened]]:
        """A read transaction on the bare file, for the walk of doctor; nothing is verified."""
        with self._lock:
            self._db.begin()
            try:
                yield self._db, self._opened
            finally:
                self._end()

    @property
    def keys(self) -> Keys:
        """The keys, for what is done beside the Protocol on the file itself."""
        return self._keys

    def slots(self) -> tuple[list[SlotRow], list[dict[str, Any]], bytes]:
        """The slot rows, what slots() says of each, and the id of the slot in use."""
        with self._reading():
            record = self._get(SLOTS)
            if record is None:
                raise Damaged("The vault's list of ways to unlock is missing.", todo=DOCTOR)
            return list(self._slots), list(record.fields["slots"]), self._opened.slot

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

    def close(self) -> None:
        """Forget the keys and close the file."""
        with self._lock:
            self._opened.close()
            self._stored = (b"", b"")
            self._past.close()
            self._db.close()


def moved() -> Moved:
    """Another process or view has changed the vault."""
    return Moved(
        "The vault was changed by another program in the meantime.",
        kept="Nothing was changed here.",
        todo="Try again.",
    )
