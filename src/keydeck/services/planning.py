"""Making a plan: read both sides, compare, say it in words; nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from keydeck.domain.compare import UNKNOWN, UNREADABLE, Action, RemoteSide, State, compare
from keydeck.domain.describe import describe
from keydeck.domain.errors import NotFound
from keydeck.domain.model import LIVE, Base, Entry, Place, Secret, Target
from keydeck.domain.names import MAX_VALUE, did_you_mean, is_name
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import Capabilities, Item, Remote, Snapshot
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.services.plans import Detail, Plan, Row
from keydeck.services.targets import connect
from keydeck.system.clock import ago, now_ms

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault, View


class _Local(NamedTuple):
    """The vault's side of one name; `secret` and `value` are None where it is not live."""

    uid: bytes
    secret: Secret | None
    value: SecretValue | None
    fingerprint: bytes | None
    base: Base | None
    links: int


def make_plan(
    vault: Vault,
    place: Place,
    target: Target,
    names: Collection[str] = (),
    *,
    environ: Mapping[str, str],
) -> Plan:
    """Read both sides and compare; names that are nowhere are `NotFound` (7)."""
    remote = connect(vault, target, environ)
    try:
        return plan_with(vault, place, target, remote, names)
    finally:
        remote.close()


def plan_with(
    vault: Vault, place: Place, target: Target, remote: Remote, names: Collection[str] = ()
) -> Plan:
    """A plan over an open remote."""
    snapshot = remote.snapshot(names or None)
    with vault.read() as view:
        local = _read_local(view, place, target, names)
        wanted = sorted(set(names) or set(local) | set(snapshot.items))
        for name in names:
            if name not in local and name not in snapshot.items:
                raise NotFound(
                    f"{clean(name)} is neither in {place.label} nor on {target.name}.",
                    todo=did_you_mean(name, {*local, *snapshot.items}),
                )
        rows = [_row(view, name, local.get(name), snapshot, remote, target) for name in wanted]
    return Plan(
        place,
        target,
        remote.kind,
        tuple(row for row in rows if row is not None),
        clean(snapshot.where),
        clean(snapshot.version),
        now_ms(),
        tuple(clean(text) for text in snapshot.warnings),
    )


def _read_local(
    view: View, place: Place, target: Target, names: Collection[str]
) -> dict[str, _Local]:
    profile = place.profile.uid
    entries: Sequence[Entry] = view.entries(profile)
    if names:
        entries = [entry for entry in entries if entry.name in names]
    secrets = view.secrets(profile, [entry.name for entry in entries])
    live = [s for s in secrets.values() if s.state == LIVE]
    values = dict(zip((s.name for s in live), view.values(profile, live), strict=True))
    bases = view.bases(target.uid, [entry.uid for entry in entries])
    found = {}
    for entry in entries:
        secret = secrets.get(entry.name)
        value = values.get(entry.name)
        found[entry.name] = _Local(
            entry.uid,
            secret if value is not None else None,
            value,
            None if value is None else view.fingerprint(value),
            bases.get(entry.uid),
            len(secret.links) if secret else 0,
        )
    return found


_ABSENT = _Local(b"", None, None, None, None, 0)


def _row(
    view: View,
    name: str,
    local: _Local | None,
    snapshot: Snapshot,
    remote: Remote,
    target: Target,
) -> Row | None:
    local = local or _ABSENT
    seen = snapshot.items.get(name)
    verdict = compare(
        local.fingerprint,
        local.base.fingerprint if local.base else None,
        _remote_side(view, seen, remote.capabilities),
    )
    if verdict is None:
        return None
    secret = local.secret
    return Row(
        name=name,
        verdict=verdict,
        target=target.name,
        uid=local.uid or None,
        local_version=secret.version if secret else None,
        remote_version=clean(seen.version) if seen else "",
        seen=seen,
        base=local.base,
        local_fingerprint=local.fingerprint,
        who=_who(verdict.state, verdict.reason, secret, seen),
        change=_change(verdict.state, local.value, seen),
        uses=local.links,
        refusal=_refusal(name, verdict.default, verdict.asked, local.value, seen, remote),
        sealed=bool(secret and secret.sealed),
    )


def _remote_side(view: View, seen: Item | None, can: Capabilities) -> RemoteSide:
    if seen is None:
        return None if can.list_names else UNKNOWN
    return UNREADABLE if seen.value is None else view.fingerprint(seen.value)


def _refusal(
    name: str,
    default: Action,
    asked: Action,
    value: SecretValue | None,
    seen: Item | None,
    remote: Remote,
) -> str:
    if Action.WRITE in (default, asked) and value is not None:
        return remote.refuses(name, value)
    if Action.TAKE in (default, asked) and seen is not None and seen.value is not None:
        return cant_take(name, seen.value)
    return ""


