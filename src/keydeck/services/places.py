"""Which tenant and profile a verb is about (interface.md, Place)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from keydeck.domain.errors import NotFound
from keydeck.domain.model import Place, Profile, Tenant
from keydeck.domain.names import did_you_mean
from keydeck.domain.safetext import clean

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

TENANT_SETTING = "tenant"


def profile_setting(tenant: Tenant) -> str:
    """The name of the vault's setting that holds a tenant's default profile."""
    return f"profile.{tenant.uid.hex()}"


def find_tenant(tenants: tuple[Tenant, ...], name: str) -> Tenant:
    """The tenant of that name, or `NotFound` (7) with near matches."""
    for tenant in tenants:
        if tenant.name == name:
            return tenant
    raise NotFound(
        f"There is no tenant {clean(name)}.",
        todo=did_you_mean(name, (tenant.name for tenant in tenants))
        or f"keydeck tenant add {clean(name)} makes it.",
    )


def find_profile(tenant: Tenant, name: str) -> Profile:
    """The profile of that name, or `NotFound` (7) with near matches."""
    for profile in tenant.profiles:
        if profile.name == name:
            return profile
    raise NotFound(
        f"{clean(tenant.name)} has no profile {clean(name)}.",
        todo=did_you_mean(name, (profile.name for profile in tenant.profiles))
        or f"keydeck profile add {clean(name)} -t {clean(tenant.name)} makes it.",
    )


def resolve(
    vault: Vault, *, tenant: str = "", profile: str = "", environ: Mapping[str, str] | None = None
) -> Place:
    """The place, from the first that says one: option (`tenant`, `profile` given) ·
    `KEYDECK_TENANT`/`KEYDECK_PROFILE` · `use` · the only one there is; else `NotFound` (7).

    A protected profile is never taken by default. `profile` may be `TENANT/PROFILE`.
    """
    environ = os.environ if environ is None else environ
    with vault.read() as view:
        tenants, settings = view.tenants(), view.settings()
    source = "-p"
    if not profile:
        profile, source = environ.get("KEYDECK_PROFILE", ""), "KEYDECK_PROFILE"
    if "/" in profile:
        named, _, profile = profile.partition("/")
        tenant = tenant or named
    owner = _tenant(tenants, settings, tenant or environ.get("KEYDECK_TENANT", ""), profile)
    if profile:
        return Place(owner, find_profile(owner, profile), source)
    return _default_profile(owner, settings)


def resolve_tenant(
    vault: Vault, tenant: str = "", environ: Mapping[str, str] | None = None
) -> Tenant:
    """The tenant alone, by the same precedence as `resolve`."""
    environ = os.environ if environ is None else environ
    with vault.read() as view:
        tenants, settings = view.tenants(), view.settings()
    return _tenant(tenants, settings, tenant or environ.get("KEYDECK_TENANT", ""), "")


def _tenant(
    tenants: tuple[Tenant, ...], settings: Mapping[str, str], name: str, profile: str
) -> Tenant:
    if name:
        return find_tenant(tenants, name)
    used = settings.get(TENANT_SETTING, "")
    for tenant in tenants:
        if tenant.uid.hex() == used:
            return tenant
    if len(tenants) == 1:
        return tenants[0]
    if not tenants:
        raise NotFound("The vault has no tenant yet.", todo="keydeck tenant add NAME makes one.")
    having = [t for t in tenants if profile and any(p.name == profile for p in t.profiles)]
    raise NotFound(
        "Which tenant? None was named and there are several.",
        todo=f"Add -t with one of: {_listed(t.name for t in having or tenants)}.",
    )


def _default_profile(tenant: Tenant, settings: Mapping[str, str]) -> Place:
    used = settings.get(profile_setting(tenant), "")
    for profile in tenant.profiles:
        if profile.uid.hex() == used and not profile.protected:
            return Place(tenant, profile, "profile use")
    if len(tenant.profiles) == 1 and not tenant.profiles[0].protected:
        return Place(tenant, tenant.profiles[0], "the only profile")
    if not tenant.profiles:
        raise NotFound(
            f"{clean(tenant.name)} has no profile yet.",
            todo=f"keydeck profile add NAME -t {clean(tenant.name)} makes one.",
        )
    why = "it is protected, so it is never a default" if len(tenant.profiles) == 1 else ""
    raise NotFound(
        f"Which profile of {clean(tenant.name)}?{f' There is one, but {why}.' if why else ''}",
        todo=f"Add -p with one of: {_listed(p.name for p in tenant.profiles)}.",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(clean(name) for name in names)
