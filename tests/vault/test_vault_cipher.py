"""The cipher is the library's own, and comes alone."""

from __future__ import annotations

import subprocess
import sys

from cryptography.hazmat.primitives.ciphers import aead

from keydeck.vault.cipher import AESGCM


def test_it_is_the_public_class() -> None:
    assert AESGCM is aead.AESGCM


def test_older_ciphers_are_not_loaded() -> None:
    code = "import sys, keydeck.vault.opening; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "keydeck.vault.keys" in loaded
    assert "cryptography.hazmat.primitives.ciphers" not in loaded
