"""Tenants and profiles: add, list, use, rename, protect, remove."""

from __future__ import annotations

from keydeck.domain.model import Place, Profile, Tenant
from keydeck.vault.vault import Vault


def tenants(vault: Vault) -> tuple[Tenant, ...]:
    """All tenants with their profiles, by name."""
    raise NotImplementedError


def add_tenant(vault: Vault, name: str, *, rule: str = "any") -> Tenant:
    """A new tenant; `Invalid` (11) for a name that is taken or can't be one."""
    raise NotImplementedError


def rename_tenant(vault: Vault, name: str, new: str) -> Tenant:
    """Give a tenant another name."""
    raise NotImplementedError


def remove_tenant(vault: Vault, name: str, *, confirm: tuple[str, ...] = ()) -> int:
    """Remove a tenant with its profiles; how many secrets went.

    `Refused` (4) while a protected profile is not confirmed by name.
    """
    raise NotImplementedError


def add_profile(
    vault: Vault, tenant: str, name: str, *, protected: bool = False, extends: str = ""
) -> Place:
    """A new profile of a tenant."""
    raise NotImplementedError


def protect(vault: Vault, tenant: str, name: str, on: bool = True) -> Profile:
    """Mark a profile protected, or take the mark away."""
    raise NotImplementedError


def remove_profile(vault: Vault, tenant: str, name: str, *, confirm: tuple[str, ...] = ()) -> int:
    """Remove a profile with its secrets; how many went. `Refused` (4) as for tenants, and
    while another profile extends it."""
    raise NotImplementedError


def use(vault: Vault, tenant: str, profile: str = "") -> None:
    """Remember the default place (kept in the vault). A protected profile is `Refused` (4)."""
    raise NotImplementedError
