"""Versions kept, rollback, the trash, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keydeck.domain.errors import NotFound, Stale
from keydeck.domain.model import LIVE, Place, Secret, Trashed, VersionInfo
from keydeck.domain.names import did_you_mean
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.services.secrets import find_in, require_version

if TYPE_CHECKING:
    from keydeck.vault.vault import Change, Vault, View


class Receipt(NamedTuple):
    """What a change did, enough to undo it: action, place, names with the versions around it.

    `changed` holds (name, version before, version after); 0 stands for “not there”.
    """

    action: str
    place: Place
    changed: tuple[tuple[str, int, int], ...]


def versions(vault: Vault, place: Place, name: str) -> tuple[VersionInfo, ...]:
    """All kept versions, newest first; the secret may lie in the trash."""
    with vault.read() as view:
        secret = view.secret(place.profile.uid, name) or find_in(view, place, name)
    return tuple(sorted(secret.versions, reverse=True))


def rollback(vault: Vault, place: Place, name: str, to: int | None = None) -> Secret:
    """A new version with the value of version `to` (by default the one before the current)."""
    with vault.write("rollback", place.tenant.name, place.profile.name, [name]) as change:
        return _roll_back(change, place, find_in(change, place, name), to)


def _roll_back(change: Change, place: Place, secret: Secret, to: int | None) -> Secret:
    kept = sorted(v.number for v in secret.versions)
    if to is None:
        older = [number for number in kept if number < secret.version]
        if not older:
            raise NotFound(
                f"{secret.name} has no version before the present one.",
                kept="Nothing was changed.",
                todo=f"keydeck history {secret.name} lists what is kept.",
            )
        to = older[-1]
    elif to not in kept:
        raise NotFound(
            f"{secret.name} has no version {to}.",
            kept="Nothing was changed.",
            todo=f"Kept are {', '.join(map(str, kept))}.",
        )
    value = change.value(place.profile.uid, secret, to)
    return change.set_value(place.profile.uid, secret.name, value, origin="rollback")


def trash(vault: Vault, place: Place) -> list[Trashed]:
    """What lies in the trash of a place, newest first."""
    with vault.read() as view:
        return view.trash(place.profile.uid)


def _lying(view: View, place: Place, wanted: Sequence[str]) -> list[str]:
    lying = [row.name for row in view.trash(place.profile.uid)]
    for name in wanted:
        if name not in lying:
            raise NotFound(
                f"{clean(name)} does not lie in the trash of {place.label}.",
                kept="Nothing was changed.",
                todo=did_you_mean(name, lying),
            )
    return list(wanted) or lying


def restore(vault: Vault, place: Place, name: str) -> Secret:
    """Take a secret out of the trash; `NotFound` (7) where it does not lie there."""
    with vault.write("restore", place.tenant.name, place.profile.name, [name]) as change:
        _lying(change, place, [name])
        return change.restore_secret(place.profile.uid, name)


def empty_trash(vault: Vault, place: Place, wanted: Sequence[str] = ()) -> int:
    """Destroy what lies in the trash (these names, or all); how many secrets."""
    with vault.write("trash empty", place.tenant.name, place.profile.name, wanted) as change:
        lying = _lying(change, place, wanted)
        for name in lying:
            change.destroy_secret(place.profile.uid, name)
        change.note(names=lying)
    return len(lying)


def receipt(action: str, place: Place, before: Sequence[int], after: Sequence[Secret]) -> Receipt:
    """A receipt for secrets as they are after a change, with their versions before it."""
    return Receipt(
        action,
        place,
        tuple(
            (secret.name, old, 0 if action == "delete" else secret.version)
            for secret, old in zip(after, before, strict=True)
        ),
    )


def undo(vault: Vault, receipt: Receipt) -> str:
    """Take a change back as a new change; says in a sentence what it did.

    `Stale` (4) where a name has moved on since.
    """
    place = receipt.place
    names = [name for name, _, _ in receipt.changed]
    with vault.write("undo", place.tenant.name, place.profile.name, names) as change:
        for name, before, after in receipt.changed:
            _undo_one(change, place, name, before, after)
    what = names[0] if len(names) == 1 else f"{len(names)} secrets"
    if receipt.action == "delete":
        return f"{what} came back from the trash."
    if all(before == 0 for _, before, _ in receipt.changed):
        return f"{what} went to the trash again."
    return f"{what} has the value from before again, as a new version."


def _undo_one(change: Change, place: Place, name: str, before: int, after: int) -> None:
    secret = change.secret(place.profile.uid, name)
    live = secret is not None and secret.state == LIVE
    if after == 0:
        if secret is None or live:
            raise Stale(
                f"{clean(name)} is no longer in the trash.",
                kept="Nothing was changed.",
                todo="Look at what is there now.",
            )
        change.restore_secret(place.profile.uid, name)
        return
    require_version(place, name, secret if live else None, after)
    if before == 0:
        change.trash_secret(place.profile.uid, name)
    else:
        _roll_back(change, place, find_in(change, place, name), before)
