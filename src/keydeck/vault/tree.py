"""The hash tree and its signed root: buckets, leaves, slots hash, audit head, manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from keydeck.domain.errors import Damaged
from keydeck.domain.record import NamedTuple
from keydeck.vault.constants import (
    BUCKET_SHIFT,
    HASH,
    LEAF_ROWS,
    LEAVES_A_ROW,
    MAGIC,
    MANIFEST_SIZE,
    NO_UID,
    UID,
)

EMPTY_LEAF = sha256().digest()
FIRST_HEAD = bytes(HASH)


class Manifest(NamedTuple):
    """The root of everything: what is signed at each commit. `at` in Unix milliseconds."""

    vault_id: bytes
    generation: int
    tree: bytes
    slots: bytes
    audit: bytes
    at: int

    def encode(self) -> bytes:
        """The 132 bytes that are signed and stored."""
        return b"".join(
            (
                MAGIC,
                self.vault_id,
                self.generation.to_bytes(8, "big"),
                self.tree,
                self.slots,
                self.audit,
                self.at.to_bytes(8, "big"),
            )
        )


def decode_manifest(body: bytes) -> Manifest:
    """The manifest that `body` is; `Damaged` where it is none."""
    if len(body) != MANIFEST_SIZE or body[:4] != MAGIC:
        raise Damaged("The vault's manifest is no manifest.")
    return Manifest(
        body[4:20],
        int.from_bytes(body[20:28], "big"),
        body[28:60],
        body[60:92],
        body[92:124],
        int.from_bytes(body[124:], "big"),
    )


def bucket_of(identifier: bytes) -> int:
    """The bucket of a record's id."""
    return ((identifier[0] << 8) | identifier[1]) >> BUCKET_SHIFT


def bucket_start(bucket: int) -> bytes:
    """The lowest id of a bucket."""
    return (bucket << BUCKET_SHIFT).to_bytes(2, "big") + NO_UID[2:]


class Bucket:
    """A bucket's rows: seals by id, and by id what the leaf is made of, id ‖ SHA-256(seal)."""

    __slots__ = ("items", "seals")

    def __init__(self, rows: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.seals = dict(rows)
        self.items = {key: key + sha256(seal).digest() for key, seal in self.seals.items()}

    def leaf(self) -> bytes:
        """SHA-256 over the items in growing id order."""
        return sha256(b"".join(sorted(self.items.values()))).digest()

    def changed(self, writes: Mapping[bytes, bytes | None]) -> Bucket:
        """The bucket with these seals written (None: removed)."""
        after = Bucket()
        after.seals, after.items = dict(self.seals), dict(self.items)
        for key, seal in writes.items():
            after.seals.pop(key, None)
            after.items.pop(key, None)
            if seal is not None:
                after.seals[key], after.items[key] = seal, key + sha256(seal).digest()
        return after


def check_rows(rows: Sequence[tuple[object, object]]) -> None:
    """`Damaged` unless rows are (16-byte id, blob) pairs in strictly growing id order."""
    before = b""
    for identifier, seal in rows:
        if type(identifier) is not bytes or len(identifier) != UID or type(seal) is not bytes:
            raise Damaged("The vault's record table holds a row that is no record.")
        if identifier <= before:
            raise Damaged("The vault's records are out of order.")
        before = identifier


class Leaves:
    """The leaves of all buckets, in 32 rows, and each row's SHA-256."""

    __slots__ = ("hashes", "rows")

    def __init__(self, rows: Sequence[bytes] = (EMPTY_LEAF * LEAVES_A_ROW,) * LEAF_ROWS) -> None:
        self.rows = list(rows)
        self.hashes = [sha256(row).digest() for row in self.rows]

    def root(self) -> bytes:
        """The tree root: SHA-256 over the rows' hashes."""
        return sha256(b"".join(self.hashes)).digest()

    def leaf(self, bucket: int) -> bytes:
        """The leaf of a bucket."""
        row, place = divmod(bucket, LEAVES_A_ROW)
        return self.rows[row][place * HASH : (place + 1) * HASH]

    def changed(self, leaves: Mapping[int, bytes]) -> tuple[Leaves, list[int]]:
        """The leaves with these buckets' replaced, and which rows that touched."""
        after = Leaves(())
        after.rows, after.hashes = list(self.rows), list(self.hashes)
        touched = set()
        for bucket, leaf in leaves.items():
            row, place = divmod(bucket, LEAVES_A_ROW)
            before, start = after.rows[row], place * HASH
            after.rows[row] = before[:start] + leaf + before[start + HASH :]
            touched.add(row)
        for row in touched:
            after.hashes[row] = sha256(after.rows[row]).digest()
        return after, sorted(touched)


def slots_hash(rows: Iterable[tuple[bytes, bytes, bytes, bytes]]) -> bytes:
    """SHA-256 over (id, head, key, keyring) of each slot in growing id order."""
    whole = sha256()
    for identifier, *blobs in rows:
        whole.update(identifier)
        for blob in blobs:
            whole.update(sha256(blob).digest())
    return whole.digest()


def next_head(previous: bytes, payload: bytes) -> bytes:
    """The audit head after a row with this payload (without its padding)."""
    return sha256(previous + payload).digest()
