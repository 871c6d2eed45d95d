"""docs/vault-format.md and the code hold each other: a reader made of the document's tables alone.

The second reader, with its figures written out, is in tests/vault/test_vault_format.py.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import secrets
import sqlite3
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keydeck.domain import model
from keydeck.domain.errors import Damaged, Invalid
from keydeck.domain.model import Base, Consumer, Remote, Target
from keydeck.vault import constants, encoding, memory, tree, verify
from keydeck.vault.database import Database
from keydeck.vault.keys import Keys
from keydeck.vault.slots import KINDS, KeyFile, Passphrase, Recovery, class_of, new_recovery
from keydeck.vault.slots.base import decode_head
from keydeck.vault.slots.passphrase import check_bounds
from keydeck.vault.slots.recovery import encode_recovery
from support.vaults import Kit, key_file, make_kit, new_value

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "vault-format.md").read_text(encoding="utf-8")


def table(*head: str) -> list[list[str]]:
    """The rows of the one table whose first columns are headed so."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?m)(?:^\|.*\n)+", PAGE):
        rows = [
            [cell.strip() for cell in line.strip("|\n").split("|")] for line in block.split("\n")
        ]
        if tuple(rows[0][: len(head)]) == head:
            found.append(rows[2:-1])
    assert len(found) == 1, head
    return found[0]


def bare(cell: str) -> str:
    return cell.strip("`*")


def raw(cell: str) -> bytes:
    """A byte string as the document writes it."""
    return bare(cell).replace("\\0", "\0").encode("ascii")


def number(cell: str) -> int:
    return int(cell.replace(",", ""), 0)


FIGURES = {words: number(value) for words, value in table("figure", "value")}
BOUNDS = {words: number(value) for words, value in table("bound", "value")}
STRINGS = {raw(text): words for text, words in table("byte string", "used in")}
CONTEXT, KEK, _, SIGNED, MAGIC, STATE_MAGIC = STRINGS
UID, NONCE = FIGURES["bytes of a uid, a record id and a salt"], FIGURES["bytes of a nonce"]
PURPOSES = {bare(kind): bare(purpose) for kind, _, purpose, _ in table("kind", "parts")}
SEALS = [bare(kind) for kind, *_ in table("seal kind", "key")]


def layout(name: str) -> list[tuple[int, int, str]]:
    rows = [(int(at), int(size), bare(what)) for at, size, what in table("offset", "bytes", name)]
    end = 0
    for at, size, _ in rows:
        assert at == end
        end += size
    return rows


def members() -> dict[str, dict[str, tuple[str, bool]]]:
    """Shape to member to its type and whether it may be absent."""
    found: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for shape, member, kind, _ in table("in", "member"):
        name = bare(member.removesuffix("?").strip())
        assert name not in found[bare(shape)]
        found[bare(shape)][name] = kind, member.endswith("?")
    return found


MEMBERS = members()


