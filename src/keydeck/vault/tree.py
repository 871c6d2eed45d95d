"""The hash tree and its signed root: buckets, leaves, slots hash, audit head, manifest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from keydeck.domain.errors import Damaged
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


def leaf_hash(rows: Iterable[tuple[bytes, bytes]]) -> bytes:
    """SHA-256 over id ‖ SHA-256(seal) of rows in growing id order."""
    return sha256(b"".join([key + sha256(seal).digest() for key, seal in rows])).digest()


def check_rows(rows: Sequence[tuple[object, object]]) -> None:
    """`Damaged` unless rows are (16-byte id, blob) pairs in strictly growing id order."""
    before = b""
    for identifier, seal in rows:
        if type(identifier) is not bytes or len(identifier) != UID or type(seal) is not bytes:
            raise Damaged("The vault's record table holds a row that is no record.")
        if identifier <= before:
            raise Damaged("The vault's records are out of order.")
        before = identifier


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """SHA-256 over the SHA-256 of each of the 32 rows of leaves."""
    return sha256(b"".join([sha256(row).digest() for row in leaves])).digest()


def empty_leaves() -> list[bytes]:
    """The rows of leaves of a vault without records."""
    return [EMPTY_LEAF * LEAVES_A_ROW for _ in range(LEAF_ROWS)]


def leaf_of(leaves: Sequence[bytes], bucket: int) -> bytes:
    """The leaf of a bucket."""
    row, place = divmod(bucket, LEAVES_A_ROW)
    return leaves[row][place * HASH : (place + 1) * HASH]


def with_leaf(row: bytes, bucket: int, leaf: bytes) -> bytes:
    """A row of leaves with one leaf replaced."""
    place = (bucket % LEAVES_A_ROW) * HASH
    return row[:place] + leaf + row[place + HASH :]


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
