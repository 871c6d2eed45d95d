"""Who uses a secret: consumers declared by hand and what a scan of the project finds."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from keydeck.domain.errors import Invalid, NotFound
from keydeck.domain.model import CONSUMER_KINDS, LIVE, Consumer, Place
from keydeck.domain.names import did_you_mean
from keydeck.domain.record import NamedTuple
from keydeck.domain.reference import MENTION, SURE, Dynamic, Reference
from keydeck.domain.safetext import clean
from keydeck.services.secrets import find_in, live_names

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault, View


class Dependants(NamedTuple):
    """What breaks when names go: `sure`, `perhaps`, and the look-ups nobody can know."""

    sure: tuple[Reference, ...]
    perhaps: tuple[Reference, ...]
    dynamic: tuple[Dynamic, ...]
    folder: str
    skipped: tuple[str, ...] = ()

    @property
    def breaks(self) -> bool:
        """Whether something is known to break, or likely to."""
        return bool(self.sure) or any(ref.certainty != MENTION for ref in self.perhaps)


def parse_consumer(label: str) -> tuple[str, str]:
    """Kind and name of `agent:support`; `Invalid` (11) with the kinds there are."""
    kind, _, name = label.partition(":")
    if kind not in CONSUMER_KINDS or not name.strip() or len(name) > 200 or clean(name) != name:
        raise Invalid(
            f"“{clean(label)}” names no consumer.",
            kept="Nothing was changed.",
            todo=f"KIND:NAME with a kind of {', '.join(CONSUMER_KINDS)}.",
        )
    return kind, name


def link(vault: Vault, place: Place, name: str, to: str) -> Consumer:
    """Declare that `to` (`agent:support`) uses a secret; the consumer is made if new."""
    kind, called = parse_consumer(to)
    with vault.write("link", place.tenant.name, place.profile.name, [name]) as change:
        secret = find_in(change, place, name)
        known = {(of.kind, of.name): of for of in change.consumers()}
        consumer = known.get((kind, called))
        if consumer is None:
            consumer = Consumer(os.urandom(16), kind, called)
            change.put_consumer(consumer)
        if consumer.uid not in secret.links:
            change.edit(place.profile.uid, secret.name, links=(*secret.links, consumer.uid))
    return consumer


def unlink(vault: Vault, place: Place, name: str, to: str) -> None:
    """Take a link back; `NotFound` (7) where there is none."""
    parse_consumer(to)
    with vault.write("unlink", place.tenant.name, place.profile.name, [name]) as change:
        secret = find_in(change, place, name)
        labels = {of.uid: of.label for of in change.consumers()}
        left = tuple(uid for uid in secret.links if labels.get(uid) != to)
        if len(left) == len(secret.links):
            raise NotFound(
                f"{name} is not linked to {clean(to)}.",
                kept="Nothing was changed.",
                todo=did_you_mean(to, (labels.get(uid, "") for uid in secret.links)),
            )
        change.edit(place.profile.uid, secret.name, links=left)


def linked(vault: Vault, place: Place, names: Collection[str] = ()) -> list[Reference]:
    """Declared uses of these names (all live ones by default)."""
    with vault.read() as view:
        return _linked(view, place, names or live_names(view, place))


def _linked(view: View, place: Place, names: Collection[str]) -> list[Reference]:
    consumers = {of.uid: of for of in view.consumers()}
    secrets = view.secrets(place.profile.uid, names)
    return [
        Reference(secret.name, consumers[uid].kind, consumers[uid].label, form="linked")
        for secret in sorted(secrets.values(), key=lambda one: one.name)
        for uid in secret.links
        if uid in consumers
    ]


def refs(vault: Vault, place: Place, names: Collection[str], folder: str) -> Dependants:
    """Declared uses and those found under `folder` (empty: no scan); names must exist."""
    with vault.read() as view:
        live = [entry.name for entry in view.entries(place.profile.uid) if entry.state == LIVE]
        for name in names:
            find_in(view, place, name)
        wanted: Sequence[str] = list(names) or live
        declared = _linked(view, place, wanted)
    return _with_scan(declared, wanted, folder)


def dependants(vault: Vault, place: Place, names: Collection[str], folder: str) -> Dependants:
    """Like `refs`, for names about to be deleted."""
    return refs(vault, place, names, folder)


def _with_scan(declared: Sequence[Reference], names: Collection[str], folder: str) -> Dependants:
    if not folder or not names:
        return Dependants(tuple(declared), (), (), folder)
    from keydeck.references.scan import scan

    found = scan(folder, names)
    return Dependants(
        (*declared, *(ref for ref in found.references if ref.certainty == SURE)),
        tuple(ref for ref in found.references if ref.certainty != SURE),
        found.dynamic,
        folder,
        found.skipped,
    )


def project_folder(start: str) -> str:
    """The project around `start`: the nearest folder above with a git repository or a
    `keydeck.toml`, else `start` itself; never the home folder or the root (empty then)."""
    start = os.path.realpath(start)
    never = {os.path.realpath(os.path.expanduser("~")), os.path.abspath(os.sep)}
    folder = start
    while folder not in never:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in (".git", "keydeck.toml")):
            return folder
        folder = os.path.dirname(folder)
    return "" if start in never else start
