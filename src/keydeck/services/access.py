"""Making a vault and opening it: passphrase, recovery key, key file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from keydeck.domain.secret import SecretValue
from keydeck.vault.vault import Vault


class Credentials(NamedTuple):
    """What was given to unlock with; any may be absent."""

    passphrase: SecretValue | None = None
    key_file: str = ""
    recovery: SecretValue | None = None


def from_environment(environ: Mapping[str, str]) -> Credentials:
    """`KEYDECK_PASSPHRASE_FILE` and `KEYDECK_KEY_FILE`; a missing file is `NotFound` (7)."""
    raise NotImplementedError


def ways(path: str) -> list[str]:
    """Kinds of the vault's slots without opening it (`passphrase`, `recovery`, `keyfile`)."""
    raise NotImplementedError


def init(
    path: str, passphrase: SecretValue | None, *, key_file: str = "", recovery: bool = True
) -> tuple[Vault, SecretValue | None]:
    """Make a vault; the second is the recovery key, to be shown once.

    `Refused` (4) where the file is there already. With `key_file` a key-file slot is added
    (the file is made, 0600, where it is missing).
    """
    raise NotImplementedError


def unlock(path: str, given: Credentials) -> Vault:
    """Open the vault with the first thing given that fits.

    `NotFound` (7) no vault there · `Locked` (5) nothing given · `WrongPassphrase` (6) once all
    slots were tried · `Damaged` (12).
    """
    raise NotImplementedError
