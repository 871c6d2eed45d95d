"""The file as another implementer would meet it: taken apart with nothing but the specification."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import struct
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keydeck.vault.encoding import padme
from support.vaults import Kit, key_file

SCHEMA = """\
CREATE TABLE header (one INTEGER PRIMARY KEY, format INTEGER NOT NULL, vault_id BLOB NOT NULL)
CREATE TABLE slot (id BLOB PRIMARY KEY, head BLOB NOT NULL, key BLOB NOT NULL, \
keyring BLOB NOT NULL) WITHOUT ROWID
CREATE TABLE record (id BLOB PRIMARY KEY, seal BLOB NOT NULL) WITHOUT ROWID
CREATE TABLE audit (n INTEGER PRIMARY KEY, seal BLOB NOT NULL)
CREATE TABLE leaves (n INTEGER PRIMARY KEY, hashes BLOB NOT NULL)
CREATE TABLE manifest (one INTEGER PRIMARY KEY, body BLOB NOT NULL, signature BLOB NOT NULL)
"""


class Blind:
    """A reader of format 1 that shares no line with the vault."""

    def __init__(self, path: Path, key_material: bytes) -> None:
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        [(self.vault_id,)] = self.connection.execute("SELECT vault_id FROM header")
        [(slot, head, key, keyring)] = self.connection.execute("SELECT * FROM slot")
        salt = b64decode(json.loads(head)["salt"])
        kek = self.hkdf(key_material, salt, b"keydeck/1\0kek\0" + self.vault_id)
        slot_key = self.unseal(kek, key, b"slot", slot + head)
        self.keyring = json.loads(self.unseal(slot_key, keyring, b"keyring", slot + head))
        self.root = b64decode(self.keyring["root"])

    @staticmethod
    def hkdf(material: bytes, salt: bytes, info: bytes) -> bytes:
        extracted = hmac.digest(salt, material, "sha256")
        return hmac.digest(extracted, info + b"\x01", "sha256")

    def key(self, purpose: str, uid: bytes = bytes(16)) -> bytes:
        info = b"keydeck/1\0" + purpose.encode() + b"\0" + uid
        return self.hkdf(self.root, self.vault_id, info)

    def unseal(self, key: bytes, sealed: bytes, kind: bytes, bound: bytes) -> bytes:
        data = b"keydeck/1\0" + kind + b"\0" + self.vault_id + bound
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], data)

    def record(
        self, kind: str, parts: bytes, purpose: str, uid: bytes = bytes(16)
    ) -> dict[str, object]:
        message = kind.encode() + b"\0" + parts
        identifier = hmac.digest(self.key("index", uid), message, "sha256")[:16]
        [(sealed,)] = self.connection.execute("SELECT seal FROM record WHERE id = ?", (identifier,))
        plain = self.unseal(self.key(purpose, uid), sealed, b"record", identifier)
        fields: dict[str, object] = json.loads(plain)
        assert fields["kind"] == kind
        return {**fields, "sealed": sealed}


def test_a_blind_reader_finds_its_way_to_the_value(new_vault: Kit) -> None:
    value = new_vault.set("KEY")
    blind = Blind(new_vault.path, Path(key_file(new_vault.tmp)).read_bytes())
    root = blind.record("vault", b"", "admin")
    profile = b64decode(root["tenants"][0]["profiles"][0]["uid"])  # type: ignore[index]
    assert blind.record("profile", profile, "meta", profile)["k"] == 0
    page = blind.record("page", profile + bytes(8), "meta", profile)
    secret = blind.record("secret", profile + b"KEY", "meta", profile)
    assert page["rows"] == [["KEY", secret["uid"], "live", ""]]
    assert secret["parts"] == [b64encode(profile).decode(), "KEY"]
    uid = b64decode(str(secret["uid"]))
    version = blind.record("version", uid + struct.pack(">Q", 1), "value", profile)
    assert b64decode(str(version["value"])) == value.reveal_bytes()
    sealed = version["sealed"]
    assert isinstance(sealed, bytes)
    listed = secret["versions"][0][:2]  # type: ignore[index]
    assert listed == [1, b64encode(hashlib.sha256(sealed).digest()).decode()]
    blind.connection.close()


def test_the_root_is_signed_over_everything(new_vault: Kit) -> None:
    new_vault.set("KEY")
    blind = Blind(new_vault.path, Path(key_file(new_vault.tmp)).read_bytes())
    run = blind.connection.execute
    [(body, signature)] = run("SELECT body, signature FROM manifest")
    private = Ed25519PrivateKey.from_private_bytes(blind.key("sign"))
    private.public_key().verify(signature, b"keydeck/1 manifest\0" + body)
    magic, vault_id, generation, tree, slots, audit, _ = struct.unpack(">4s16sQ32s32s32sQ", body)
    assert (magic, vault_id, generation) == (b"KDM1", blind.vault_id, 3)

    def sha(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    buckets: list[bytes] = [b""] * 1024
    for identifier, sealed in run("SELECT id, seal FROM record ORDER BY id"):
        buckets[int.from_bytes(identifier[:2]) >> 6] += identifier + sha(sealed)
    rows = [b"".join(map(sha, buckets[start : start + 32])) for start in range(0, 1024, 32)]
    assert rows == [hashes for (hashes,) in run("SELECT hashes FROM leaves ORDER BY n")]
    assert tree == sha(b"".join(map(sha, rows)))
    [(identifier, *blobs)] = run("SELECT id, head, key, keyring FROM slot")
    assert slots == sha(identifier + b"".join(map(sha, blobs)))
    head = bytes(32)
    for number, sealed in run("SELECT n, seal FROM audit ORDER BY n"):
        bound = struct.pack(">Q", number)
        payload = blind.unseal(blind.key("admin"), sealed, b"audit", bound).rstrip(b" ")
        assert b64decode(json.loads(payload)["previous"]) == head
        head = sha(head + payload)
    assert audit == head
    blind.connection.close()


def test_the_keyring_has_the_public_keys(new_vault: Kit) -> None:
    blind = Blind(new_vault.path, Path(key_file(new_vault.tmp)).read_bytes())
    sign = Ed25519PrivateKey.from_private_bytes(blind.key("sign")).public_key()
    access = X25519PrivateKey.from_private_bytes(blind.key("access")).public_key()
    assert blind.keyring["scope"] == "manage"
    assert b64decode(blind.keyring["sign"]) == sign.public_bytes_raw()
    assert b64decode(blind.keyring["access"]) == access.public_bytes_raw()
    blind.connection.close()


def test_the_file_as_sqlite_has_it(new_vault: Kit) -> None:
    connection = sqlite3.connect(new_vault.path)
    texts = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema")]
    assert "".join(f"{text}\n" for text in texts) == SCHEMA
    figures = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "page_size", "encoding", "journal_mode", "auto_vacuum")
    }
    connection.close()
    assert figures == {
        "application_id": 0x4B44434B,
        "page_size": 4096,
        "encoding": "UTF-8",
        "journal_mode": "delete",
        "auto_vacuum": 0,
    }
    assert sorted(os.listdir(new_vault.tmp)) == ["state", "test.key", "v.keydeck"]


def test_lengths_say_little(new_vault: Kit) -> None:
    for number in range(5):
        new_vault.set("NAME" * (number + 1), description="x" * 40 * number)
    connection = sqlite3.connect(new_vault.path)
    seals = connection.execute(
        "SELECT seal FROM record UNION ALL SELECT seal FROM audit"
        " UNION ALL SELECT keyring FROM slot"
    ).fetchall()
    connection.close()
    lengths = {len(seal) - 28 for (seal,) in seals}
    assert all(padme(length) == length >= 192 for length in lengths)


def test_reading_never_writes_the_file(new_vault: Kit) -> None:
    new_vault.set("KEY")
    new_vault.vault.close()
    before = new_vault.path.read_bytes(), new_vault.path.stat().st_mtime_ns
    vault = new_vault.reopen()
    new_vault.get("KEY", vault)
    vault.audit()
    vault.close()
    assert (new_vault.path.read_bytes(), new_vault.path.stat().st_mtime_ns) == before


def test_opening_loads_little(new_vault: Kit) -> None:
    new_vault.set("KEY")
    body = (
        "import sys\n"
        "from keydeck.vault.opening import open_vault\n"
        "from keydeck.vault.slots.keyfile import KeyFile\n"
        "vault = open_vault(sys.argv[1], KeyFile(sys.argv[2]))\n"
        "with vault.read() as view: view.entries(bytes.fromhex(sys.argv[3]))\n"
        "heavy = ['dataclasses', 'pathlib', 'inspect', 'logging', 'asyncio', 'tomllib', 'textual',"
        " 'httpx', 'threading', 'socket', 'tempfile', 'random', 'keydeck.vault.changes',"
        " 'keydeck.vault.slots.passphrase', 'keydeck.vault.creating']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    given = [str(new_vault.path), key_file(new_vault.tmp), new_vault.profile.hex()]
    said = subprocess.run(
        [sys.executable, "-c", body, *given], capture_output=True, text=True, check=True
    )
    assert said.stdout == "[]\n"
