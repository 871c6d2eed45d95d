"""The walk over everything, for doctor: what is wrong, and where; changes nothing.

First the file as format 1 has it (b-trees, root, slots, audit, buckets), then what the records
say of one another, by `Meaning` below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from keydeck.domain.errors import Damaged, KeydeckError
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.vault.constants import HASH
from keydeck.vault.database import Database
from keydeck.vault.encoding import decode_payload, from_base64, record_id, unpad
from keydeck.vault.keys import Keys, check_signature, public_key
from keydeck.vault.meaning import Meaning
from keydeck.vault.opening import unlock_file
from keydeck.vault.protocol import Fields, Key, NewerFormat
from keydeck.vault.root import Opened, read_leaves, read_manifest, read_slots
from keydeck.vault.slots import KINDS, Unlocker, class_of
from keydeck.vault.slots.base import decode_head
from keydeck.vault.store import LocalStore
from keydeck.vault.tree import (
    Bucket,
    Manifest,
    bucket_of,
    check_rows,
    decode_manifest,
    next_head,
    slots_hash,
)
from keydeck.vault.vault import Vault


class Finding(NamedTuple):
    """One thing that is wrong: a sentence, and the part of the vault it was found in."""

    what: str
    where: str


def verify(vault: Vault) -> list[Finding]:
    """Everything that is wrong with an open vault; an empty list where nothing is.

    Holds one read transaction: other programs can read meanwhile, and wait to write.
    """
    store = vault.store
    if not isinstance(store, LocalStore):
        raise TypeError("only a local file can be walked")
    with store.holding() as (database, opened):
        return _Walk(database, opened).run()


def verify_file(path: str, *unlockers: Unlocker) -> list[Finding]:
    """Like `verify`, for a vault that does not open: only what unlocks it must be right.

    Errors: as `open_vault`, without those that are findings here.
    """
    try:
        database, opened = unlock_file(path, unlockers)
    except Damaged as error:
        return [Finding(error.what, "the file")]
    try:
        database.begin()
        return _Walk(database, opened).run()
    finally:
        opened.close()
        database.close()


class _Walk:
    """One walk, inside one transaction."""

    def __init__(self, database: Database, opened: Opened) -> None:
        self._db = database
        self._opened = opened
        self._keys: Keys = opened.keys
        self._found: list[Finding] = []
        self._seals: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()

    def run(self) -> list[Finding]:
        self._step("the b-trees", self._integrity)
        self._step("the layout", self._db.check_schema)
        self._step("the header", self._db.header)
        manifest: Manifest | None = self._step("the manifest", self._manifest)
        self._step("the ways to unlock", self._slots, manifest)
        self._step("the audit", self._audit, manifest)
        self._step("the records", self._records, manifest)
        meaning = Meaning(self._get, self.tell, self.id_of)
        self._step("the records", meaning.run)
        rest = len(self._seals.keys() - self._used)
        if rest and meaning.complete:
            self.tell(f"{rest} records are there that nothing lists.", "the records")
        return self._found

    def tell(self, what: str, where: str) -> None:
        """Note a finding once."""
        finding = Finding(what, where)
        if finding not in self._found:
            self._found.append(finding)

    def _step(self, where: str, work: Callable[..., Any], *given: Any) -> Any:
        try:
            with self._db.border:
                return work(*given)
        except (Damaged, NewerFormat) as error:
            self.tell(error.what, where)
            return None

    def _integrity(self) -> None:
        for row in self._db.all("PRAGMA integrity_check(20)"):
            if row[0] != "ok":
                self.tell(f"SQLite says: {clean(str(row[0]))}", "the b-trees")

    def _manifest(self) -> Manifest:
        body, signature = read_manifest(self._db)
        check_signature(public_key(self._opened.sign_public), body, signature)
        manifest = decode_manifest(body)
        if manifest.vault_id != self._keys.vault_id:
            self.tell("It belongs to another vault.", "the manifest")
        if self._opened.sign_public != self._keys.public_sign():
            self.tell("The signing key is not the one of this vault.", "the keyring")
        return manifest

    def _slots(self, manifest: Manifest | None) -> None:
        rows = read_slots(self._db)
        if manifest is not None and slots_hash(rows) != manifest.slots:
            self.tell("They are not the ones that were signed.", "the ways to unlock")
        for row in rows:
            self._step("the ways to unlock", _check_head, row[1])

    # The audit

    def _audit(self, manifest: Manifest | None) -> None:
        head, before = bytes(HASH), 0
        rows = self._db.connection.execute("SELECT n, seal FROM audit ORDER BY n")
        for number, sealed in rows:
            where = f"row {number} of the audit"
            try:
                payload, fields = self._audit_row(number, sealed)
            except (Damaged, NewerFormat) as error:
                self.tell(error.what, where)
                head = b""
            else:
                if head and from_base64(fields.get("previous")) != head:
                    self.tell("It does not follow the row before it.", where)
                head = next_head(from_base64(fields.get("previous")), payload)
                if number != before + 1 and fields.get("action") != ACCEPT:
                    self.tell(f"Rows are missing between {before} and {number}.", "the audit")
            before = number
        if manifest is not None and (manifest.generation, manifest.audit) != (before, head):
            self.tell("It does not end where the manifest says.", "the audit")

    def _audit_row(self, number: int, sealed: Any) -> tuple[bytes, Fields]:
        if type(sealed) is not bytes or number < 1:
            raise Damaged("It is no audit row.")
        payload = unpad(self._keys.open_audit(number, sealed))
        return payload, decode_payload(payload, "audit", (number,))

    # Records

    def _records(self, manifest: Manifest | None) -> None:
        leaves = self._step("the leaves", read_leaves, self._db)
        if leaves is not None and manifest is not None and leaves.root() != manifest.tree:
            self.tell("They are not the ones that were signed.", "the leaves")
        buckets: dict[int, list[tuple[bytes, bytes]]] = {}
        odd = 0
        for identifier, sealed in self._db.connection.execute("SELECT id, seal FROM record"):
            try:
                check_rows([(identifier, sealed)])
            except Damaged:
                odd += 1
                continue
            buckets.setdefault(bucket_of(identifier), []).append((identifier, sealed))
            self._seals[identifier] = sealed
        if odd:
            self.tell(f"{odd} rows are no records.", "the records")
        for bucket in range(1024):
            rows = buckets.get(bucket, [])
            self._step(f"bucket {bucket}", check_rows, rows)
            if leaves is not None and Bucket(rows).leaf() != leaves.leaf(bucket):
                self.tell(f"It does not verify ({len(rows)} records).", f"bucket {bucket}")

    def id_of(self, key: Key) -> bytes:
        """A record's id."""
        return record_id(self._keys.index(key.profile), key.kind, key.parts)

    def _get(self, key: Key, where: str) -> tuple[Fields, bytes] | None:
        """A record's fields and the hash of its seal; a finding where it does not open."""
        identifier = self.id_of(key)
        sealed = self._seals.get(identifier)
        if sealed is None:
            return None
        self._used.add(identifier)
        try:
            plain = self._keys.open_record(key.kind, key.profile, identifier, sealed)
            return decode_payload(plain, key.kind, key.parts), sha256(sealed).digest()
        except (Damaged, NewerFormat) as error:
            self.tell(error.what, where)
            return {}, b""


ACCEPT = "accept"
"""The action of an audit row whose number may leave a gap (an older file that was accepted)."""


def _check_head(stored: bytes) -> None:
    head = decode_head(stored)
    if head["kind"] in KINDS:
        class_of(head["kind"]).check(head)


def worst(findings: Sequence[Finding]) -> KeydeckError | None:
    """The error that findings amount to, or None."""
    if not findings:
        return None
    return Damaged(
        f"{len(findings)} things are wrong with the vault: {findings[0].where}: {findings[0].what}",
        kept="Nothing was changed.",
        todo="Restore a backup, or let a rescue save what verifies.",
    )
