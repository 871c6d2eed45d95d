"""Writing, the lower half: the overlay of changed records, tenants, profiles, directories."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from keydeck.domain.errors import Invalid, NotFound, Refused
from keydeck.domain.model import Entry, Profile, Tenant, Uid
from keydeck.domain.safetext import clean
from keydeck.vault import connections, records
from keydeck.vault.constants import PAGE_ROWS, UID
from keydeck.vault.encoding import to_base64
from keydeck.vault.protocol import Fields, Key, Put, Record, Store
from keydeck.vault.records import VAULT, page_key, profile_key, secret_key
from keydeck.vault.views import Cache, View


class Hierarchy(View):
    """A view with changes laid over it, and the verbs for tenants and profiles."""

    def __init__(self, store: Store, cache: Cache) -> None:
        super().__init__(store, cache)
        self._puts: dict[Key, Fields | None] = {}
        self._names: dict[str, None] = {}
        self._versions: list[int] = []
        self._noted = False
        self.destroys = False

    # The overlay

    def _read(self, keys: Sequence[Key]) -> list[Record | None]:
        """Like a view's, with what this change wrote in front; that has no seal yet (b"")."""
        rest = [key for key in keys if key not in self._puts]
        stored = dict(zip(rest, super()._read(rest) if rest else [], strict=True))
        return [self._laid(key) if key in self._puts else stored[key] for key in keys]

    def _laid(self, key: Key) -> Record | None:
        fields = self._puts[key]
        return None if fields is None else Record(fields, b"")

    def _many(self, keys: Sequence[Key]) -> list[Fields | None]:
        rest = [key for key in keys if key not in self._puts]
        stored = dict(zip(rest, super()._many(rest) if rest else [], strict=True))
        return [self._puts[key] if key in self._puts else stored[key] for key in keys]

    def _put(self, key: Key, fields: Fields | None) -> None:
        self._puts[key] = fields

    def _remove(self, key: Key) -> None:
        """Remove a record that may not be there."""
        if self._read([key])[0] is not None:
            self._put(key, None)

    def _touched(self, name: str, version: int | None = None) -> None:
        self._names.setdefault(name)
        if version is not None:
            self._versions.append(version)

    def name(self, names: Collection[str]) -> None:
        """Names for the audit row that a caller knows beforehand."""
        for each in names:
            self._names.setdefault(each)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not self._puts and not self._noted

    def outcome(self) -> tuple[list[Put], tuple[str, ...], tuple[int, ...]]:
        """What to commit: the records, the names and versions for the audit."""
        puts = [Put(key, fields) for key, fields in self._puts.items()]
        return puts, tuple(self._names), tuple(self._versions)

    def put_settings(self, changes: Mapping[str, str | None]) -> None:
        """Change settings of the vault; None removes one."""
        after = {**self.settings(), **changes}
        kept = {name: value for name, value in after.items() if value is not None}
        self._put(VAULT, {**self._must(VAULT), "settings": kept})

    # Tenants and profiles

    def put_tenant(self, tenant: Tenant) -> None:
        """Add a tenant or replace it by uid (its `profiles` are kept as they are).

        `Invalid` (11) where the name is taken, or `shared` is no profile of it.
        """
        others = [each for each in self.tenants() if each.uid != tenant.uid]
        _refuse_taken("tenant", tenant.name, [each.name for each in others])
        known = [each for each in self.tenants() if each.uid == tenant.uid]
        profiles = known[0].profiles if known else ()
        if tenant.shared is not None and all(each.uid != tenant.shared for each in profiles):
            raise Invalid("The shared profile is none of this tenant's.", kept=_KEPT)
        self._put_tenants([*others, tenant._replace(profiles=profiles)])

    def _put_tenants(self, tenants: Sequence[Tenant]) -> None:
        rows = [records.from_tenant(tenant) for tenant in tenants]
        self._put(VAULT, {**self._must(VAULT), "tenants": rows})

    def _tenant(self, uid: Uid) -> Tenant:
        for tenant in self.tenants():
            if tenant.uid == uid:
                return tenant
        raise NotFound("This tenant is not there any more.", todo="Look at the list again.")

    def put_profile(self, tenant: Uid, profile_uid: Uid | None, **changes: object) -> Uid:
        """Add a profile (uid None; needs `name`) or change its name, protected, extends.

        `Invalid` (11) where the name is taken, or `extends` leads elsewhere or round in a
        circle; `NotFound` (7).
        """
        home = self._tenant(tenant)
        if profile_uid is None:
            before = Profile(os.urandom(UID), "")
            self._put(profile_key(before.uid), {"k": 0, "trash": [], "targets": [], "settings": {}})
            self._put(page_key(before.uid, 0), {"rows": []})
        else:
            before = _profile_in(home, profile_uid)
        unknown = changes.keys() - {"name", "protected", "extends"}
        if unknown:
            raise TypeError(f"no such field of a profile: {', '.join(sorted(unknown))}")
        after = before._replace(**changes)  # type: ignore[arg-type]
        others = [each for each in home.profiles if each.uid != after.uid]
        if not after.name:
            raise TypeError("a new profile needs a name")
        _refuse_taken("profile", after.name, [each.name for each in others])
        _check_chain(after, others)
        self._put_tenants(
            [
                *(each for each in self.tenants() if each.uid != tenant),
                home._replace(profiles=(*others, after)),
            ]
        )
        return after.uid

    def remove_tenant(self, tenant: Uid) -> None:
        """Remove a tenant with all its profiles and their records."""
        home = self._tenant(tenant)
        for profile in home.profiles:
            self._remove_records(profile.uid)
        self._put_tenants([each for each in self.tenants() if each.uid != tenant])

    def remove_profile(self, tenant: Uid, profile: Uid) -> None:
        """Remove a profile with all its records; `Refused` (4) while another extends it."""
        home = self._tenant(tenant)
        gone = _profile_in(home, profile)
        heirs = [each.name for each in home.profiles if each.extends == profile]
        if heirs or home.shared == profile:
            who = ", ".join(map(clean, heirs)) if heirs else "the whole tenant"
            raise Refused(
                f"{clean(gone.name)} is extended by {who}.",
                kept=_KEPT,
                todo="Let go of it first: keydeck profile extend.",
            )
        self._remove_records(profile)
        rest = tuple(each for each in home.profiles if each.uid != profile)
        others = [each for each in self.tenants() if each.uid != tenant]
        self._put_tenants([*others, home._replace(profiles=rest)])

    def _remove_records(self, profile: Uid) -> None:
        """Remove everything that is sealed with a profile's keys."""
        self.destroys = True
        entries = self.entries(profile)
        keys = [secret_key(profile, entry.name) for entry in entries]
        for key, fields in zip(keys, self._many(keys), strict=True):
            if fields is not None:
                for row in fields["versions"]:
                    self._put(records.version_key(profile, records.uid_of(fields), row[0]), None)
            self._put(key, None)
        for target in self.targets(profile):
            for entry in entries:
                self._remove(connections.base_key(profile, target.uid, entry.uid))
        for number in range(1 << records.page_bits(self._profile(profile))):
            self._put(page_key(profile, number), None)
        self._put(profile_key(profile), None)

    # Directories

    def _list(self, profile: Uid, entry: Entry) -> None:
        """Put a row on its directory page; where the page overflows, the directory is split."""
        number = self._pages_of(profile, [entry.name])[0]
        rows = [row for row in self._page(profile, number) if row[0] != entry.name]
        rows.append([entry.name, to_base64(entry.uid), entry.state, entry.description])
        rows.sort()
        if len(rows) <= PAGE_ROWS:
            self._put(page_key(profile, number), {"rows": rows})
        else:
            self._split(profile, number, rows)

    def _page(self, profile: Uid, number: int) -> list[list[Any]]:
        rows: list[list[Any]] = self._must(page_key(profile, number))["rows"]
        return rows

    def _split(self, profile: Uid, number: int, overflowing: list[list[Any]]) -> None:
        """Double the number of pages until none overflows (all 2^k exist)."""
        own = self._profile(profile)
        bits = records.page_bits(own)
        self._many([page_key(profile, each) for each in range(1 << bits)])
        rows = list(overflowing)
        for each in range(1 << bits):
            if each != number:
                rows += self._page(profile, each)
        while True:
            bits += 1
            pages: list[list[list[Any]]] = [[] for _ in range(1 << bits)]
            places = self._pages_of(profile, [row[0] for row in rows], bits)
            for row, place in zip(rows, places, strict=True):
                pages[place].append(row)
            if max(map(len, pages)) <= PAGE_ROWS:
                break
        for each, page in enumerate(pages):
            self._put(page_key(profile, each), {"rows": sorted(page)})
        self._put(profile_key(profile), {**own, "k": bits})


_KEPT = "Nothing was changed."


def _profile_in(tenant: Tenant, uid: Uid) -> Profile:
    for profile in tenant.profiles:
        if profile.uid == uid:
            return profile
    raise NotFound("This profile is not there any more.", todo="Look at the list again.")


def _refuse_taken(what: str, name: str, others: Sequence[str]) -> None:
    if name in others:
        raise Invalid(f"There is a {what} {clean(name)} already.", kept=_KEPT)


def _check_chain(profile: Profile, others: Sequence[Profile]) -> None:
    """`Invalid` unless what a profile extends is of its tenant and leads to an end."""
    by_uid = {each.uid: each for each in others}
    above = profile.extends
    while above is not None:
        if above == profile.uid:
            raise Invalid(f"{clean(profile.name)} would extend itself.", kept=_KEPT)
        if above not in by_uid:
            raise Invalid("A profile extends only one of its own tenant.", kept=_KEPT)
        above = by_uid.pop(above).extends
