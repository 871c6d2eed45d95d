"""Tenants and profiles: add, list, use, rename, protect, remove."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from keydeck.domain.errors import Invalid, Refused
from keydeck.domain.model import LIVE, Place, Profile, Tenant
from keydeck.domain.names import RULES, check_place_name
from keydeck.domain.safetext import clean
from keydeck.services.places import TENANT_SETTING, find_profile, find_tenant, profile_setting

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault, View


def tenants(vault: Vault) -> tuple[Tenant, ...]:
    """All tenants with their profiles, by name."""
    with vault.read() as view:
        return view.tenants()


def add_tenant(vault: Vault, name: str, *, rule: str = "any") -> Tenant:
    """A new tenant; `Invalid` (11) for a name that is taken or can't be one."""
    check_place_name(name, "tenant")
    if rule not in RULES:
        raise Invalid(f"“{clean(rule)}” is no rule.", todo=f"One of {', '.join(RULES)}.")
    with vault.write("tenant add", name) as change:
        _free(name, (tenant.name for tenant in change.tenants()), "tenant")
        tenant = Tenant(os.urandom(16), name, rule=rule)
        change.put_tenant(tenant)
    return tenant


def rename_tenant(vault: Vault, name: str, new: str) -> Tenant:
    """Give a tenant another name."""
    check_place_name(new, "tenant")
    with vault.write("tenant rename", new) as change:
        tenant = find_tenant(change.tenants(), name)
        _free(new, (other.name for other in change.tenants()), "tenant")
        renamed = tenant._replace(name=new)
        change.put_tenant(renamed)
    return renamed


def remove_tenant(vault: Vault, name: str, *, confirm: tuple[str, ...] = ()) -> int:
    """Remove a tenant with its profiles; how many secrets went.

    `Refused` (4) while a protected profile is not confirmed by name.
    """
    with vault.write("tenant remove", name) as change:
        tenant = find_tenant(change.tenants(), name)
        for profile in tenant.profiles:
            _confirmed(profile, confirm)
        count = sum(_live(change, profile) for profile in tenant.profiles)
        change.remove_tenant(tenant.uid)
    return count


def add_profile(
    vault: Vault, tenant: str, name: str, *, protected: bool = False, extends: str = ""
) -> Place:
    """A new profile of a tenant."""
    check_place_name(name, "profile")
    with vault.write("profile add", tenant, name) as change:
        owner = find_tenant(change.tenants(), tenant)
        _free(name, (profile.name for profile in owner.profiles), "profile")
        base = find_profile(owner, extends).uid if extends else None
        uid = change.put_profile(owner.uid, None, name=name, protected=protected, extends=base)
        owner = find_tenant(change.tenants(), tenant)
    return Place(owner, next(p for p in owner.profiles if p.uid == uid), "new")


def protect(vault: Vault, tenant: str, name: str, on: bool = True) -> Profile:
    """Mark a profile protected, or take the mark away."""
    with vault.write("protect" if on else "unprotect", tenant, name) as change:
        owner = find_tenant(change.tenants(), tenant)
        profile = find_profile(owner, name)
        change.put_profile(owner.uid, profile.uid, protected=on)
    return profile._replace(protected=on)


def remove_profile(vault: Vault, tenant: str, name: str, *, confirm: tuple[str, ...] = ()) -> int:
    """Remove a profile with its secrets; how many went.

    `Refused` (4) as for tenants, and while another profile extends it.
    """
    with vault.write("profile remove", tenant, name) as change:
        owner = find_tenant(change.tenants(), tenant)
        profile = find_profile(owner, name)
        _confirmed(profile, confirm)
        children = [other.name for other in owner.profiles if other.extends == profile.uid]
        if children:
            raise Refused(
                f"{', '.join(map(clean, children))} extends {clean(name)}.",
                kept="Nothing was removed.",
                todo="Take that back first.",
            )
        count = _live(change, profile)
        change.remove_profile(owner.uid, profile.uid)
    return count


def use(vault: Vault, tenant: str, profile: str = "") -> None:
    """Remember the default place (kept in the vault). A protected profile is `Refused` (4)."""
    with vault.write("use", tenant, profile) as change:
        owner = find_tenant(change.tenants(), tenant)
        settings: dict[str, str | None] = {TENANT_SETTING: owner.uid.hex()}
        if profile:
            chosen = find_profile(owner, profile)
            if chosen.protected:
                raise Refused(
                    f"{clean(profile)} is protected, and a protected profile is never a default.",
                    kept="Nothing was changed.",
                    todo=f"Name it each time: -p {clean(profile)}.",
                )
            settings[profile_setting(owner)] = chosen.uid.hex()
        change.put_settings(settings)


def _free(name: str, taken: Iterable[str], what: str) -> None:
    if name in set(taken):
        raise Invalid(
            f"There is a {what} {clean(name)} already.",
            kept="Nothing was changed.",
            todo="Choose another name.",
        )


def _confirmed(profile: Profile, confirm: tuple[str, ...]) -> None:
    if profile.protected and profile.name not in confirm:
        raise Refused(
            f"{clean(profile.name)} is protected.",
            kept="Nothing was removed.",
            todo=f"--confirm {clean(profile.name)} says that it is meant.",
        )


def _live(view: View, profile: Profile) -> int:
    return sum(entry.state == LIVE for entry in view.entries(profile.uid))