class Documented:
    """A reader of format 1 whose every figure comes from the document."""

    def __init__(self, path: Path, material: bytes) -> None:
        self.file = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        [(one, form, self.vault_id)] = self.file.execute("SELECT * FROM header")
        assert (one, form) == (1, FIGURES["format"])
        [(self.slot, self.head, key, ring)] = self.file.execute("SELECT * FROM slot")
        salt = b64decode(json.loads(self.head)["salt"])
        kek = hkdf(material, salt, CONTEXT + KEK + self.vault_id)
        slot_key = self.unseal(SEALS[2], kek, key, self.slot, self.head)
        self.keyring = payload(self.unseal(SEALS[3], slot_key, ring, self.slot, self.head))
        self.root = b64decode(self.keyring["root"])
        self.read: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.seen: set[bytes] = set()

    def key(self, purpose: str, uid: bytes) -> bytes:
        assert purpose in {bare(name) for name, *_ in table("purpose", "uid")}
        return hkdf(self.root, self.vault_id, CONTEXT + purpose.encode() + b"\0" + uid)

    def unseal(self, kind: str, key: bytes, sealed: bytes, name: bytes, head: bytes = b"") -> bytes:
        bound = CONTEXT + kind.encode() + b"\0" + self.vault_id + name + head
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound)

    def record(self, kind: str, parts: list[bytes | int | str], of: bytes = b"") -> dict[str, Any]:
        uid = of or bytes(UID)
        message = kind.encode() + b"\0" + b"".join(map(part_bytes, parts))
        name = hmac.digest(self.key("index", uid), message, "sha256")[:UID]
        [(sealed,)] = self.file.execute("SELECT seal FROM record WHERE id = ?", (name,))
        fields = payload(self.unseal(SEALS[0], self.key(PURPOSES[kind], uid), sealed, name))
        assert fields.pop("kind") == kind
        assert fields.pop("v") == FIGURES["version of a record"]
        shown = [b64encode(each).decode() if isinstance(each, bytes) else each for each in parts]
        assert fields.pop("parts") == shown
        self.seen.add(name)
        self.read[kind].append(fields)
        return {**fields, "hash": b64encode(sha256(sealed).digest()).decode()}

    def walk(self) -> None:
        """Every record there is, from `vault` down."""
        root = self.record("vault", [])
        self.record("slots", [])
        self.record("fingerprint", [])
        for kind, member in (("remote", "remotes"), ("consumer", "consumers")):
            for uid in root[member]:
                self.record(kind, [b64decode(uid)])
        for tenant in root["tenants"]:
            for each in tenant["profiles"]:
                self._profile(b64decode(each["uid"]))

    def _profile(self, uid: bytes) -> None:
        own = self.record("profile", [uid], uid)
        for place in range(2 ** own["k"]):
            for name, secret, _, _ in self.record("page", [uid, place], uid)["rows"]:
                versions = self.record("secret", [uid, name], uid)["versions"]
                for version in versions:
                    found = self.record("version", [b64decode(secret), version[0]], uid)
                    assert found["hash"] == version[1]
                for target in own["targets"]:
                    self.record("base", [b64decode(target["uid"]), b64decode(secret)], uid)

    def audit(self) -> list[dict[str, Any]]:
        rows = []
        for n, sealed in self.file.execute("SELECT n, seal FROM audit ORDER BY n"):
            key = self.key("admin", bytes(UID))
            fields = payload(self.unseal(SEALS[1], key, sealed, n.to_bytes(8, "big")))
            own = fields.pop("kind"), fields.pop("parts"), fields.pop("v")
            assert own == ("audit", [n], FIGURES["version of a record"])
            rows.append(fields)
        return rows


def hkdf(material: bytes, salt: bytes, info: bytes) -> bytes:
    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def part_bytes(part: bytes | int | str) -> bytes:
    if isinstance(part, bytes):
        return part
    return part.to_bytes(8, "big") if isinstance(part, int) else part.encode()


def payload(plain: bytes) -> dict[str, Any]:
    assert len(plain) == padded(len(plain.rstrip(b" ")))
    found: dict[str, Any] = json.loads(plain)
    return found


def padded(length: int) -> int:
    """By the formula of section 3."""
    length = max(length, FIGURES["least padded payload"])
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


def fits(value: Any, kind: str) -> bool:
    """Whether a value has a type, as the document words it."""
    if kind.endswith(" or null"):
        return value is None or fits(value, kind.removesuffix(" or null"))
    if kind.startswith("list of "):
        inner = kind.removeprefix("list of ")
        return isinstance(value, list) and all(fits(each, inner) for each in value)
    if kind.startswith("["):
        kinds = kind.strip("[]").split(", ")
        return len(value) == len(kinds) and all(map(fits, value, kinds))
    if kind.startswith("*"):
        misfits(value, bare(kind))
        return True
    if kind in ("uid", "hash", "bytes"):
        size = len(b64decode(value, validate=True))
        return kind == "bytes" or size == {"uid": 16, "hash": 32}[kind]
    if kind == "map":
        return all(isinstance(each, str) for pair in value.items() for each in pair)
    if kind in ("number", "time"):
        return type(value) is int and value >= 0
    return type(value) is {"text": str, "flag": bool, "object": dict}[kind]


