"""The local file as a `Store`: verified reads of whole buckets, signed commits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256

from keydeck.domain.errors import Damaged, KeydeckError
from keydeck.system.clock import now_ms
from keydeck.vault.author import author
from keydeck.vault.border import DOCTOR, damaged
from keydeck.vault.constants import (
    MAX_SLOTS,
)
from keydeck.vault.encoding import (
    encode_parts,
    encode_payload,
    pad,
    to_base64,
)
from keydeck.vault.protocol import (
    Event,
    Fields,
    Put,
)
from keydeck.vault.root import SlotRow
from keydeck.vault.tree import (
    Leaves,
    Manifest,
    bucket_of,
    next_head,
    slots_hash,
)
from keydeck.vault.verified import SLOTS, VerifiedFile, moved


class LocalStore(VerifiedFile):
    """A vault's file, unlocked: meets `Store`; safe to call from any thread."""

    _signing_checked = False

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
        self._check_signing()
        number = max(before.generation, self._past.floor) + 1
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
        if any(change.key == SLOTS for change in changes):
            self._label = None
        self._past.go_on((number, head))
        return number

    def scrub(self) -> None:
        """Rewrite the file; see `Store.scrub`."""
        with self._lock:
            if self._db.active:
                raise RuntimeError("a file can't be rewritten inside a transaction")
            try:
                self._db.begin(write=True)
                self._end()
                self._db.vacuum()
            except KeydeckError as error:
                self._past.warn(
                    "Copies of what was removed may still lie, encrypted, in the vault's file:"
                    f" {error.what}"
                )

    def _check_signing(self) -> None:
        """`Damaged` unless the keyring's public key is that of the root key; once."""
        if not self._signing_checked:
            if self._keys.public_sign() != self._opened.sign_public:
                raise Damaged(
                    "The keyring's signing key is not the vault's.",
                    kept="Nothing was changed.",
                    todo=DOCTOR,
                )
            self._signing_checked = True

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
        if touched:
            rows = [(leaves.rows[number], number) for number in touched]
            if run("UPDATE leaves SET hashes = ? WHERE n = ?", rows).rowcount != len(rows):
                raise damaged(self.path)
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
