"""What each kind of record holds: between the fields of a payload and the domain's values.

Field lists (docs/vault-format.md has the whole of it): a version in a secret is
[number, seal hash, at, by, origin, state]; a row of a directory page is
[name, uid, state, description]; a row of a profile's trash is [name, uid, at, by].
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from keydeck.domain.errors import Damaged
from keydeck.domain.model import (
    CURRENT,
    PENDING,
    AuditRow,
    Entry,
    Profile,
    Secret,
    Tenant,
    Trashed,
    Uid,
    VersionInfo,
)
from keydeck.domain.secret import SecretValue
from keydeck.vault.encoding import from_base64, to_base64
from keydeck.vault.protocol import Fields, Key

VAULT: Final = Key("vault")
FINGERPRINT: Final = Key("fingerprint")
CACHED: Final = frozenset(
    ("vault", "slots", "fingerprint", "remote", "consumer", "profile", "page")
)
"""Kinds whose decoded records are kept while the generation stands."""

_Result = TypeVar("_Result")


def parsed(parse: Callable[..., _Result]) -> Callable[..., _Result]:
    """`Damaged` where an authentic record has not the shape of its kind."""

    @wraps(parse)
    def checked(*arguments: Any) -> _Result:
        try:
            return parse(*arguments)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise Damaged("A record of the vault lacks what its kind must have.") from None

    return checked


def profile_key(profile: Uid) -> Key:
    """A profile's own record."""
    return Key("profile", profile, (profile,))


def page_key(profile: Uid, number: int) -> Key:
    """A page of a profile's directory."""
    return Key("page", profile, (profile, number))


def secret_key(profile: Uid, name: str) -> Key:
    """A secret."""
    return Key("secret", profile, (profile, name))


def version_key(profile: Uid, uid: Uid, number: int) -> Key:
    """A version of a secret: the value."""
    return Key("version", profile, (uid, number))


@parsed
def to_settings(fields: Fields) -> dict[str, str]:
    """The vault's own settings."""
    return {str(name): str(value) for name, value in fields.get("settings", {}).items()}


@parsed
def to_tenants(fields: Fields) -> tuple[Tenant, ...]:
    """The tenants of the vault record, each with its profiles, by name."""
    found = [
        Tenant(
            from_base64(tenant["uid"]),
            tenant["name"],
            tuple(sorted(map(_to_profile, tenant["profiles"]), key=lambda each: each.name)),
            tenant.get("rule", "any"),
            _optional_uid(tenant.get("shared")),
        )
        for tenant in fields["tenants"]
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def _to_profile(fields: Fields) -> Profile:
    return Profile(
        from_base64(fields["uid"]),
        fields["name"],
        bool(fields.get("protected", False)),
        _optional_uid(fields.get("extends")),
    )


def _optional_uid(text: str | None) -> Uid | None:
    return from_base64(text) if text else None


def from_profile(profile: Profile) -> dict[str, Any]:
    """A profile as the vault record holds it."""
    return {
        "uid": to_base64(profile.uid),
        "name": profile.name,
        "protected": profile.protected,
        "extends": to_base64(profile.extends) if profile.extends else None,
    }


def from_tenant(tenant: Tenant) -> dict[str, Any]:
    """A tenant as the vault record holds it."""
    return {
        "uid": to_base64(tenant.uid),
        "name": tenant.name,
        "rule": tenant.rule,
        "shared": to_base64(tenant.shared) if tenant.shared else None,
        "profiles": [from_profile(profile) for profile in tenant.profiles],
    }


@parsed
def uids(fields: Fields, member: str) -> list[Uid]:
    """The uids that the vault record lists (`remotes`, `consumers`)."""
    return [from_base64(text) for text in fields[member]]


@parsed
def slot_entries(fields: Fields) -> dict[str, tuple[str, str, int]]:
    """What slots() says of each slot: id in base64 → label, scope, when it was made."""
    return {
        entry["id"]: (str(entry["label"]), str(entry["scope"]), int(entry["created_at"]))
        for entry in fields["slots"]
    }


@parsed
def uid_of(fields: Fields) -> Uid:
    """A secret's uid."""
    return from_base64(fields["uid"])


@parsed
def to_entries(fields: Fields) -> list[Entry]:
    """The rows of a directory page."""
    return [
        Entry(name, from_base64(uid), state, description)
        for name, uid, state, description in fields["rows"]
    ]


@parsed
def page_names(fields: Fields) -> list[str]:
    """The names on a directory page."""
    return [row[0] for row in fields["rows"]]


@parsed
def page_bits(fields: Fields) -> int:
    """k of a profile whose directory has 2^k pages."""
    bits = fields["k"]
    if type(bits) is not int or not 0 <= bits <= 16:
        raise ValueError
    return int(bits)


@parsed
def to_trash(fields: Fields) -> list[Trashed]:
    """A profile's trash, newest first."""
    rows = [Trashed(name, from_base64(uid), at, by) for name, uid, at, by in fields["trash"]]
    return sorted(rows, key=lambda row: -row.deleted_at)


@parsed
def to_secret(name: str, fields: Fields) -> Secret:
    """A secret without its value."""
    current = fields["current"]
    return Secret(
        uid=from_base64(fields["uid"]),
        name=name,
        state=fields["state"],
        hint=fields["hint"],
        description=fields["description"],
        tags=tuple(fields["tags"]),
        sealed=bool(fields["sealed"]),
        created_at=fields["created_at"],
        value_changed_at=fields["changed_at"],
        version=current,
        versions=tuple(_to_version(row, current) for row in fields["versions"]),
        due_at=fields["due_at"],
        links=tuple(from_base64(link) for link in fields["links"]),
    )


def _to_version(row: list[Any], current: int) -> VersionInfo:
    number, _, at, by, origin, state = row
    return VersionInfo(number, at, by, CURRENT if number == current else state, origin)


def new_secret(uid: Uid, now: int) -> dict[str, Any]:
    """The fields of a secret that has no version yet."""
    return {
        "uid": to_base64(uid),
        "state": "live",
        "hint": "",
        "description": "",
        "tags": [],
        "sealed": False,
        "created_at": now,
        "changed_at": now,
        "due_at": None,
        "policy": {},
        "links": [],
        "current": 0,
        "last": 0,
        "versions": [],
    }


def kept_versions(rows: list[list[Any]], current: int, keep: int) -> list[list[Any]]:
    """The version rows that stay: current and pending ones, and the newest `keep` others."""
    past = sorted(row[0] for row in rows if row[0] != current and row[5] != PENDING)
    stay = set(past[-keep:]) | {current}
    return [row for row in rows if row[0] in stay or row[5] == PENDING]


@parsed
def seal_hash(fields: Fields, number: int) -> bytes | None:
    """SHA-256 of a version's seal as its secret names it; None where there is no such version."""
    for row in fields["versions"]:
        if row[0] == number:
            return from_base64(row[1])
    return None


@parsed
def to_value(fields: Fields) -> SecretValue:
    """The value of a version record."""
    return SecretValue(from_base64(fields["value"]))


@parsed
def to_audit(fields: Fields) -> AuditRow:
    """A row of the audit."""
    return AuditRow(
        fields["number"],
        fields["at"],
        fields["action"],
        fields["user"],
        fields["host"],
        fields["slot"],
        fields["scope"],
        fields["tenant"],
        fields["profile"],
        tuple(fields["names"]),
        tuple(fields["versions"]),
    )