def misfits(value: dict[str, Any], shape: str) -> None:
    """Fails unless an object has exactly the members of a shape."""
    wanted = MEMBERS[shape]
    optional = {name for name, (_, absent) in wanted.items() if absent}
    assert value.keys() | optional == wanted.keys(), shape
    for name, content in value.items():
        assert fits(content, wanted[name][0]), f"{shape}.{name}"


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    """A vault with a record of every kind, in every shape it takes."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    kit = make_kit(tmp_path)
    consumer, remote = Consumer(os.urandom(16), "agent", "a"), os.urandom(16)
    target = Target(os.urandom(16), "bao", remote, {"layout": "blob"})
    with kit.vault.write("fill", "acme", "production") as change:
        change.put_settings({"place": "acme/production"})
        change.put_consumer(consumer)
        change.put_remote(Remote(remote, "r", "openbao", {"mount": "x"}, new_value()))
        change.put_remote(Remote(os.urandom(16), "s", "file", {"path": "y"}))
        change.put_target(kit.profile, target)
        change.put_profile(kit.tenant, None, name="child", extends=kit.profile, protected=True)
        for place in range(FIGURES["most rows of a directory page"] + 1):
            change.set_value(kit.profile, f"N{place}", new_value())
    kit.set("N0", description="d", tags=["t"], sealed=True, due_at=1, links=[consumer.uid])
    with kit.vault.write("rest", "acme", "production") as change:
        change.trash_secret(kit.profile, "N1")
        change.trash_secret(kit.profile, "N2")
        base = Base(os.urandom(32), "1", "", 5, "h", 1)
        entries = change.entries(kit.profile)
        change.put_bases(target.uid, {entry.uid: base for entry in entries})
    with kit.vault.write("purge", "acme", "production") as change:
        change.destroy_secret(kit.profile, "N2")
    yield kit
    kit.vault.close()


@pytest.fixture
def reader(kit: Kit) -> Iterator[Documented]:
    reader = Documented(kit.path, Path(key_file(kit.tmp)).read_bytes())
    yield reader
    reader.file.close()


def test_the_document_alone_reads_every_record(reader: Documented) -> None:
    reader.walk()
    assert reader.seen == {name for (name,) in reader.file.execute("SELECT id FROM record")}
    assert reader.read.keys() == PURPOSES.keys() == constants.PURPOSE_OF.keys()
    for kind, found in reader.read.items():
        for fields in found:
            misfits(fields, kind)
    assert {row[2] for page in reader.read["page"] for row in page["rows"]} == {
        model.LIVE,
        model.TRASH,
        model.GONE,
    }


def test_the_document_alone_reads_audit_and_keyring(reader: Documented) -> None:
    rows = reader.audit()
    assert [row["action"] for row in rows][:2] == ["create", "tenant add"]
    for row in rows:
        misfits(row, "audit")
    ring = {
        name: each for name, each in reader.keyring.items() if name not in ("kind", "parts", "v")
    }
    misfits(ring, "keyring")
    assert reader.keyring["scope"] == "manage"
    assert "the root key; with scope `manage`" in PAGE
    assert reader.keyring["kind"] == "keyring"
    assert fits(reader.keyring["parts"], "[uid]")


def test_the_document_alone_checks_the_manifest(reader: Documented) -> None:
    [(body, signature)] = reader.file.execute("SELECT body, signature FROM manifest")
    Ed25519PublicKey.from_public_bytes(b64decode(reader.keyring["sign"])).verify(
        signature, SIGNED + body
    )
    manifest = tree.decode_manifest(body)
    rows = layout("manifest body")
    held = [body[at : at + size] for at, size, _ in rows]
    assert len(body) == FIGURES["bytes of a manifest"] == sum(size for _, size, _ in rows)
    assert held == [
        MAGIC,
        manifest.vault_id,
        manifest.generation.to_bytes(8, "big"),
        manifest.tree,
        manifest.slots,
        manifest.audit,
        manifest.at.to_bytes(8, "big"),
    ]
    assert [what.split(":")[0] for _, _, what in rows] == [
        "KDM1",
        "vault id",
        "generation",
        "tree root",
        "slots hash",
        "audit head",
        "time of the commit",
    ]
    assert reader.audit()[-1]["at"] == manifest.at
    buckets = [b""] * FIGURES["buckets"]
    shift = FIGURES["bits dropped from the first two bytes of an id"]
    for name, sealed in reader.file.execute("SELECT id, seal FROM record ORDER BY id"):
        buckets[int.from_bytes(name[:2], "big") >> shift] += name + sha256(sealed).digest()
    each = FIGURES["buckets"] // FIGURES["rows of leaves"]
    leaves = [sha256(bucket).digest() for bucket in buckets]
    joined = [b"".join(leaves[at : at + each]) for at in range(0, len(leaves), each)]
    assert manifest.tree == sha256(b"".join(sha256(row).digest() for row in joined)).digest()


def test_directory_pages_stand_where_the_document_says(reader: Documented, kit: Kit) -> None:
    reader.walk()
    bits = max(profile["k"] for profile in reader.read["profile"])
    assert bits > 0
    for place in range(2**bits):
        page = reader.record("page", [kit.profile, place], kit.profile)
        assert len(page["rows"]) <= FIGURES["most rows of a directory page"]
        for name, *_ in page["rows"]:
            message = b"secret\0" + kit.profile + name.encode()
            found = hmac.digest(reader.key("index", kit.profile), message, "sha256")[:UID]
            assert int.from_bytes(found, "big") >> (8 * UID - bits) == place


def test_the_schema_is_printed_as_it_is_stored() -> None:
    [printed] = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
    assert printed.splitlines() == list(constants.SCHEMA.values())


def test_the_figures_are_those_of_the_code() -> None:
    assert FIGURES == {
        "format": constants.FORMAT,
        "`application_id`": constants.APPLICATION_ID,
        "bytes of a uid, a record id and a salt": constants.UID,
        "bytes of a key and of a hash": constants.KEY,
        "bytes of a nonce": constants.NONCE,
        "bytes of a tag": constants.TAG,
        "least padded payload": constants.MIN_PAYLOAD,
        "version of a record": constants.RECORD_VERSION,
        "buckets": constants.BUCKETS,
        "bits dropped from the first two bytes of an id": constants.BUCKET_SHIFT,
        "rows of leaves": constants.LEAF_ROWS,
        "bytes of a manifest": constants.MANIFEST_SIZE,
        "most slots": constants.MAX_SLOTS,
        "most bytes of a head": constants.MAX_HEAD,
        "most rows of a directory page": constants.PAGE_ROWS,
        "past versions kept by a writer": constants.KEEP_VERSIONS,
    }
    assert (constants.HASH, constants.SALT) == (constants.KEY, constants.UID)


def test_strings_purposes_and_seals_are_those_of_the_code() -> None:
    assert (CONTEXT, SIGNED, MAGIC) == (constants.CONTEXT, constants.SIGNED, constants.MAGIC)
    assert [
        kind.decode()
        for kind in (constants.RECORD, constants.AUDIT, constants.SLOT, constants.KEYRING)
    ] == SEALS
    assert PURPOSES == constants.PURPOSE_OF
    assert [bare(name) for name, *_ in table("purpose", "uid")] == [
        constants.ADMIN,
        constants.META,
        constants.VALUE,
        constants.INDEX,
        constants.SIGN,
        constants.ACCESS,
    ]
    assert f"says `{verify.ACCEPT}`" in PAGE


def test_the_pragmas_hold_for_an_open_file(kit: Kit) -> None:
    database = Database(str(kit.path))
    for name, value in table("pragma", "value"):
        assert str(database.one(f"PRAGMA {bare(name)}")[0]) == value, name
    database.close()
    rows = dict(table("pragma", "value"))
    assert [bare(name) for name in rows] == [
        "trusted_schema",
        "cell_size_check",
        "synchronous",
        "secure_delete",
        "journal_mode",
        "page_size",
        "encoding",
        "application_id",
    ]
    assert number(rows["`page_size`"]) == constants.PAGE_SIZE
    assert number(rows["`application_id`"]) == FIGURES["`application_id`"]


def test_the_padding_examples() -> None:
    rows = table("payload", "padded")
    assert len(rows) > 5
    for length, after in rows:
        assert len(encoding.pad(b"x" * number(length))) == number(after) == padded(number(length))


def test_a_writer_keeps_so_many_past_versions(kit: Kit) -> None:
    keep = FIGURES["past versions kept by a writer"]
    for _ in range(keep + 2):
        kit.set("MANY")
    secret = kit.secret("MANY")
    assert secret is not None
    assert [each.number for each in secret.versions] == list(range(2, keep + 3))
    assert f"(`{model.KEPT}` or `{model.PENDING}`)" in PAGE


def test_heads_have_the_members_of_the_document(tmp_path: Path) -> None:
    made = [
        Passphrase(secrets.token_urlsafe()),
        Recovery(new_recovery()),
        KeyFile(key_file(tmp_path)),
    ]
    rows = {bare(kind): cell for kind, cell, *_ in table("head kind", "further members")}
    assert rows.keys() == KINDS.keys() == {unlocker.kind for unlocker in made}
    for unlocker in made:
        head = unlocker.new_head()
        assert list(head) == [bare(name) for name in rows[unlocker.kind].split(", ")]
        assert len(b64decode(head["salt"])) == UID
        class_of(unlocker.kind).check(head)
    head = made[0].new_head()
    assert [head[name] for name in "mtp"] == [
        BOUNDS["least memory in KiB, and what a new slot takes"],
        BOUNDS["least passes, and what a new slot takes"],
        BOUNDS["lanes of a new slot"],
    ]


def test_the_bounds_of_heads_are_those_of_the_document(tmp_path: Path) -> None:
    low = BOUNDS["least memory in KiB, and what a new slot takes"]
    high = BOUNDS["most memory in KiB"]
    passes = BOUNDS["least passes, and what a new slot takes"]
    fewest = BOUNDS["least passes at most memory"]
    most, lanes = BOUNDS["most passes"], BOUNDS["most lanes"]
    within = [(low, passes, 1), (low, most, lanes), (high, fewest, 1), (high - 1, passes, lanes)]
    beyond = [
        *((low - 1, passes, 1), (high + 1, passes, 1), (high - 1, passes - 1, 1)),
        *((high, fewest - 1, 1), (low, most + 1, 1), (low, passes, lanes + 1), (low, passes, 0)),
    ]
    for figures in within:
        assert check_bounds(dict(zip("mtp", figures, strict=True))) == figures
    for figures in beyond:
        with pytest.raises(Damaged):
            check_bounds(dict(zip("mtp", figures, strict=True)))
    size = FIGURES["most bytes of a head"]
    head = b'{"format":1,"kind":"x"}'
    assert decode_head(head.ljust(size))["kind"] == "x"
    with pytest.raises(Damaged):
        decode_head(head.ljust(size + 1))
    short = tmp_path / "short"
    short.write_bytes(os.urandom(BOUNDS["least bytes of a key file"] - 1))
    with pytest.raises(Invalid):
        KeyFile(str(short))
    short.write_bytes(os.urandom(BOUNDS["least bytes of a key file"]))
    KeyFile(str(short)).forget()


def test_the_state_memory_has_the_layout_of_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    vault_id, head = os.urandom(16), os.urandom(32)
    kept = memory.Memory(vault_id)
    kept.meet((7, head), lambda seen: None)
    kept.close()
    [path] = [path for path in tmp_path.rglob("*") if path.is_file()]
    named = next(text for text, words in STRINGS.items() if words == "the state memory")
    assert path.parent.name == "vaults"
    assert path.name == sha256(CONTEXT + named + vault_id).hexdigest()[:32]
    stored, rows = path.read_bytes(), layout("state memory")
    check = sha256(CONTEXT + named + vault_id + stored[:44]).digest()[:4]
    parts = [stored[at : at + size] for at, size, _ in rows]
    assert parts == [STATE_MAGIC, (7).to_bytes(8, "big"), head, check]
    assert len(stored) == sum(size for _, size, _ in rows)


def test_the_worked_example() -> None:
    said = {bare(what).replace("`", ""): bytes.fromhex(text) for what, text in table("what")}
    root, vault_id, uid = (
        bytes(range(at, at + size)) for at, size in ((0, 32), (32, 16), (48, 16))
    )
    keys = Keys(vault_id, bytearray(root))
    assert encoding.record_id(keys.index(b""), "vault", ()) == said["id of vault"]
    named = encoding.record_id(keys.index(uid), "secret", (uid, "KEY"))
    assert named == said["id of secret with the name KEY"]
    page = encoding.record_id(keys.index(uid), "page", (uid, 0))
    assert page == said["id of page 0"]
    assert tree.bucket_of(page).to_bytes(2, "big") == said["its bucket"]
    [text] = re.findall(r"```json\n(.*?)\n```", PAGE, re.S)
    assert encoding.encode_payload("page", (uid, 0), {"rows": []}) == text.encode()
    nonce = bytes(NONCE)
    bound = CONTEXT + b"record\0" + vault_id + page
    key = AESGCM(bytes(keys.derive("meta", uid)))
    seal = nonce + key.encrypt(nonce, text.encode().ljust(padded(len(text))), bound)
    assert keys.open_record("page", uid, page, seal).rstrip() == text.encode()
    assert sha256(seal).digest() == said["SHA-256 of its seal"]
    assert tree.Leaves().root() == said["tree root without any record"]
    leaf = tree.Bucket([(page, seal)]).leaf()
    leaves, _ = tree.Leaves().changed({tree.bucket_of(page): leaf})
    assert leaves.root() == said["tree root with the page"]
    none = tree.slots_hash([])
    body = tree.Manifest(vault_id, 1, leaves.root(), none, tree.FIRST_HEAD, 0).encode()
    private = Ed25519PrivateKey.from_private_bytes(bytes(keys.derive("sign")))
    assert keys.sign(body) == private.sign(SIGNED + body)
    assert sha256(keys.sign(body)).digest() == said["SHA-256 of the manifest's signature"]
    code = encode_recovery(bytes(range(20)))
    assert f"begins with `{code[:4]}` and ends with `{code[-4:]}`" in PAGE


def test_what_the_document_points_to_is_there() -> None:
    for path in re.findall(r"`((?:src|tests)/[a-z_/.]+)`", PAGE):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (ROOT / "docs" / path).exists(), path
    second = (ROOT / "tests" / "vault" / "test_vault_format.py").read_text(encoding="utf-8")
    assert "tests/vault/test_vault_format.py" in PAGE
    assert "class Blind:" in second
