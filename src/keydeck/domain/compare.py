"""The three-way comparison: local, base, remote → exactly one state (sync.md, States).

Pure: values are met as fingerprints only. `None` means absent. The remote side may be
`UNREADABLE` (the name is there, its value can't be read) or `UNKNOWN` (not even the name is).
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


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
        return _compare_unread(local, base, remote)
    if base is None:
        return _compare_without_base(local, remote)
    return _compare_with_base(local, base, remote)


def _settle(local: bytes | None, remote: RemoteSide, reason: str) -> Verdict:
    """A conflict: nothing until a side is chosen."""
    return Verdict(
        State.CONFLICT,
        Action.NOTHING,
        ours=Action.WRITE if local is not None else Action.DELETE_REMOTE,
        theirs=Action.TAKE if remote is not None else Action.DELETE_LOCAL,
        reason=reason,
    )


def _compare_with_base(local: bytes | None, base: bytes, remote: bytes | None) -> Verdict:
    if local == remote:
        if local is None:
            return Verdict(State.CONVERGED, Action.DROP_BASE, reason="both deleted")
        if local == base:
            return Verdict(State.IN_SYNC, Action.NOTHING)
        return Verdict(State.CONVERGED, Action.SET_BASE, reason="both changed to one value")
    if local == base:
        if remote is None:
            return Verdict(
                State.DELETE_LOCAL,
                Action.NOTHING,
                asked=Action.DELETE_LOCAL,
                ours=Action.WRITE,
                theirs=Action.DELETE_LOCAL,
                reason="deleted there",
            )
        return Verdict(State.PULL, Action.TAKE, Action.TAKE, Action.WRITE, Action.TAKE, "there")
    if remote == base:
        if local is None:
            return Verdict(
                State.DELETE_REMOTE,
                Action.NOTHING,
                asked=Action.DELETE_REMOTE,
                ours=Action.DELETE_REMOTE,
                theirs=Action.TAKE,
                reason="you deleted it",
            )
        return Verdict(State.PUSH, Action.WRITE, Action.WRITE, Action.WRITE, Action.TAKE, "you")
    if local is None:
        return _settle(local, remote, "deleted here, changed there")
    if remote is None:
        return _settle(local, remote, "changed here, deleted there")
    return _settle(local, remote, "both changed")


def _compare_without_base(local: bytes | None, remote: bytes | None) -> Verdict:
    if local is None:
        return Verdict(
            State.UNMANAGED,
            Action.NOTHING,
            asked=Action.TAKE,
            theirs=Action.TAKE,
            reason="only there",
        )
    if remote is None:
        return Verdict(State.PUSH, Action.WRITE, Action.WRITE, Action.WRITE, reason="new here")
    if local == remote:
        return Verdict(State.ADOPT, Action.SET_BASE, reason="the same value is there")
    return _settle(local, remote, "another value is there")


def _compare_unread(local: bytes | None, base: bytes | None, remote: Unread) -> Verdict:
    if local is None:
        if base is None:
            return Verdict(State.UNMANAGED, Action.NOTHING, reason="only there, can't be read")
        return Verdict(
            State.DELETE_REMOTE,
            Action.NOTHING,
            asked=Action.DELETE_REMOTE,
            ours=Action.DELETE_REMOTE,
            reason="you deleted it",
        )
    if base is None:
        reason = "an unknown value is there" if remote is UNREADABLE else "can't be looked up"
        return Verdict(
            State.ASSUMED, Action.NOTHING, asked=Action.WRITE, ours=Action.WRITE, reason=reason
        )
    if local == base:
        return Verdict(
            State.ASSUMED, Action.NOTHING, Action.WRITE, Action.WRITE, reason="as pushed"
        )
    return Verdict(
        State.ASSUMED, Action.WRITE, Action.WRITE, Action.WRITE, reason="changed since the push"
    )
