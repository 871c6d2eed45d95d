"""Writing to the vault: a view whose changes are committed together."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from keydeck.domain.errors import Invalid, NotFound, Refused
from keydeck.domain.model import (
    GONE,
    LIVE,
    TRASH,
    Base,
    Consumer,
    Entry,
    Remote,
    Secret,
    Target,
    Trashed,
    Uid,
)
from keydeck.domain.names import check_name, check_value, hint
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.system.clock import now_ms
from keydeck.vault import connections, records
from keydeck.vault.author import signature
from keydeck.vault.constants import KEEP_VERSIONS, UID
from keydeck.vault.encoding import to_base64
from keydeck.vault.hierarchy import Hierarchy
from keydeck.vault.protocol import Fields
from keydeck.vault.records import VAULT, profile_key, secret_key

_META = ("description", "tags", "sealed", "due_at", "links", "policy")


class Change(Hierarchy):
    """A view one can also write to; everything is committed together when its block ends."""

    # Secrets

    def set_value(
        self, profile: Uid, name: str, value: SecretValue, *, origin: str = "set", **meta: object
    ) -> Secret:
        """A new current version (a new secret, or the next version; out of the trash if there).

        `meta` may hold description, tags, sealed, due_at. The version before is kept.
        """
        check_name(name)
        check_value(value, allow_empty=True)
        before = self._fields(secret_key(profile, name))
        now = now_ms()
        fields = {**(before or records.new_secret(os.urandom(UID), now)), **_meta(meta)}
        number = fields["last"] + 1
        row = [number, "", now, signature(), origin, "kept"]
        versions = records.kept_versions([*fields["versions"], row], number, KEEP_VERSIONS)
        for old in fields["versions"]:
            if old not in versions:
                self._put(records.version_key(profile, _uid(fields), old[0]), None)
        fields |= {
            "state": LIVE,
            "hint": hint(value),
            "changed_at": now,
            "current": number,
            "last": number,
            "versions": versions,
        }
        encoded = to_base64(value.reveal_bytes())
        self._put(
            records.version_key(profile, _uid(fields), number),
            {"value": encoded, "at": now, "by": row[3], "origin": origin},
        )
        if before is not None and before["state"] == TRASH:
            self._out_of_trash(profile, name)
        self._touched(name, number)
        return self._put_secret(profile, name, before, fields)

    def edit(self, profile: Uid, name: str, **meta: object) -> Secret:
        """Change description, tags, sealed, due_at or links; the value is not touched."""
        before = self._existing(profile, name)
        self._touched(name)
        return self._put_secret(profile, name, before, {**before, **_meta(meta)})

    def trash_secret(self, profile: Uid, name: str) -> Trashed:
        """Move a secret to the trash; its versions stay."""
        before = self._existing(profile, name)
        if before["state"] == TRASH:
            raise NotFound(
                f"{clean(name)} is in the trash already.", todo=f"keydeck purge {clean(name)}"
            )
        trashed = Trashed(name, _uid(before), now_ms(), signature())
        own = self._profile(profile)
        row = [name, before["uid"], trashed.deleted_at, trashed.by]
        self._put(profile_key(profile), {**own, "trash": [*own["trash"], row]})
        self._touched(name)
        self._put_secret(profile, name, before, {**before, "state": TRASH})
        return trashed

    def restore_secret(self, profile: Uid, name: str) -> Secret:
        """Take a secret back out of the trash as it was."""
        before = self._in_trash(profile, name)
        self._out_of_trash(profile, name)
        self._touched(name)
        return self._put_secret(profile, name, before, {**before, "state": LIVE})

    def destroy_secret(self, profile: Uid, name: str) -> int:
        """Remove a trashed secret with all versions (state `gone`); how many versions."""
        before = self._in_trash(profile, name)
        self.destroys = True
        for row in before["versions"]:
            self._put(records.version_key(profile, _uid(before), row[0]), None)
        self._out_of_trash(profile, name)
        bare = records.new_secret(_uid(before), before["created_at"])
        gone = {
            **bare,
            "state": GONE,
            "changed_at": now_ms(),
            "current": before["current"],
            "last": before["last"],
        }
        self._touched(name)
        self._put_secret(profile, name, before, gone)
        return len(before["versions"])

    def _existing(self, profile: Uid, name: str) -> Fields:
        fields = self._fields(secret_key(profile, name))
        if fields is None or fields["state"] == GONE:
            raise self._no_secret(profile, name)
        return fields

    def _in_trash(self, profile: Uid, name: str) -> Fields:
        fields = self._fields(secret_key(profile, name))
        if fields is None or fields["state"] != TRASH:
            raise NotFound(f"{clean(name)} is not in the trash.", todo="keydeck trash list")
        return fields

    def _put_secret(
        self, profile: Uid, name: str, before: Fields | None, fields: dict[str, Any]
    ) -> Secret:
        """Write a secret's record, and its directory row only where that says something new."""
        self._put(secret_key(profile, name), fields)
        if before is None or any(before[part] != fields[part] for part in ("state", "description")):
            self._list(profile, Entry(name, _uid(fields), fields["state"], fields["description"]))
        return records.to_secret(name, fields)

    def _out_of_trash(self, profile: Uid, name: str) -> None:
        own = self._profile(profile)
        rows = [row for row in own["trash"] if row[0] != name]
        self._put(profile_key(profile), {**own, "trash": rows})

    # Remotes, targets, bases

    def put_remote(self, remote: Remote) -> None:
        """Add a remote or replace it by uid; `Invalid` (11) where the name is taken."""
        _refuse_double("remote", remote, self.remotes())
        self._put(connections.remote_key(remote.uid), connections.from_remote(remote))
        self._enlist("remotes", remote.uid)

    def remove_remote(self, remote: Uid) -> None:
        """Remove a remote; `Refused` (4) while a target lies on it."""
        for tenant in self.tenants():
            for profile in tenant.profiles:
                for target in self.targets(profile.uid):
                    if target.remote == remote:
                        raise Refused(
                            f"The target {clean(target.name)} of"
                            f" {clean(tenant.name)}/{clean(profile.name)} lies on this remote.",
                            kept="Nothing was changed.",
                            todo="Remove the target first: keydeck target remove.",
                        )
        self._delist("remotes", remote)
        self._put(connections.remote_key(remote), None)

    def put_target(self, profile: Uid, target: Target) -> None:
        """Add a target to a profile or replace it by uid; `Invalid` (11): the name is taken."""
        others = [each for each in self.targets(profile) if each.uid != target.uid]
        _refuse_double("target", target, others)
        self._must(connections.remote_key(target.remote))
        self._put_targets(profile, [*others, target])

    def _put_targets(self, profile: Uid, targets: Sequence[Target]) -> None:
        rows = [connections.from_target(target) for target in targets]
        self._put(profile_key(profile), {**self._profile(profile), "targets": rows})

    def remove_target(self, profile: Uid, target: Uid) -> None:
        """Remove a target and its bases."""
        targets = self.targets(profile)
        others = [each for each in targets if each.uid != target]
        if len(others) == len(targets):
            raise NotFound("This target is not there any more.", todo="Look at the list again.")
        for entry in self.entries(profile):
            self._remove(connections.base_key(profile, target, entry.uid))
        self._put_targets(profile, others)

    def put_bases(self, target: Uid, bases: Mapping[Uid, Base | None]) -> None:
        """Remember (or with None forget) what was agreed on at a target."""
        profile = self._profile_of(target)
        for uid, base in bases.items():
            key = connections.base_key(profile, target, uid)
            self._put(key, None if base is None else connections.from_base(base))

    # Consumers

    def put_consumer(self, consumer: Consumer) -> None:
        """Add a consumer or replace it by uid; `Invalid` (11) where kind and name are taken."""
        for other in self.consumers():
            if other.uid != consumer.uid and other.label == consumer.label:
                raise Invalid(
                    f"There is a consumer {clean(consumer.label)} already.",
                    kept="Nothing was changed.",
                )
        self._put(connections.consumer_key(consumer.uid), connections.from_consumer(consumer))
        self._enlist("consumers", consumer.uid)

    def remove_consumer(self, consumer: Uid) -> None:
        """Remove a consumer; `Refused` (4) while a secret is linked to it."""
        for tenant in self.tenants():
            for profile in tenant.profiles:
                names = [entry.name for entry in self.entries(profile.uid)]
                for secret in self.secrets(profile.uid, names).values():
                    if consumer in secret.links:
                        raise Refused(
                            f"{clean(secret.name)} in {clean(tenant.name)}/{clean(profile.name)}"
                            " is linked to it.",
                            kept="Nothing was changed.",
                            todo="Unlink it first: keydeck unlink.",
                        )
        self._delist("consumers", consumer)
        self._put(connections.consumer_key(consumer), None)

    def _enlist(self, member: str, uid: Uid) -> None:
        own = self._must(VAULT)
        if to_base64(uid) not in own[member]:
            self._put(VAULT, {**own, member: [*own[member], to_base64(uid)]})

    def _delist(self, member: str, uid: Uid) -> None:
        own = self._must(VAULT)
        rest = [known for known in own[member] if known != to_base64(uid)]
        if len(rest) == len(own[member]):
            raise NotFound("This is not there any more.", todo="Look at the list again.")
        self._put(VAULT, {**own, member: rest})

    # The audit

    def note(self, names: Collection[str] = (), versions: Collection[int] = ()) -> None:
        """Say more in this commit's audit row; with a note a row is written in any case."""
        self._noted = True
        self.name(names)
        self._versions += versions


def _uid(fields: Fields) -> Uid:
    return records.uid_of(fields)


def _meta(meta: Mapping[str, object]) -> dict[str, Any]:
    """The fields that a caller may set, as a secret's record holds them."""
    unknown = meta.keys() - set(_META)
    if unknown:
        raise TypeError(f"no such field of a secret: {', '.join(sorted(unknown))}")
    fields: dict[str, Any] = dict(meta)
    if "tags" in fields:
        fields["tags"] = list(fields["tags"])
    if "links" in fields:
        fields["links"] = [to_base64(link) for link in fields["links"]]
    if "sealed" in fields:
        fields["sealed"] = bool(fields["sealed"])
    return fields


def _refuse_double(
    what: str, new: Remote | Target, others: Sequence[Remote] | Sequence[Target]
) -> None:
    if any(other.name == new.name and other.uid != new.uid for other in others):
        raise Invalid(f"There is a {what} {clean(new.name)} already.", kept="Nothing was changed.")