def cant_take(name: str, value: SecretValue) -> str:
    """Why a remote's name or value can't be taken over into the vault; empty when it can."""
    if not is_name(name):
        return "that is no name for a secret here"
    if len(value) > MAX_VALUE:
        return "the value is over 1 MiB"
    return ""


def _who(state: State, reason: str, secret: Secret | None, seen: Item | None) -> str:
    if state is State.PUSH and reason == "you" and secret is not None:
        return f"you, {ago(secret.value_changed_at)}"
    if state is State.PULL and seen is not None:
        return f"there, {ago(seen.updated_at)}" if seen.updated_at else "changed there"
    return reason


def _change(state: State, value: SecretValue | None, seen: Item | None) -> str:
    theirs = seen.value if seen else None
    if state is State.PULL:
        return describe(value, theirs)
    if state is State.PUSH:
        return describe(theirs, value)
    if state in (State.CONFLICT, State.UNMANAGED):
        return describe(value, theirs) if theirs is not None else ""
    return ""


def details(vault: Vault, plan: Plan, row: Row) -> tuple[Detail, ...]:
    """Base, ours and theirs of a row, in words; ours compares with what is there."""
    sides = []
    if row.base is not None:
        when = f"{ago(row.base.at)}, from {clean(row.base.host)}"
        sides.append(Detail("base", f"v{row.base.local}", when, ""))
    with vault.read() as view:
        secret = view.secret(plan.place.profile.uid, row.name)
        if secret is not None and secret.state == LIVE:
            value = view.value(plan.place.profile.uid, secret)
            kept = {version.number for version in secret.versions}
            base = row.base.local if row.base else None
            before = view.value(plan.place.profile.uid, secret, base) if base in kept else None
            text = "as it was" if base == secret.version else describe(before, value)
            when = ago(secret.value_changed_at)
            sides.append(Detail("ours", f"v{secret.version}", when, text))
        elif row.uid is not None:
            sides.append(Detail("ours", "", "deleted here", ""))
        sides.append(_theirs(view, row))
    return tuple(sides)


def _theirs(view: View, row: Row) -> Detail:
    seen = row.seen
    if seen is None:
        return Detail("theirs", "", "not there", "")
    when = ago(seen.updated_at) if seen.updated_at else ""
    if seen.note:
        when = f"{when}, {clean(seen.note)}" if when else clean(seen.note)
    if seen.value is None:
        return Detail("theirs", row.remote_version, when, "can't be read")
    theirs = view.fingerprint(seen.value)
    if theirs == row.local_fingerprint:
        text = "the same value"
    elif row.base is not None and theirs == row.base.fingerprint:
        text = "as it was"
    else:
        text = "another value"
    return Detail("theirs", f"v{row.remote_version}", when, text)


def default_choices(
    plan: Plan,
    *,
    prune: bool = False,
    ours: Collection[str] = (),
    theirs: Collection[str] = (),
    push_only: bool = False,
    pull_only: bool = False,
) -> dict[str, Action]:
    """What apply does to each row unless told otherwise; `NOTHING` rows are left out.

    `ours` and `theirs` hold `NAME` or `NAME@TARGET`; an unknown one is `NotFound` (7).
    `prune` allows deletions, never of unmanaged rows.
    """
    keep_ours, keep_theirs = _named(plan, ours), _named(plan, theirs)
    chosen: dict[str, Action] = {}
    for row in plan.rows:
        verdict = row.verdict
        action = verdict.default
        if row.name in keep_ours:
            action = verdict.ours
        elif row.name in keep_theirs:
            action = verdict.theirs
        elif prune and row.state in (State.DELETE_REMOTE, State.DELETE_LOCAL):
            action = verdict.asked
        local = action in (Action.TAKE, Action.DELETE_LOCAL)
        remote = action in (Action.WRITE, Action.DELETE_REMOTE)
        if action is not Action.NOTHING and not ((push_only and local) or (pull_only and remote)):
            chosen[row.name] = action
    return chosen


def _named(plan: Plan, wanted: Collection[str]) -> set[str]:
    known = {row.name for row in plan.rows}
    found = set()
    for word in wanted:
        name, _, target = word.partition("@")
        if target and target != plan.target.name:
            continue
        if name not in known:
            raise NotFound(
                f"The plan has no row {clean(name)}.",
                kept="Nothing was applied.",
                todo=did_you_mean(name, known),
            )
        found.add(name)
    return found


def diff_code(plans: Sequence[Plan]) -> int:
    """The exit code of `diff`: 0 nothing differs, 2 something would change, 3 a conflict."""
    states = {row.state for plan in plans for row in plan.rows}
    if State.CONFLICT in states:
        return 3
    quiet = {State.IN_SYNC, State.UNMANAGED, State.FORBIDDEN}
    changing = states - quiet
    assumed = [
        row
        for plan in plans
        for row in plan.rows
        if row.state is State.ASSUMED and row.verdict.default is not Action.NOTHING
    ]
    return 2 if changing - {State.ASSUMED} or assumed else 0
