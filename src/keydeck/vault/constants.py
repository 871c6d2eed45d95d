"""The figures of vault format 1 (docs/vault-format.md): none changes without a new format."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1
CONTEXT: Final = b"keydeck/1\0"
"""Begins every HKDF info and all associated data."""

UID: Final = 16
HASH: Final = 32
NONCE: Final = 12
TAG: Final = 16
KEY: Final = 32
NO_UID: Final = bytes(UID)

# Purposes of keys.
ADMIN: Final = "admin"
META: Final = "meta"
VALUE: Final = "value"
INDEX: Final = "index"
SIGN: Final = "sign"
ACCESS: Final = "access"

# Kinds of seal.
RECORD: Final = b"record"
AUDIT: Final = b"audit"
SLOT: Final = b"slot"
KEYRING: Final = b"keyring"

PURPOSE_OF: Final = {
    "vault": ADMIN,
    "slots": ADMIN,
    "fingerprint": ADMIN,
    "remote": ADMIN,
    "consumer": ADMIN,
    "profile": META,
    "page": META,
    "secret": META,
    "base": META,
    "version": VALUE,
}
"""What each kind of record is sealed with; meta and value keys are a profile's."""

RECORD_VERSION: Final = 1
MIN_PAYLOAD: Final = 192

BUCKETS: Final = 1024
BUCKET_SHIFT: Final = 6
LEAF_ROWS: Final = 32
LEAVES_A_ROW: Final = BUCKETS // LEAF_ROWS

MAGIC: Final = b"KDM1"
MANIFEST_SIZE: Final = 132
SIGNED: Final = b"keydeck/1 manifest\0"

PAGE_ROWS: Final = 64
KEEP_VERSIONS: Final = 20
"""So many past versions of a secret are kept at least."""

MAX_SLOTS: Final = 16
MAX_HEAD: Final = 4096
SALT: Final = 16

MANAGE: Final = "manage"

APPLICATION_ID: Final = 0x4B44434B
PAGE_SIZE: Final = 4096
BUSY_SECONDS: Final = 10.0

SCHEMA: Final = {
    "header": "CREATE TABLE header (one INTEGER PRIMARY KEY, format INTEGER NOT NULL,"
    " vault_id BLOB NOT NULL)",
    "slot": "CREATE TABLE slot (id BLOB PRIMARY KEY, head BLOB NOT NULL, key BLOB NOT NULL,"
    " keyring BLOB NOT NULL) WITHOUT ROWID",
    "record": "CREATE TABLE record (id BLOB PRIMARY KEY, seal BLOB NOT NULL) WITHOUT ROWID",
    "audit": "CREATE TABLE audit (n INTEGER PRIMARY KEY, seal BLOB NOT NULL)",
    "leaves": "CREATE TABLE leaves (n INTEGER PRIMARY KEY, hashes BLOB NOT NULL)",
    "manifest": "CREATE TABLE manifest (one INTEGER PRIMARY KEY, body BLOB NOT NULL,"
    " signature BLOB NOT NULL)",
}
"""Table name to the text that `sqlite_schema` must hold, letter by letter."""
