"""Vaults for tests: a real file, opened by a key file (nothing lowers the KDF's floor)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from keydeck.domain.model import Secret, Tenant, Uid
from keydeck.domain.secret import SecretValue
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


def reopen(vault: Vault | str | Path, tmp: str | os.PathLike[str], *, trust: bool = False) -> Vault:
    """Another unlocked `Vault` on the same file."""
    path = vault.path if isinstance(vault, Vault) else os.fspath(vault)
    return open_vault(path, KeyFile(key_file(tmp)), trust=trust)


def new_value(length: int = 24) -> SecretValue:
    """A value made now."""
    return SecretValue(secrets.token_urlsafe(length))


class Kit:
    """A vault with the tenant `acme` and its profile `production`, and short verbs for it."""

    def __init__(self, vault: Vault, tmp: Path, tenant: Uid, profile: Uid) -> None:
        self.vault = vault
        self.tmp = tmp
        self.tenant = tenant
        self.profile = profile

    @property
    def path(self) -> Path:
        return Path(self.vault.path)

    def set(self, name: str, value: SecretValue | None = None, **meta: object) -> SecretValue:
        """Set a value (made now unless given) and return it."""
        value = value or new_value()
        with self.vault.write("set", "acme", "production", [name]) as change:
            change.set_value(self.profile, name, value, **meta)  # type: ignore[arg-type]
        return value

    def get(self, name: str, vault: Vault | None = None, number: int | None = None) -> str:
        """A value's text."""
        with (vault or self.vault).read() as view:
            secret = view.secret(self.profile, name)
            assert secret is not None, f"no {name}"
            return view.value(self.profile, secret, number).reveal_text()

    def secret(self, name: str, vault: Vault | None = None) -> Secret | None:
        with (vault or self.vault).read() as view:
            return view.secret(self.profile, name)

    def names(self, vault: Vault | None = None) -> dict[str, str]:
        """Name to state, of the whole directory."""
        with (vault or self.vault).read() as view:
            return {entry.name: entry.state for entry in view.entries(self.profile)}

    def reopen(self, *, trust: bool = False) -> Vault:
        return reopen(self.vault, self.tmp, trust=trust)


def make_kit(tmp: Path) -> Kit:
    """A `Kit` in `tmp`; point XDG_STATE_HOME into the test's own folder first."""
    vault = make_vault(tmp / "v.keydeck", tmp)
    tenant = os.urandom(16)
    with vault.write("tenant add", "acme") as change:
        change.put_tenant(Tenant(tenant, "acme"))
        profile = change.put_profile(tenant, None, name="production")
    return Kit(vault, tmp, tenant, profile)
