"""What the records say of one another: whether all that is listed is there and fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keydeck.domain.errors import Damaged
from keydeck.domain.model import GONE, LIVE, TRASH, Entry, Profile, Target, Tenant, Uid
from keydeck.domain.safetext import clean
from keydeck.vault import connections, records
from keydeck.vault.encoding import from_base64, to_base64
from keydeck.vault.protocol import Fields, Key
from keydeck.vault.records import FINGERPRINT, VAULT, page_key, profile_key, secret_key

Get = Callable[[Key, str], tuple[Fields, bytes] | None]
Tell = Callable[[str, str], None]


class Meaning:
    """One walk from the vault record down; `complete` says whether it saw every list."""

    def __init__(self, get: Get, tell: Tell, id_of: Callable[[Key], bytes]) -> None:
        self._get = get
        self._tell = tell
        self._id_of = id_of
        self._consumers: set[Uid] = set()
        self._remotes: set[Uid] = set()
        self.complete = False

    def run(self) -> None:
        """Walk; findings go to `tell`."""
        self._must(Key("slots"), "the list of ways to unlock")
        own = self._must(FINGERPRINT, "the fingerprint key")
        if own and len(from_base64(own.get("key"))) != 32:
            self._tell("It is no key.", "the fingerprint key")
        root = self._must(VAULT, "the list of tenants")
        if not root:
            return
        every = True
        self._remotes = set(records.uids(root, "remotes"))
        self._consumers = set(records.uids(root, "consumers"))
        for uid in self._remotes:
            self._must(connections.remote_key(uid), "a remote")
        for uid in self._consumers:
            self._must(connections.consumer_key(uid), "a consumer")
        for tenant in records.to_tenants(root):
            every = self._tenant(tenant) and every
        self.complete = every

    def _must(self, key: Key, where: str) -> Fields:
        """A record that has to be there; {} and a finding where it is not."""
        found = self._get(key, where)
        if found is None:
            self._tell("It is missing.", where)
            return {}
        return found[0]

    def _tenant(self, tenant: Tenant) -> bool:
        """Whether every list of the tenant could be read."""
        every = True
        uids = {profile.uid for profile in tenant.profiles}
        if tenant.shared is not None and tenant.shared not in uids:
            self._tell("Its shared profile is none of its own.", clean(tenant.name))
        for profile in tenant.profiles:
            where = clean(f"{tenant.name}/{profile.name}")
            if profile.extends is not None and profile.extends not in uids:
                self._tell("It extends a profile that is not there.", where)
            try:
                every = self._profile(profile, where) and every
            except Damaged as error:
                self._tell(error.what, where)
                every = False
        return every

    def _profile(self, profile: Profile, where: str) -> bool:
        own = self._must(profile_key(profile.uid), where)
        if not own:
            return False
        every = True
        targets = connections.to_targets(own)
        for target in targets:
            if target.remote not in self._remotes:
                self._tell(f"The target {clean(target.name)} lies on no remote.", where)
        trashed = {row.name: row.uid for row in records.to_trash(own)}
        seen: set[str] = set()
        bits = records.page_bits(own)
        for number in range(1 << bits):
            page = self._must(page_key(profile.uid, number), f"{where}, page {number}")
            if not page:
                every = False
                continue
            for entry in records.to_entries(page):
                self._place(profile, entry, number, bits, where)
                if entry.name in seen:
                    self._tell("It is listed twice.", clean(f"{where} {entry.name}"))
                seen.add(entry.name)
                self._secret(profile, entry, trashed.pop(entry.name, None), where)
                self._bases(profile, entry, targets)
        for name in trashed:
            self._tell("It is in the trash, and in no list.", clean(f"{where} {name}"))
        return every

    def _place(self, profile: Profile, entry: Entry, number: int, bits: int, where: str) -> None:
        identifier = self._id_of(secret_key(profile.uid, entry.name))
        if int.from_bytes(identifier[:4], "big") >> (32 - bits) != number:
            self._tell("It stands on the wrong page.", clean(f"{where} {entry.name}"))

    def _secret(self, profile: Profile, entry: Entry, trashed: Uid | None, where: str) -> None:
        where = clean(f"{where} {entry.name}")
        fields = self._must(secret_key(profile.uid, entry.name), where)
        if not fields:
            return
        try:
            secret = records.to_secret(entry.name, fields)
        except Damaged as error:
            self._tell(error.what, where)
            return
        listed = Entry(secret.name, secret.uid, secret.state, secret.description)
        if listed != entry:
            self._tell("The list says something else of it than its record.", where)
        if (secret.state == TRASH) != (trashed == secret.uid):
            self._tell("The trash and its record don't fit together.", where)
        numbers = {version.number for version in secret.versions}
        if secret.state not in (LIVE, TRASH, GONE):
            self._tell("Its state is none that is known.", where)
        if secret.state != GONE and secret.version not in numbers:
            self._tell("Its current version is missing.", where)
        if not self._consumers.issuperset(secret.links):
            self._tell("It is linked to a consumer that is not there.", where)
        for row in fields["versions"]:
            self._version(profile, secret.uid, row, f"{where} version {row[0]}")

    def _version(self, profile: Profile, uid: Uid, row: list[Any], where: str) -> None:
        found = self._get(records.version_key(profile.uid, uid, row[0]), where)
        if found is None:
            self._tell("It is missing.", where)
            return
        fields, seal = found
        if not fields:
            return
        if row[1] != to_base64(seal):
            self._tell("It is not the one that its secret names.", where)
        try:
            records.to_value(fields)
        except Damaged as error:
            self._tell(error.what, where)

    def _bases(self, profile: Profile, entry: Entry, targets: list[Target]) -> None:
        for target in targets:
            where = clean(f"what sync remembers of {entry.name} at {target.name}")
            found = self._get(connections.base_key(profile.uid, target.uid, entry.uid), where)
            if found is not None and found[0]:
                try:
                    connections.to_base(found[0])
                except Damaged as error:
                    self._tell(error.what, where)
