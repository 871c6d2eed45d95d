"""The verbs on secrets: list, get, set, edit, delete to the trash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keydeck.domain.errors import Invalid, NotFound, Refused, Stale
from keydeck.domain.model import LIVE, TRASH, Base, Place, Secret
from keydeck.domain.names import check_name, check_value, did_you_mean, other_case
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue

if TYPE_CHECKING:
    from keydeck.vault.vault import Change, Vault, View

FEW = 16  # names that are looked up one by one rather than in the directory


class Listed(NamedTuple):
    """One row of a list: a secret without its value, where it comes from, who uses it.

    `bases` is what is remembered at each of the profile's targets, by target name;
    `changed_here` says whether the value moved on since (no network was asked).
    """

    secret: Secret
    origin: str
    uses: int
    bases: Mapping[str, Base]

    def changed_here(self, target: str) -> bool:
        """Whether the value changed since it last agreed with that target."""
        base = self.bases.get(target)
        return base is None or base.local != self.secret.version


def live_names(view: View, place: Place) -> list[str]:
    """Names of the live secrets of a place in a view, sorted."""
    return [entry.name for entry in view.entries(place.profile.uid) if entry.state == LIVE]


def names(vault: Vault, place: Place) -> list[str]:
    """Names of the live secrets of a place, sorted: one reading of the directory, no more."""
    with vault.read() as view:
        return live_names(view, place)


def rows(vault: Vault, place: Place, wanted: Iterable[str] | None = None) -> list[Listed]:
    """Rows of these names (all live ones by default), by name."""
    profile = place.profile.uid
    with vault.read() as view:
        asked = live_names(view, place) if wanted is None else wanted
        found = [s for s in view.secrets(profile, asked).values() if s.state == LIVE]
        uids = [secret.uid for secret in found]
        bases = {target.name: view.bases(target.uid, uids) for target in view.targets(profile)}
    return [
        Listed(
            secret,
            place.profile.name,
            len(secret.links),
            {target: of[secret.uid] for target, of in bases.items() if secret.uid in of},
        )
        for secret in sorted(found, key=lambda secret: secret.name)
    ]


def find_in(view: View, place: Place, name: str) -> Secret:
    """The live secret of that exact name in a view, or `NotFound` (7) with what to do."""
    secret = view.secret(place.profile.uid, name)
    if secret is not None and secret.state == LIVE:
        return secret
    what = f"{place.label} has no {clean(name)}."
    if secret is not None and secret.state == TRASH:
        raise NotFound(what, todo=f"It lies in the trash: keydeck trash restore {clean(name)}.")
    raise NotFound(what, todo=did_you_mean(name, live_names(view, place)))


def find(vault: Vault, place: Place, name: str) -> Secret:
    """The secret of that exact name, live; `NotFound` (7) with near matches otherwise."""
    with vault.read() as view:
        return find_in(view, place, name)


def lookup(vault: Vault, place: Place, name: str) -> tuple[Secret, str]:
    """Like `find`, falling back to the other case where that is unique; the second says so."""
    with vault.read() as view:
        return _lookup(view, place, name)


def _lookup(view: View, place: Place, name: str) -> tuple[Secret, str]:
    secret = view.secret(place.profile.uid, name)
    if secret is None:
        others = other_case(name, live_names(view, place))
        if len(others) == 1:
            note = f"{clean(name)} is not there; reading {others[0]}."
            return find_in(view, place, others[0]), note
    return find_in(view, place, name), ""


def refuse_sealed(secret: Secret, what: str) -> None:
    """`Refused` (4) where a sealed secret's value would leave keydeck in the clear."""
    if secret.sealed:
        raise Refused(
            f"{secret.name} is sealed: it can't be {what}, only replaced, injected and synced.",
            kept="Nothing was shown.",
            todo="Set a known-good value if you need to know it.",
        )


def get(vault: Vault, place: Place, name: str, number: int | None = None) -> SecretValue:
    """The value (of a version). `Refused` (4) where the secret is sealed."""
    with vault.read() as view:
        secret = find_in(view, place, name)
        refuse_sealed(secret, "shown")
        return view.value(place.profile.uid, secret, number)


def read(vault: Vault, place: Place, name: str) -> tuple[str, SecretValue, str]:
    """Name as it stands, value, and a note where the other case was read, in one reading."""
    with vault.read() as view:
        secret, note = _lookup(view, place, name)
        refuse_sealed(secret, "shown")
        return secret.name, view.value(place.profile.uid, secret), note


def set_value(
    vault: Vault,
    places: Sequence[Place],
    name: str,
    value: SecretValue,
    *,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    sealed: bool | None = None,
    new: bool = False,
    allow_empty: bool = False,
    origin: str = "set",
    expected: int | None = None,
) -> list[Secret]:
    """Set a value in one or more profiles of a tenant, in one transaction.

    `expected` is the version an edit began on (0: the name was free): `Stale` (4) if it has
    moved on. `Invalid` (11) for names, values, or a name that is there in another case
    (unless `new`).
    """
    check_value(value, allow_empty=allow_empty)
    meta = _meta(description, tags, sealed)
    labels = ",".join(place.profile.name for place in places)
    with vault.write(origin, places[0].tenant.name, labels, [name]) as change:
        made = []
        for place in places:
            if not new:
                _refuse_twins(change, place, [name])
            made.append(_set_one(change, place, name, value, meta, origin, expected))
        return made


