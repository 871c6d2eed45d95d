"""The three-way comparison: local, base, remote → exactly one state (sync.md, States).

Pure: values are met as fingerprints only. `None` means absent. The remote side may be
`UNREADABLE` (the name is there, its value can't be read) or `UNKNOWN` (not even the name is).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from keydeck.domain.record import NamedTuple


class State(Enum):
    """What a row of a plan is; the value is what `--json` says."""

    IN_SYNC = "in_sync"
    PUSH = "push"
    PULL = "pull"
    CONVERGED = "converged"
    ADOPT = "adopt"
    CONFLICT = "conflict"
    DELETE_REMOTE = "delete_remote"
    DELETE_LOCAL = "delete_local"
    UNMANAGED = "unmanaged"
    ASSUMED = "assumed"
    FORBIDDEN = "forbidden"

    @property
    def letter(self) -> str:
        """The letter that stands for it beside its colour."""
        return _LETTERS[self][0]

    @property
    def word(self) -> str:
        """The word people read."""
        return _LETTERS[self][1]


_LETTERS = {
    State.IN_SYNC: ("=", "in sync"),
    State.PUSH: (">", "push"),
    State.PULL: ("<", "pull"),
    State.CONVERGED: ("~", "converged"),
    State.ADOPT: ("+", "adopt"),
    State.CONFLICT: ("!", "conflict"),
    State.DELETE_REMOTE: ("x>", "delete"),
    State.DELETE_LOCAL: ("<x", "delete here"),
    State.UNMANAGED: ("?", "unmanaged"),
    State.ASSUMED: ("-", "assumed"),
    State.FORBIDDEN: ("#", "forbidden"),
}


class Action(Enum):
    """What applying a row does."""

    NOTHING = "nothing"
    WRITE = "write"  # local value → remote
    TAKE = "take"  # remote value → local, as a new version
    SET_BASE = "set_base"  # both agree: only the base is written
    DROP_BASE = "drop_base"  # both are gone
    DELETE_REMOTE = "delete_remote"
    DELETE_LOCAL = "delete_local"  # goes to the trash


class Unread(Enum):
    """A remote side whose value can't be read."""

    UNREADABLE = "unreadable"  # the name is there
    UNKNOWN = "unknown"  # names can't be listed either


UNREADABLE: Final = Unread.UNREADABLE
UNKNOWN: Final = Unread.UNKNOWN

RemoteSide = bytes | None | Unread


class Verdict(NamedTuple):
    """A row's state, what apply does by default, what it may be asked to do instead.

    `ours` and `theirs` settle a conflict (`--ours`, `--theirs`, `o`, `t`); for deletions
    `asked` is what a tick or `--prune` does; `reason` says why, in a few words.
    """

    state: State
    default: Action
    asked: Action = Action.NOTHING
    ours: Action = Action.NOTHING
    theirs: Action = Action.NOTHING
    reason: str = ""


class _Move(Enum):
    """What one side did since the base was written."""

    NOTHING_THERE = "absent, never agreed on"
    NEW = "there, never agreed on"
    SAME = "same"
    CHANGED = "changed"
    DELETED = "deleted"


def _move(side: bytes | None, base: bytes | None) -> _Move:
    if base is None:
        return _Move.NOTHING_THERE if side is None else _Move.NEW
    if side is None:
        return _Move.DELETED
    return _Move.SAME if side == base else _Move.CHANGED


def _conflict(ours: Action, theirs: Action, reason: str) -> Verdict:
    return Verdict(State.CONFLICT, Action.NOTHING, ours=ours, theirs=theirs, reason=reason)


def _table() -> dict[tuple[_Move, _Move], Verdict]:
    """(what local did, what the remote did) → verdict, for sides whose values differ."""
    none, new, same, changed, deleted = _Move
    write, take = Action.WRITE, Action.TAKE
    there, here = Action.DELETE_REMOTE, Action.DELETE_LOCAL
    nothing = Action.NOTHING
    return {
        (new, none): Verdict(State.PUSH, write, write, write, reason="new here"),
        (changed, same): Verdict(State.PUSH, write, write, write, take, "you"),
        (same, changed): Verdict(State.PULL, take, take, write, take, "there"),
        (changed, changed): _conflict(write, take, "both changed"),
        (new, new): _conflict(write, take, "another value is there"),
        (deleted, changed): _conflict(there, take, "deleted here, changed there"),
        (changed, deleted): _conflict(write, here, "changed here, deleted there"),
        (deleted, same): Verdict(
            State.DELETE_REMOTE, nothing, there, there, take, "you deleted it"
        ),
        (same, deleted): Verdict(State.DELETE_LOCAL, nothing, here, write, here, "deleted there"),
        (none, new): Verdict(State.UNMANAGED, nothing, take, theirs=take, reason="only there"),
    }


_DIFFERENT = _table()
_EQUAL = {
    _Move.SAME: Verdict(State.IN_SYNC, Action.NOTHING),
    _Move.CHANGED: Verdict(
        State.CONVERGED, Action.SET_BASE, reason="both changed to the same value"
    ),
    _Move.DELETED: Verdict(State.CONVERGED, Action.DROP_BASE, reason="deleted on both sides"),
    _Move.NEW: Verdict(State.ADOPT, Action.SET_BASE, reason="the same value is there"),
}


def compare(
    local: bytes | None, base: bytes | None, remote: RemoteSide, *, forbidden: bool = False
) -> Verdict | None:
    """The verdict on one name, or None where there is nothing on any side.

    `local`, `base` and `remote` are keyed fingerprints; None is absent.
    """
    if local is None and base is None and remote in (None, UNKNOWN):
        return None
    if forbidden:
        asked = Action.NOTHING if remote in (None, UNKNOWN) else Action.DELETE_REMOTE
        return Verdict(State.FORBIDDEN, Action.NOTHING, asked, reason="the platform owns it")
    if isinstance(remote, Unread):
        return _compare_unread(_move(local, base), remote)
    if local == remote:
        return _EQUAL[_move(local, base)]
    return _DIFFERENT[_move(local, base), _move(remote, base)]


def _compare_unread(local: _Move, remote: Unread) -> Verdict:
    """The remote's value can't be read: nothing is claimed but what was done from here."""
    write, there = Action.WRITE, Action.DELETE_REMOTE
    unknown = "an unknown value is there" if remote is UNREADABLE else "can't be looked up"
    return {
        _Move.NOTHING_THERE: Verdict(
            State.UNMANAGED, Action.NOTHING, reason="only there, can't be read"
        ),
        _Move.NEW: Verdict(State.ASSUMED, Action.NOTHING, write, write, reason=unknown),
        _Move.SAME: Verdict(State.ASSUMED, Action.NOTHING, write, write, reason="as pushed"),
        _Move.CHANGED: Verdict(State.ASSUMED, write, write, write, reason="changed since the push"),
        _Move.DELETED: Verdict(
            State.DELETE_REMOTE, Action.NOTHING, there, there, reason="you deleted it"
        ),
    }[local]
