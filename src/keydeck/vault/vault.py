"""The vault as the verbs use it: typed views and changes above the record store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

from keydeck.domain.model import (
    AuditRow,
    Base,
    Consumer,
    Entry,
    Remote,
    Secret,
    Target,
    Tenant,
    Trashed,
    Uid,
)
from keydeck.domain.secret import SecretValue
from keydeck.vault.protocol import Status, Store


class View:
    """A consistent, verified look at the vault: one generation. Made by `Vault.read()`."""

    generation: int

    def tenants(self) -> tuple[Tenant, ...]:
        """All tenants with their profiles, by name."""
        raise NotImplementedError

    def settings(self) -> Mapping[str, str]:
        """The vault's own settings (the default place, …); part of the vault() record."""
        raise NotImplementedError

    def entries(self, profile: Uid) -> list[Entry]:
        """The directory of a profile: every name in any state (live, trash, gone), by name."""
        raise NotImplementedError

    def secret(self, profile: Uid, name: str) -> Secret | None:
        """One secret (live or in the trash), None where there is none of that exact name."""
        raise NotImplementedError

    def secrets(self, profile: Uid, names: Iterable[str]) -> dict[str, Secret]:
        """Many secrets at once (rows in view): those that exist, by name."""
        raise NotImplementedError

    def value(self, profile: Uid, secret: Secret, number: int | None = None) -> SecretValue:
        """The value of a version (the current one by default), checked against the secret."""
        raise NotImplementedError

    def values(self, profile: Uid, secrets: Sequence[Secret]) -> list[SecretValue]:
        """Current values of many secrets, in their order."""
        raise NotImplementedError

    def trash(self, profile: Uid) -> list[Trashed]:
        """What was deleted in a profile and can come back, newest first."""
        raise NotImplementedError

    def targets(self, profile: Uid) -> list[Target]:
        """The profile's targets, by name."""
        raise NotImplementedError

    def remotes(self) -> list[Remote]:
        """All remotes, by name."""
        raise NotImplementedError

    def consumers(self) -> list[Consumer]:
        """All declared consumers, by label."""
        raise NotImplementedError

    def bases(self, target: Uid, secrets: Iterable[Uid]) -> dict[Uid, Base]:
        """What is remembered of these secrets at a target; absent ones are left out."""
        raise NotImplementedError

    def fingerprint(self, value: SecretValue) -> bytes:
        """HMAC-SHA-256 of a value under the vault's fingerprint key (32 bytes)."""
        raise NotImplementedError


class Change(View):
    """A view one can also write to; everything is committed together when its block ends."""

    def put_settings(self, changes: Mapping[str, str | None]) -> None:
        """Change settings of the vault; None removes one."""
        raise NotImplementedError

    def put_tenant(self, tenant: Tenant) -> None:
        """Add a tenant or replace it by uid (its `profiles` are kept as they are)."""
        raise NotImplementedError

    def put_profile(self, tenant: Uid, profile_uid: Uid | None, **changes: object) -> Uid:
        """Add a profile (uid None; needs `name`) or change its name, protected, extends."""
        raise NotImplementedError

    def remove_tenant(self, tenant: Uid) -> None:
        """Remove a tenant with all its profiles and their records."""
        raise NotImplementedError

    def remove_profile(self, tenant: Uid, profile: Uid) -> None:
        """Remove a profile with all its records."""
        raise NotImplementedError

    def set_value(
        self, profile: Uid, name: str, value: SecretValue, *, origin: str = "set", **meta: object
    ) -> Secret:
        """A new current version (a new secret, or the next version; out of the trash if there).

        `meta` may hold description, tags, sealed, due_at. The version before is kept.
        """
        raise NotImplementedError

    def edit(self, profile: Uid, name: str, **meta: object) -> Secret:
        """Change description, tags, sealed, due_at or links; the value is not touched."""
        raise NotImplementedError

    def trash_secret(self, profile: Uid, name: str) -> Trashed:
        """Move a secret to the trash; its versions stay."""
        raise NotImplementedError

    def restore_secret(self, profile: Uid, name: str) -> Secret:
        """Take a secret back out of the trash as it was."""
        raise NotImplementedError

    def destroy_secret(self, profile: Uid, name: str) -> int:
        """Remove a trashed secret with all versions (state `gone`); how many versions."""
        raise NotImplementedError

    def put_remote(self, remote: Remote) -> None:
        """Add a remote or replace it by uid."""
        raise NotImplementedError

    def remove_remote(self, remote: Uid) -> None:
        """Remove a remote."""
        raise NotImplementedError

    def put_target(self, profile: Uid, target: Target) -> None:
        """Add a target to a profile or replace it by uid."""
        raise NotImplementedError

    def remove_target(self, profile: Uid, target: Uid) -> None:
        """Remove a target and its bases."""
        raise NotImplementedError

    def put_consumer(self, consumer: Consumer) -> None:
        """Add a consumer or replace it by uid."""
        raise NotImplementedError

    def remove_consumer(self, consumer: Uid) -> None:
        """Remove a consumer; the links to it must be gone."""
        raise NotImplementedError

    def put_bases(self, target: Uid, bases: Mapping[Uid, Base | None]) -> None:
        """Remember (or with None forget) what was agreed on at a target."""
        raise NotImplementedError

    def note(self, names: Collection[str] = (), versions: Collection[int] = ()) -> None:
        """Say more in this commit's audit row."""
        raise NotImplementedError


class Vault:
    """An unlocked vault."""

    path: str

    def __init__(self, store: Store, path: str) -> None:
        self.store = store
        self.path = path

    def status(self) -> Status:
        """Id, generation, scope and slot."""
        return self.store.status()

    def read(self) -> AbstractContextManager[View]:
        """A consistent view of one generation; short: no prompt, network call or await inside."""
        raise NotImplementedError

    def write(
        self, action: str, tenant: str = "", profile: str = "", names: Collection[str] = ()
    ) -> AbstractContextManager[Change]:
        """The one way to change the vault: commits when the block ends, nothing on an error."""
        raise NotImplementedError

    def audit(self, since: int = 0) -> list[AuditRow]:
        """Committed changes with a number above `since`, oldest first, verified."""
        raise NotImplementedError

    def close(self) -> None:
        """Lock: forget the keys."""
        self.store.close()