def set_many(
    vault: Vault,
    place: Place,
    values: Mapping[str, SecretValue],
    *,
    origin: str = "set",
    new: bool = False,
    allow_empty: bool = False,
) -> list[Secret]:
    """Set many in one transaction; all or none."""
    for value in values.values():
        check_value(value, allow_empty=allow_empty)
    with vault.write(origin, place.tenant.name, place.profile.name, list(values)) as change:
        if not new:
            _refuse_twins(change, place, values)
        return [_set_one(change, place, name, value, {}, origin) for name, value in values.items()]


def _set_one(
    change: Change,
    place: Place,
    name: str,
    value: SecretValue,
    meta: Mapping[str, Any],
    origin: str,
    expected: int | None = None,
) -> Secret:
    before = change.secret(place.profile.uid, name)
    live = before is not None and before.state == LIVE
    if expected is not None:
        require_version(place, name, before if live else None, expected)
    if before is None:
        check_name(name, place.tenant.rule)
    if before is not None and before.sealed and meta.get("sealed") is False:
        raise _unsealing(name)
    return change.set_value(place.profile.uid, name, value, origin=origin, **meta)


def require_version(place: Place, name: str, secret: Secret | None, expected: int) -> None:
    """`Stale` (4) where a secret is not at the version that was read (0: it was not there)."""
    version = secret.version if secret else 0
    if version != expected:
        now = f"is at version {version} now" if version else "was deleted meanwhile"
        raise Stale(
            f"{clean(name)} in {place.label} {now}; this began on version {expected}."
            if expected
            else f"{clean(name)} was made in {place.label} meanwhile.",
            kept="Nothing was overwritten.",
            todo="Look at what is there, then try again.",
        )


def _refuse_twins(change: Change, place: Place, wanted: Iterable[str]) -> None:
    """`Invalid` (11) for a new name that differs from another one in case only.

    The directory, which grows with the profile, is read only where a name may be new.
    """
    asked = list(dict.fromkeys(wanted))
    if len(asked) <= FEW:
        there = change.secrets(place.profile.uid, asked)
        asked = [name for name in asked if name not in there or there[name].state != LIVE]
    if not asked:
        return
    live = live_names(change, place)
    held = set(live)
    known = {name.lower(): name for name in live}
    for name in asked:
        if name in held:
            continue
        twin = known.setdefault(name.lower(), name)
        if twin != name:
            raise Invalid(
                f"{place.label} has {clean(twin)}, which differs from {clean(name)} in case only.",
                kept="Nothing was changed.",
                todo=f"Write {clean(twin)} if that one is meant; --new makes {clean(name)} too.",
            )


def _unsealing(name: str) -> Refused:
    return Refused(
        f"{name} is sealed, and a seal is never taken off.",
        kept="Nothing was changed.",
        todo="Use another name; or delete it, empty the trash, and set it anew.",
    )


def _meta(
    description: str | None, tags: Sequence[str] | None, sealed: bool | None
) -> dict[str, Any]:
    given = {
        "description": description,
        "tags": None if tags is None else tuple(tags),
        "sealed": sealed,
    }
    return {field: value for field, value in given.items() if value is not None}


def edit(
    vault: Vault,
    place: Place,
    name: str,
    *,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    sealed: bool | None = None,
) -> Secret:
    """Change description, tags, sealed; the value and its age stay. Unsealing is `Refused`."""
    with vault.write("edit", place.tenant.name, place.profile.name, [name]) as change:
        secret = find_in(change, place, name)
        if secret.sealed and sealed is False:
            raise _unsealing(name)
        meta = _meta(description, tags, sealed)
        return change.edit(place.profile.uid, name, **meta) if meta else secret


def delete(vault: Vault, place: Place, wanted: Sequence[str]) -> list[Secret]:
    """Move secrets to the trash, all or none; dependants are the caller's question."""
    with vault.write("delete", place.tenant.name, place.profile.name, wanted) as change:
        gone = [find_in(change, place, name) for name in dict.fromkeys(wanted)]
        for secret in gone:
            change.trash_secret(place.profile.uid, secret.name)
    return gone


def require_confirmed(place: Place, confirm: str, doing: str) -> None:
    """`Refused` (4) where a protected profile's name was not typed (`--confirm PROFILE`)."""
    if place.profile.protected and confirm != place.profile.name:
        raise Refused(
            f"{place.label} is protected, and {doing} needs its name.",
            kept="Nothing was changed.",
            todo=f"--confirm {place.profile.name} says that it is meant.",
        )
