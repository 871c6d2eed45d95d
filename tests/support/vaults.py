"""Vaults for tests: a real file, opened by a key file (nothing lowers the KDF's floor)."""

from __future__ import annotations

import os
from pathlib import Path

from keydeck.vault.opening import create, open_vault
from keydeck.vault.slots import KeyFile, make_key_file
from keydeck.vault.vault import Vault


def key_file(folder: str | os.PathLike[str]) -> str:
    """A key file in `folder`, made when it is not there yet."""
    path = os.path.join(folder, "test.key")
    return path if os.path.exists(path) else make_key_file(path)


def make_vault(path: str | os.PathLike[str], tmp: str | os.PathLike[str]) -> Vault:
    """A new, empty, unlocked vault at `path`; its key file is `key_file(tmp)`.

    Point XDG_STATE_HOME into the test's own folder first.
    """
    return create(os.fspath(path), [KeyFile(key_file(tmp))], recovery=False)[0]


def reopen(vault: Vault | str | Path, tmp: str | os.PathLike[str]) -> Vault:
    """Another unlocked `Vault` on the same file."""
    path = vault.path if isinstance(vault, Vault) else os.fspath(vault)
    return open_vault(path, KeyFile(key_file(tmp)))
