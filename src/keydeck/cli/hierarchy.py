"""tenant · profile"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.options import CONFIRM
from keydeck.domain.errors import Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.model import Profile, Tenant

TENANT = Word("NAME", "the tenant's name")
PROFILE = Word("NAME", "the profile's name")


def _tenant_shape(tenant: Tenant) -> dict[str, Any]:
    return {
        "name": tenant.name,
        "names": tenant.rule,
        "profiles": [_profile_shape(tenant, profile) for profile in tenant.profiles],
    }


def _profile_shape(tenant: Tenant, profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "tenant": tenant.name,
        "protected": profile.protected,
        "extends": _base_of(tenant, profile) or None,
    }


def _base_of(tenant: Tenant, profile: Profile) -> str:
    return next((other.name for other in tenant.profiles if other.uid == profile.extends), "")


def tenant_add(context: Context, args: Arguments) -> int:
    """A new tenant."""
    from keydeck.services import hierarchy

    name = args.word("NAME")
    context.out.note(f"→ {name} (new tenant)")
    tenant = hierarchy.add_tenant(context.vault, name, rule=args.text("names") or "any")
    context.out.note(f"{tenant.name} is there: keydeck profile add NAME -t {tenant.name}")
    context.out.json({"tenant": _tenant_shape(tenant)})
    return 0


def tenant_list(context: Context, _args: Arguments) -> int:
    """All tenants and their profiles."""
    from keydeck.services import hierarchy

    tenants = hierarchy.tenants(context.vault)
    context.out.json({"tenants": [_tenant_shape(tenant) for tenant in tenants]})
    if not tenants:
        context.out.note("There is no tenant yet: keydeck tenant add NAME makes one.")
    for tenant in tenants:
        names = [f"{p.name}{' P' if p.protected else ''}" for p in tenant.profiles]
        context.out.line(f"{tenant.name}: {', '.join(names) or 'no profile yet'}")
    return 0


def tenant_use(context: Context, args: Arguments) -> int:
    """The tenant that is meant where none is named."""
    from keydeck.services import hierarchy

    name = args.word("NAME")
    hierarchy.use(context.vault, name)
    context.out.note(f"{name} is meant from now on where no tenant is named.")
    context.out.json({"tenant": name})
    return 0


def tenant_rename(context: Context, args: Arguments) -> int:
    """Another name for a tenant."""
    from keydeck.services import hierarchy

    old = args.word("NAME")
    context.out.note(f"→ {old} (named)")
    tenant = hierarchy.rename_tenant(context.vault, old, args.word("NEW"))
    context.out.note(f"{old} is called {tenant.name} now.")
    context.out.json({"tenant": _tenant_shape(tenant)})
    return 0


def tenant_remove(context: Context, args: Arguments) -> int:
    """Remove a tenant with its profiles and secrets."""
    from keydeck.cli.shapes import counted
    from keydeck.services import hierarchy, places

    tenant = places.find_tenant(hierarchy.tenants(context.vault), args.word("NAME"))
    context.out.note(f"→ {tenant.name} (named)")
    profiles = counted(len(tenant.profiles), "profile")
    question = f"Remove {tenant.name} with {profiles} and all their secrets? No trash keeps them."
    context.require_consent(tenant.profiles, question, f"removing {tenant.name}")
    confirm = tuple(profile.name for profile in tenant.profiles if profile.protected)
    count = hierarchy.remove_tenant(context.vault, tenant.name, confirm=confirm)
    context.out.note(f"{tenant.name} is gone, and {counted(count, 'secret')} with it.")
    context.out.json({"removed": tenant.name, "secrets": count})
    return 0


def profile_add(context: Context, args: Arguments) -> int:
    """A new profile of a tenant."""
    from keydeck.services import hierarchy

    tenant, name = context.tenant(), args.word("NAME")
    context.out.note(f"→ {tenant.name}/{name} (new profile)")
    place = hierarchy.add_profile(
        context.vault,
        tenant.name,
        name,
        protected=args.flag("protected"),
    )
    context.out.note(f"{place.label} is there.")
    context.out.json({"profile": _profile_shape(place.tenant, place.profile)})
    return 0


def profile_list(context: Context, _args: Arguments) -> int:
    """The profiles of a tenant."""
    tenant = context.tenant()
    context.out.json(
        {
            "tenant": tenant.name,
            "profiles": [_profile_shape(tenant, profile) for profile in tenant.profiles],
        }
    )
    if not tenant.profiles:
        context.out.note(f"{tenant.name} has no profile yet: keydeck profile add NAME makes one.")
    for profile in tenant.profiles:
        base = _base_of(tenant, profile)
        words = [
            *(["protected"] if profile.protected else []),
            *([f"extends {base}"] if base else []),
        ]
        context.out.line(f"{profile.name}{'  ' if words else ''}{', '.join(words)}")
    return 0


def _own_profile(context: Context, args: Arguments) -> tuple[Tenant, Profile]:
    """The profile that a word names; the option -p would say it twice."""
    from keydeck.services import places

    if context.profile_option and context.profile_option != args.word("NAME"):
        raise Usage("The profile is named by a word here, not by -p.")
    tenant = context.tenant()
    return tenant, places.find_profile(tenant, args.word("NAME"))


def profile_use(context: Context, args: Arguments) -> int:
    """The profile that is meant where none is named."""
    from keydeck.services import hierarchy

    tenant, profile = _own_profile(context, args)
    hierarchy.use(context.vault, tenant.name, profile.name)
    context.out.note(f"{tenant.name}/{profile.name} is meant from now on where none is named.")
    context.out.json({"tenant": tenant.name, "profile": profile.name})
    return 0


def profile_protect(context: Context, args: Arguments) -> int:
    """Mark a profile protected, or (confirmed) take the mark away."""
    from keydeck.services import hierarchy

    tenant, profile = _own_profile(context, args)
    context.out.note(f"→ {tenant.name}/{profile.name} (named)")
    off = args.flag("off")
    if off:
        context.require_name([profile], "taking that away")
    changed = hierarchy.protect(context.vault, tenant.name, profile.name, not off)
    context.out.note(f"{changed.name} is {'no longer ' if off else ''}protected.")
    context.out.json({"profile": _profile_shape(tenant, changed)})
    return 0


def profile_remove(context: Context, args: Arguments) -> int:
    """Remove a profile with its secrets."""
    from keydeck.cli.shapes import counted
    from keydeck.services import hierarchy

    tenant, profile = _own_profile(context, args)
    label = f"{tenant.name}/{profile.name}"
    context.out.note(f"→ {label} (named)")
    question = f"Remove {label} with all its secrets? No trash keeps them."
    context.require_consent([profile], question, f"removing {label}")
    count = hierarchy.remove_profile(
        context.vault, tenant.name, profile.name, confirm=(profile.name,)
    )
    context.out.note(f"{label} is gone, and {counted(count, 'secret')} with it.")
    context.out.json({"removed": label, "secrets": count})
    return 0


COMMANDS = (
    Command(
        "tenant add",
        "a new tenant",
        tenant_add,
        (TENANT,),
        (Option(("--names",), "how secrets are named there: any, upper or snake", "RULE"),),
    ),
    Command("tenant list", "all tenants and their profiles", tenant_list),
    Command("tenant use", "the tenant meant where none is named", tenant_use, (TENANT,)),
    Command(
        "tenant rename",
        "another name for a tenant",
        tenant_rename,
        (TENANT, Word("NEW", "its name from now on")),
    ),
    Command(
        "tenant remove",
        "a tenant with its profiles and secrets",
        tenant_remove,
        (TENANT,),
        (CONFIRM,),
    ),
    Command(
        "profile add",
        "a new profile of a tenant",
        profile_add,
        (PROFILE,),
        (
            Option(("--protected",), "its name is asked for before anything is overwritten"),
            # The vault keeps it already; until reading follows it, a promise would be broken.
            Option(
                ("--extends",), "take what is not set here from this profile", "PROFILE", later=True
            ),
        ),
    ),
    Command("profile list", "the profiles of a tenant", profile_list),
    Command("profile use", "the profile meant where none is named", profile_use, (PROFILE,)),
    Command(
        "profile protect",
        "mark a profile protected",
        profile_protect,
        (PROFILE,),
        (Option(("--off",), "take the mark away"), CONFIRM),
    ),
    Command("profile remove", "a profile with its secrets", profile_remove, (PROFILE,), (CONFIRM,)),
)
