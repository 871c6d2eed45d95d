"""The vault's keys: derived by purpose and uid, used to seal, open, sign; wiped at the end.

Everything comes from `cryptography`. Wiping is best effort: our own copies of key material
are bytearrays that `close` overwrites; what the library and the interpreter copied is theirs.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keydeck.domain.errors import Damaged, Locked
from keydeck.vault.cipher import AESGCM
from keydeck.vault.constants import (
    ACCESS,
    AUDIT,
    CONTEXT,
    INDEX,
    KEY,
    NO_UID,
    NONCE,
    PURPOSE_OF,
    RECORD,
    SIGN,
    SIGNED,
    TAG,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

_SHA256 = SHA256()
_BLOCK = 64
_INNER = bytes(number ^ 0x36 for number in range(256))
_OUTER = bytes(number ^ 0x5C for number in range(256))


def wipe(secret: bytearray | None) -> None:
    """Overwrite key material with zeroes."""
    if secret is not None:
        secret[:] = bytes(len(secret))


def derive(material: bytes | bytearray, salt: bytes, info: bytes) -> bytearray:
    """HKDF-SHA-256, 32 bytes."""
    key = bytearray(KEY)
    HKDF(_SHA256, KEY, salt, info).derive_into(material, key)
    return key


def associated(kind: bytes, vault_id: bytes, identifier: bytes, head: bytes = b"") -> bytes:
    """What a seal is bound to: its kind, vault, id, and for slots and keyrings the head."""
    return b"%b%b\0%b%b%b" % (CONTEXT, kind, vault_id, identifier, head)


def seal(key: AESGCM, plain: bytes | bytearray, bound: bytes) -> bytes:
    """nonce ‖ ciphertext ‖ tag."""
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plain, bound)


def unseal(key: AESGCM, sealed: bytes, bound: bytes) -> bytes | None:
    """What was sealed, or None where key, bytes or binding are not the right ones."""
    if len(sealed) < NONCE + TAG:
        return None
    try:
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], bound)
    except InvalidTag:
        return None


def unseal_key(key: AESGCM, sealed: bytes, bound: bytes) -> bytearray | None:
    """Like `unseal`, for key material: into a bytearray that can be wiped."""
    if len(sealed) < NONCE + TAG:
        return None
    plain = bytearray(len(sealed) - NONCE - TAG)
    try:
        key.decrypt_into(sealed[:NONCE], sealed[NONCE:], bound, plain)
    except InvalidTag:
        return None
    return plain


class Mac:
    """HMAC-SHA-256 (RFC 2104) under one key: its two key blocks are hashed once.

    A third of the time of `hmac.digest`, which looks its algorithm up at each call.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes | bytearray) -> None:
        block = bytearray(_BLOCK)
        block[: len(key)] = key
        inner, outer = block.translate(_INNER), block.translate(_OUTER)
        self._inner, self._outer = sha256(inner), sha256(outer)
        for each in (block, inner, outer):
            wipe(each)

    def digest(self, message: bytes) -> bytes:
        """32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


class Keys:
    """All keys of one vault under its root key (scope `manage`), derived when first needed."""

    def __init__(self, vault_id: bytes, root: bytearray) -> None:
        self.vault_id = vault_id
        self.root = root
        self._ciphers: dict[tuple[str, bytes], AESGCM] = {}
        self._index: dict[bytes, Mac] = {}
        self._signing: Ed25519PrivateKey | None = None
        self._closed = False

    def derive(self, purpose: str, uid: bytes = NO_UID) -> bytearray:
        """The key of a purpose (and, for a profile's, its uid)."""
        if self._closed:
            raise Locked("The vault is locked.", todo="Unlock it again.")
        return derive(self.root, self.vault_id, CONTEXT + purpose.encode("ascii") + b"\0" + uid)

    def cipher(self, purpose: str, uid: bytes = NO_UID) -> AESGCM:
        """AES-256-GCM under the key of a purpose."""
        cipher = self._ciphers.get((purpose, uid))
        if cipher is None:
            key = self.derive(purpose, uid)
            cipher = self._ciphers[purpose, uid] = AESGCM(key)
            wipe(key)
        return cipher

    def cipher_of(self, kind: str, profile: bytes) -> AESGCM:
        """What records of a kind are sealed with."""
        return self.cipher(PURPOSE_OF[kind], profile or NO_UID)

    def index(self, profile: bytes) -> Mac:
        """What makes record ids under the index key of a profile, or with b"" the vault's."""
        mac = self._index.get(profile)
        if mac is None:
            key = self.derive(INDEX, profile or NO_UID)
            mac = self._index[profile] = Mac(key)
            wipe(key)
        return mac

    def seal_record(self, kind: str, profile: bytes, identifier: bytes, plain: bytes) -> bytes:
        """A record's seal."""
        bound = associated(RECORD, self.vault_id, identifier)
        return seal(self.cipher_of(kind, profile), plain, bound)

    def open_record(self, kind: str, profile: bytes, identifier: bytes, sealed: bytes) -> bytes:
        """A record's padded payload; `Damaged` where the seal does not open."""
        bound = associated(RECORD, self.vault_id, identifier)
        plain = unseal(self.cipher_of(kind, profile), sealed, bound)
        if plain is None:
            raise Damaged(f"A {kind} record of the vault does not open.")
        return plain

    def seal_audit(self, number: int, plain: bytes) -> bytes:
        """An audit row's seal."""
        bound = associated(AUDIT, self.vault_id, number.to_bytes(8, "big"))
        return seal(self.cipher("admin"), plain, bound)

    def open_audit(self, number: int, sealed: bytes) -> bytes:
        """An audit row's padded payload; `Damaged` where the seal does not open."""
        bound = associated(AUDIT, self.vault_id, number.to_bytes(8, "big"))
        plain = unseal(self.cipher("admin"), sealed, bound)
        if plain is None:
            raise Damaged(f"Row {number} of the audit does not open.")
        return plain

    def _private(self) -> Ed25519PrivateKey:
        if self._signing is None:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            seed = self.derive(SIGN)
            self._signing = Ed25519PrivateKey.from_private_bytes(seed)
            wipe(seed)
        return self._signing

    def sign(self, body: bytes) -> bytes:
        """The manifest's signature."""
        return self._private().sign(SIGNED + body)

    def public_sign(self) -> bytes:
        """The public key that checks the manifest."""
        return self._private().public_key().public_bytes_raw()

    def public_access(self) -> bytes:
        """The public key that access records are sealed to."""
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        private = self.derive(ACCESS)
        public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
        wipe(private)
        return public

    def close(self) -> None:
        """Forget everything."""
        self._closed = True
        wipe(self.root)
        self._index.clear()
        self._ciphers.clear()
        self._signing = None


def public_key(raw: bytes) -> Ed25519PublicKey:
    """The manifest's public key from a keyring; `Damaged` where it is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        raise Damaged("The keyring's signing key is no key.") from None


def check_signature(public: Ed25519PublicKey, body: bytes, signature: bytes) -> None:
    """`Damaged` unless `signature` is the vault's over this manifest."""
    try:
        public.verify(signature, SIGNED + body)
    except InvalidSignature:
        raise Damaged(
            "The vault's manifest is not signed by this vault.",
            kept="Nothing was changed.",
            todo="Run keydeck doctor; restore a backup if it finds damage.",
        ) from None


__all__ = [
    "Keys",
    "associated",
    "check_signature",
    "derive",
    "public_key",
    "seal",
    "unseal",
    "unseal_key",
    "wipe",
]
