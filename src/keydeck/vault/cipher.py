"""AES-256-GCM, without the older ciphers that its public module loads before it.

They would cost each command a quarter of a bare interpreter's start. Where the library has
moved its class, the public module is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
else:
    try:
        from cryptography.hazmat.bindings._rust import openssl

        AESGCM = openssl.aead.AESGCM
    except (ImportError, AttributeError):
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["AESGCM"]
