"""Which tenant and profile a verb is about (interface.md, Place)."""

from __future__ import annotations

from collections.abc import Mapping

from keydeck.domain.model import Place, Profile, Tenant
from keydeck.vault.vault import Vault


def find_tenant(tenants: tuple[Tenant, ...], name: str) -> Tenant:
    """The tenant of that name, or `NotFound` (7) with near matches."""
    raise NotImplementedError


def find_profile(tenant: Tenant, name: str) -> Profile:
    """The profile of that name, or `NotFound` (7) with near matches."""
    raise NotImplementedError


def resolve(
    vault: Vault, *, tenant: str = "", profile: str = "", environ: Mapping[str, str] | None = None
) -> Place:
    """The place, from the first that says one: option (`tenant`, `profile` given) ·
    `KEYDECK_TENANT`/`KEYDECK_PROFILE` · `use` · the only one there is; else `NotFound` (7).

    A protected profile is never taken by default. `profile` may be `TENANT/PROFILE`.
    """
    raise NotImplementedError
