"""What keydeck keeps: tenants, profiles, secrets, versions, remotes, targets, consumers.

Plain values without behaviour. NamedTuple rather than dataclass: importing `dataclasses`
costs as much as half of a bare interpreter's start. Times are Unix milliseconds in UTC,
uids are 16 random bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

from keydeck.domain.record import NamedTuple
from keydeck.domain.secret import SecretValue

Uid = bytes

LIVE = "live"
TRASH = "trash"
GONE = "gone"  # purged: the name and uid stay, so that bases outlive the secret

CURRENT = "current"
KEPT = "kept"
PENDING = "pending"


class Profile(NamedTuple):
    """An environment of a tenant: the secrets of one deployment."""

    uid: Uid
    name: str
    protected: bool = False
    extends: Uid | None = None


class Tenant(NamedTuple):
    """An isolated customer, project or account with its profiles, by name."""

    uid: Uid
    name: str
    profiles: tuple[Profile, ...] = ()
    rule: str = "any"
    shared: Uid | None = None


class Place(NamedTuple):
    """A tenant and a profile, and what named them (`-p`, `KEYDECK_PROFILE`, …)."""

    tenant: Tenant
    profile: Profile
    source: str = ""

    @property
    def label(self) -> str:
        """`acme/production`."""
        return f"{self.tenant.name}/{self.profile.name}"


class VersionInfo(NamedTuple):
    """One version of a secret, without its value."""

    number: int
    created_at: int
    by: str
    state: str = KEPT
    origin: str = "set"  # set, import, rotate, rollback, pull, generate


class Secret(NamedTuple):
    """A secret without its value."""

    uid: Uid
    name: str
    state: str
    hint: str
    description: str
    tags: tuple[str, ...]
    sealed: bool
    created_at: int
    value_changed_at: int
    version: int
    versions: tuple[VersionInfo, ...] = ()
    due_at: int | None = None
    links: tuple[Uid, ...] = ()


class Entry(NamedTuple):
    """One row of a profile's directory: what a list shows without opening the secret."""

    name: str
    uid: Uid
    state: str = LIVE
    description: str = ""


class Trashed(NamedTuple):
    """A deleted secret that can still come back."""

    name: str
    uid: Uid
    deleted_at: int
    by: str


class Remote(NamedTuple):
    """A named connection: kind, settings (address, mount, path, …), how to log in.

    `settings` holds no secret; `token` is sealed in the vault when it was given by value
    (with a token file or the environment it is None).
    """

    uid: Uid
    name: str
    kind: str
    settings: Mapping[str, str]
    token: SecretValue | None = None


class Target(NamedTuple):
    """One profile's place on a remote."""

    uid: Uid
    name: str
    remote: Uid
    settings: Mapping[str, str]


class Base(NamedTuple):
    """What is remembered of a secret at a target from the last time both agreed (sync.md).

    `fingerprint` is of the value that was sent; `version` and `created` are the answer's
    (a version alone is no identity); `at` is when, `host` from where, `local` the local
    version then.
    """

    fingerprint: bytes
    version: str
    created: str
    at: int
    host: str
    local: int


class Consumer(NamedTuple):
    """Something that uses secrets, declared by hand: `agent:support`."""

    uid: Uid
    kind: str
    name: str

    @property
    def label(self) -> str:
        """`agent:support`."""
        return f"{self.kind}:{self.name}"


CONSUMER_KINDS = (
    "skill",
    "agent",
    "tool",
    "connector",
    "connection",
    "header",
    "action",
    "service",
    "ci",
)


class AuditRow(NamedTuple):
    """One committed change: who, what, when; never a value."""

    number: int
    at: int
    action: str
    user: str
    host: str
    slot: str
    scope: str
    tenant: str
    profile: str
    names: tuple[str, ...]
    versions: tuple[int, ...]
