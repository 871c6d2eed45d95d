"""The encoding of format 1, against figures worked out by hand or by other means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keydeck.domain.errors import Damaged, Invalid
from keydeck.vault import encoding, tree
from keydeck.vault.keys import Keys, Mac, derive
from keydeck.vault.protocol import NewerFormat
from keydeck.vault.slots.base import decode_head, encode_head
from keydeck.vault.slots.recovery import decode_recovery, encode_recovery, new_recovery


@pytest.mark.parametrize(
    ("length", "padded"),
    [(192, 192), (193, 208), (208, 208), (209, 224), (256, 256), (257, 272), (1025, 1088)],
)
def test_padme_figures(length: int, padded: int) -> None:
    assert encoding.padme(length) == padded


@given(st.integers(192, 2_000_000))
def test_padme_is_what_the_formula_says(length: int) -> None:
    exponent = length.bit_length() - 1
    size = exponent.bit_length()
    step = 2 ** (exponent - size)
    assert encoding.padme(length) == -(-length // step) * step
    assert encoding.padme(length) <= length * 1.12


def test_payload_is_json_padded_with_spaces() -> None:
    uid = bytes(range(16))
    payload = encoding.encode_payload("base", (uid, uid), {"at": 5, "text": "“ü”"})
    padded = encoding.pad(payload)
    assert len(padded) == 192
    assert padded.rstrip(b" ") == payload
    assert json.loads(padded) == {
        "kind": "base",
        "parts": [base64.b64encode(uid).decode()] * 2,
        "v": 1,
        "at": 5,
        "text": "“ü”",
    }
    assert encoding.decode_payload(padded, "base", (uid, uid)) == {"at": 5, "text": "“ü”"}


@pytest.mark.parametrize(
    "plain",
    [
        b'{"kind":"x","parts":[],"v":1,"a":1,"a":2}',
        b'{"kind":"x","parts":[],"v":1,"a":{"b":1,"b":1}}',
        b'{"kind":"x","parts":[],"v":1,"a":NaN}',
        b'{"kind":"y","parts":[],"v":1}',
        b'{"kind":"x","parts":[1],"v":1}',
        b'{"kind":"x","parts":[]}',
        b'{"kind":"x","parts":[],"v":true}',
        b'{"kind":"x","parts":[],"v":0}',
        b'["kind"]',
        b'{"kind":"x","parts":[],"v":1',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_payloads_that_are_damage(plain: bytes) -> None:
    with pytest.raises(Damaged):
        encoding.decode_payload(plain, "x", ())


def test_a_newer_record_says_its_version() -> None:
    with pytest.raises(NewerFormat, match="version 7"):
        encoding.decode_payload(b'{"kind":"x","parts":[],"v":7}', "x", ())


@pytest.mark.parametrize("text", ["YQ", "YQ==\n", "Y Q==", "YQ==YQ==", "YQ-_", "!", 5, None])
def test_base64_is_strict(text: object) -> None:
    with pytest.raises(Damaged):
        encoding.from_base64(text)


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(Invalid):
        encoding.encode_payload("x", (), {"text": "\ud800"})


def test_record_ids_by_hand() -> None:
    key, uid, other = os.urandom(32), os.urandom(16), os.urandom(16)

    def by_hand(message: bytes) -> bytes:
        return hmac.new(key, message, hashlib.sha256).digest()[:16]

    assert encoding.record_id(Mac(key), "vault", ()) == by_hand(b"vault\0")
    assert encoding.record_id(Mac(key), "page", (uid, 3)) == by_hand(
        b"page\0" + uid + struct.pack(">Q", 3)
    )
    assert encoding.record_id(Mac(key), "base", (uid, other)) == by_hand(b"base\0" + uid + other)
    composed = encoding.record_id(Mac(key), "secret", (uid, "\u00fc"))
    assert composed == by_hand(b"secret\0" + uid + "\u00fc".encode())
    assert encoding.record_id(Mac(key), "secret", (uid, "u\u0308")) == composed


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_mac_is_hmac(key: bytes, message: bytes) -> None:
    mac = Mac(key)
    for _ in range(2):
        assert mac.digest(message) == hmac.digest(key, message, "sha256")


def test_keys_by_hand() -> None:
    """HKDF-SHA-256 (RFC 5869) of one block, from HMAC alone."""
    root, vault_id, uid = os.urandom(32), os.urandom(16), os.urandom(16)
    extracted = hmac.digest(vault_id, root, "sha256")

    def by_hand(info: bytes) -> bytes:
        return hmac.digest(extracted, info + b"\x01", "sha256")

    keys = Keys(vault_id, bytearray(root))
    assert keys.derive("meta", uid) == by_hand(b"keydeck/1\0meta\0" + uid)
    assert keys.derive("admin") == by_hand(b"keydeck/1\0admin\0" + bytes(16))
    assert derive(root, vault_id, b"keydeck/1\0kek\0" + vault_id) == by_hand(
        b"keydeck/1\0kek\0" + vault_id
    )


def test_buckets() -> None:
    assert tree.bucket_of(bytes(16)) == 0
    assert tree.bucket_of(b"\x00\x3f" + b"\xff" * 14) == 0
    assert tree.bucket_of(b"\x00\x40" + bytes(14)) == 1
    assert tree.bucket_of(b"\xff" * 16) == 1023
    assert tree.bucket_start(1) == b"\x00\x40" + bytes(14)
    assert tree.bucket_start(1023) == b"\xff\xc0" + bytes(14)


def test_tree_by_hand() -> None:
    first, second = bytes(16), b"\x00\x01" + bytes(14)
    rows = {second: b"two", first: b"one"}
    leaf = hashlib.sha256(
        b"".join(key + hashlib.sha256(rows[key]).digest() for key in (first, second))
    ).digest()
    assert tree.Bucket(rows.items()).leaf() == leaf
    assert tree.Bucket().leaf() == hashlib.sha256(b"").digest()
    assert tree.Bucket().changed(rows).leaf() == leaf
    assert tree.Bucket(rows.items()).changed({second: None}).seals == {first: b"one"}
    leaves, touched = tree.Leaves().changed({33: leaf})
    assert touched == [1]
    every = [hashlib.sha256(b"").digest()] * 1024
    every[33] = leaf
    by_row = [hashlib.sha256(b"".join(every[32 * n : 32 * n + 32])).digest() for n in range(32)]
    assert leaves.root() == hashlib.sha256(b"".join(by_row)).digest()
    assert leaves.leaf(33) == leaf


def test_manifest_layout() -> None:
    parts = os.urandom(16), 7, os.urandom(32), os.urandom(32), os.urandom(32), 1_700_000_000_000
    body = tree.Manifest(*parts).encode()
    assert body == struct.pack(">4s16sQ32s32s32sQ", b"KDM1", *parts)
    assert len(body) == 132
    assert tree.decode_manifest(body) == parts
    with pytest.raises(Damaged):
        tree.decode_manifest(body[:-1])
    with pytest.raises(Damaged):
        tree.decode_manifest(b"KDM2" + body[4:])


def test_slots_hash_and_audit_head_by_hand() -> None:
    def sha(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    row = (bytes(16), b"head", b"key", b"keyring")
    assert tree.slots_hash([row]) == sha(bytes(16) + sha(b"head") + sha(b"key") + sha(b"keyring"))
    assert tree.next_head(bytes(32), b"payload") == sha(bytes(32) + b"payload")


def test_recovery_key_has_nine_groups_and_check_bits() -> None:
    secret = bytes(range(20))
    code = encode_recovery(secret)
    groups = code.split("-")
    assert [len(group) for group in groups] == [4] * 9
    check = int.from_bytes(hashlib.sha256(secret).digest(), "big") >> 236
    bits = (int.from_bytes(secret, "big") << 20) | check
    whole = base64.b32encode((bits << 4).to_bytes(23, "big")).decode()
    assert "".join(groups) == whole[:36]
    assert decode_recovery(code.lower().replace("-", " ")) == secret


def test_a_mistyped_recovery_key_is_noticed() -> None:
    code = new_recovery()
    wrong = ("B" if code[0] != "B" else "C") + code[1:]
    with pytest.raises(Invalid, match="mistyped"):
        decode_recovery(wrong)
    with pytest.raises(Invalid, match="no recovery key"):
        decode_recovery(code[:-1])
    with pytest.raises(Invalid, match="no recovery key"):
        decode_recovery("0" + code[1:])


def test_heads() -> None:
    assert decode_head(encode_head("keyfile", {"salt": "x"})) == {
        "format": 1,
        "kind": "keyfile",
        "salt": "x",
    }
    with pytest.raises(NewerFormat, match="format 2"):
        decode_head(b'{"format":2,"kind":"keyfile"}')
    for bad in (b"{}", b'{"format":1,"kind":5}', b"x", b'{"format":1,"kind":"a","kind":"b"}'):
        with pytest.raises(Damaged):
            decode_head(bad)
    with pytest.raises(Damaged):
        decode_head(b'{"format":1,"kind":"a"}' + b" " * 4096)
