"""A typed, verified look at the vault, above the `Store` Protocol alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from keydeck.domain.errors import Damaged, NotFound, Stale
from keydeck.domain.model import (
    GONE,
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
from keydeck.domain.names import did_you_mean
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.vault import connections, records
from keydeck.vault.encoding import from_base64
from keydeck.vault.keys import Mac
from keydeck.vault.protocol import Fields, Key, Record, Store
from keydeck.vault.records import CACHED, FINGERPRINT, VAULT, page_key, profile_key, secret_key

_MANY = 64
"""From so many names on, a whole directory is cheaper than its pages one by one."""


class Cache:
    """Decoded admin records, profiles and directory pages of one generation."""

    __slots__ = ("generation", "records")

    def __init__(self, generation: int, known: dict[Key, Fields | None] | None = None) -> None:
        self.generation = generation
        self.records: dict[Key, Fields | None] = {} if known is None else known


class View:
    """A consistent, verified look at the vault: one generation. Made by `Vault.read()`."""

    def __init__(self, store: Store, cache: Cache) -> None:
        self.generation = cache.generation
        self._store = store
        self._cache = cache
        self._secrets: dict[Key, Fields | None] = {}

    # Records

    def _read(self, keys: Sequence[Key]) -> list[Record | None]:
        return self._store.read(keys, self.generation)[1]

    def _fields(self, key: Key) -> Fields | None:
        return self._many([key])[0]

    def _many(self, keys: Sequence[Key]) -> list[Fields | None]:
        """The fields of records; those of `CACHED` kinds and secrets are read once only."""
        lacking = [key for key in keys if key not in self._known(key)]
        if lacking:
            for key, record in zip(lacking, self._read(lacking), strict=True):
                self._known(key)[key] = record.fields if record else None
        return [self._known(key)[key] for key in keys]

    def _known(self, key: Key) -> dict[Key, Fields | None]:
        return self._cache.records if key.kind in CACHED else self._secrets

    def _must(self, key: Key) -> Fields:
        fields = self._fields(key)
        if fields is None:
            raise Damaged(f"A {key.kind} record of the vault is missing.")
        return fields

    def _profile(self, profile: Uid) -> Fields:
        fields = self._fields(profile_key(profile))
        if fields is None:
            raise NotFound("This profile is not there any more.", todo="Look at the list again.")
        return fields

    # The hierarchy

    def settings(self) -> Mapping[str, str]:
        """The vault's own settings (the default place, …); part of the vault() record."""
        return records.to_settings(self._must(VAULT))

    def tenants(self) -> tuple[Tenant, ...]:
        """All tenants with their profiles, by name."""
        return records.to_tenants(self._must(VAULT))

    def entries(self, profile: Uid) -> list[Entry]:
        """The directory of a profile: every name in any state (live, trash, gone), by name."""
        found: list[Entry] = []
        for page in self._pages(profile, self._all_pages(profile)):
            found += records.to_entries(page)
        found.sort()
        return found

    def _all_pages(self, profile: Uid) -> range:
        return range(1 << records.page_bits(self._profile(profile)))

    def _pages(self, profile: Uid, numbers: Iterable[int]) -> list[Fields]:
        found = self._many([page_key(profile, number) for number in numbers])
        pages = [page for page in found if page is not None]
        if len(pages) != len(found):
            raise Damaged("A page of a profile's directory is missing.")
        return pages

    def _listed(self, profile: Uid, names: Sequence[str]) -> set[str]:
        """Which of `names` the directory lists."""
        if len(names) >= _MANY:
            numbers: Iterable[int] = self._all_pages(profile)
        else:
            numbers = sorted(set(self._pages_of(profile, names)))
        pages = self._pages(profile, numbers)
        return {name for page in pages for name in records.page_names(page)}.intersection(names)

    def _pages_of(self, profile: Uid, names: Sequence[str], bits: int | None = None) -> list[int]:
        """The number of the page on which each name stands: the top k bits of its id."""
        if bits is None:
            bits = records.page_bits(self._profile(profile))
        if bits == 0:
            return [0] * len(names)
        ids = self._store.identify([secret_key(profile, name) for name in names])
        return [int.from_bytes(identifier[:4], "big") >> (32 - bits) for identifier in ids]

    # Secrets

    def secret(self, profile: Uid, name: str) -> Secret | None:
        """One secret (live or in the trash), None where there is none of that exact name."""
        return self.secrets(profile, (name,)).get(name)

    def secrets(self, profile: Uid, names: Iterable[str]) -> dict[str, Secret]:
        """Many secrets at once (rows in view): those that exist, by name.

        `Damaged` where a record and the directory don't agree on what exists.
        """
        wanted = list(dict.fromkeys(names))
        found = self._many([secret_key(profile, name) for name in wanted])
        there = {name for name, fields in zip(wanted, found, strict=True) if fields is not None}
        if wanted and self._listed(profile, wanted) != there:
            raise Damaged("A profile's directory and its secrets don't fit together.")
        secrets = [
            records.to_secret(name, fields)
            for name, fields in zip(wanted, found, strict=True)
            if fields is not None
        ]
        return {secret.name: secret for secret in secrets if secret.state != GONE}

    def _raw(self, profile: Uid, secret: Secret) -> Fields:
        """The fields of a secret that a caller holds, if it is still that one."""
        fields = self._fields(secret_key(profile, secret.name))
        if fields is None or from_base64(fields.get("uid")) != secret.uid:
            raise Stale(
                f"{clean(secret.name)} is another secret by now.",
                kept="Nothing was changed.",
                todo="Look at the list again.",
            )
        return fields

    def value(self, profile: Uid, secret: Secret, number: int | None = None) -> SecretValue:
        """The value of a version (the current one by default), checked against the secret."""
        return self._values(profile, [(secret, secret.version if number is None else number)])[0]

    def values(self, profile: Uid, secrets: Sequence[Secret]) -> list[SecretValue]:
        """Current values of many secrets, in their order."""
        return self._values(profile, [(secret, secret.version) for secret in secrets])

    def _values(self, profile: Uid, wanted: Sequence[tuple[Secret, int]]) -> list[SecretValue]:
        self._many([secret_key(profile, secret.name) for secret, _ in wanted])
        hashes = []
        for secret, number in wanted:
            expected = records.seal_hash(self._raw(profile, secret), number)
            if expected is None:
                raise NotFound(
                    f"{clean(secret.name)} has no version {number}.",
                    todo=f"keydeck history {clean(secret.name)} lists them.",
                )
            hashes.append(expected)
        keys = [records.version_key(profile, secret.uid, number) for secret, number in wanted]
        values = []
        for record, expected in zip(self._read(keys), hashes, strict=True):
            if record is None or record.seal != expected:
                raise Damaged("A version of a secret is missing or is not the one it should be.")
            values.append(records.to_value(record.fields))
        return values

    def trash(self, profile: Uid) -> list[Trashed]:
        """What was deleted in a profile and can come back, newest first."""
        return records.to_trash(self._profile(profile))

    def _no_secret(self, profile: Uid, name: str) -> NotFound:
        names = [entry.name for entry in self.entries(profile) if entry.state != GONE]
        return NotFound(f"There is no {clean(name)} here.", todo=did_you_mean(name, names))

    # Around the secrets

    def targets(self, profile: Uid) -> list[Target]:
        """The profile's targets, by name."""
        return connections.to_targets(self._profile(profile))

    def remotes(self) -> list[Remote]:
        """All remotes, by name."""
        known = records.uids(self._must(VAULT), "remotes")
        found = [
            connections.to_remote(uid, self._must(connections.remote_key(uid))) for uid in known
        ]
        return sorted(found, key=lambda remote: remote.name)

    def consumers(self) -> list[Consumer]:
        """All declared consumers, by label."""
        known = records.uids(self._must(VAULT), "consumers")
        found = [
            connections.to_consumer(uid, self._must(connections.consumer_key(uid))) for uid in known
        ]
        return sorted(found, key=lambda consumer: consumer.label)

    def bases(self, target: Uid, secrets: Iterable[Uid]) -> dict[Uid, Base]:
        """What is remembered of these secrets at a target; absent ones are left out."""
        wanted = list(secrets)
        profile = self._profile_of(target)
        found = self._read([connections.base_key(profile, target, uid) for uid in wanted])
        return {
            uid: connections.to_base(record.fields)
            for uid, record in zip(wanted, found, strict=True)
            if record is not None
        }

    def _profile_of(self, target: Uid) -> Uid:
        for tenant in self.tenants():
            for profile in tenant.profiles:
                if any(each.uid == target for each in self.targets(profile.uid)):
                    return profile.uid
        raise NotFound("This target is not there any more.", todo="Look at the list again.")

    def fingerprint(self, value: SecretValue) -> bytes:
        """HMAC-SHA-256 of a value under the vault's fingerprint key (32 bytes)."""
        key = from_base64(self._must(FINGERPRINT).get("key"))
        if len(key) != 32:
            raise Damaged("The vault's fingerprint key is no key.")
        return Mac(key).digest(value.reveal_bytes())
