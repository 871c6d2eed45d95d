"""How a secret's age, due date and sync state are said in a few cells. Pure.

A text comes with the role that colours it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from keydeck.domain.compare import State
from keydeck.tui.session import Standing
from keydeck.tui.text import Role

DAY = 86_400_000
HOUR = 3_600_000
MINUTE = 60_000
DUE_SOON = 14  # days (interface.md: `14d!` is due soon)


class Word(NamedTuple):
    """A short text and the role that colours it (a `Span` with names)."""

    text: str
    role: Role = "text"


NONE = Word("–", "muted")

_ROLES: dict[State, Role] = {
    State.IN_SYNC: "ok",
    State.PUSH: "accent",
    State.PULL: "accent",
    State.CONVERGED: "muted",
    State.ADOPT: "accent",
    State.CONFLICT: "danger",
    State.DELETE_REMOTE: "danger",
    State.DELETE_LOCAL: "danger",
    State.UNMANAGED: "muted",
    State.ASSUMED: "muted",
    State.FORBIDDEN: "due",
}
# Which of several targets' states a single word tells: the worst first.
_WORST = (
    State.CONFLICT,
    State.FORBIDDEN,
    State.DELETE_REMOTE,
    State.DELETE_LOCAL,
    State.PUSH,
    State.PULL,
    State.ADOPT,
    State.UNMANAGED,
    State.CONVERGED,
    State.ASSUMED,
    State.IN_SYNC,
)


def age(since: int, now: int) -> str:
    """How old: `41d`, within a day `3h`, within an hour `5m`."""
    gone = max(0, now - since)
    if gone >= DAY:
        return f"{gone // DAY}d"
    if gone >= HOUR:
        return f"{gone // HOUR}h"
    return f"{gone // MINUTE}m"


def due(at: int | None, now: int) -> Word:
    """When it is due: `49d`, `14d!` soon, `overdue`, `–` never."""
    if at is None:
        return NONE
    if at <= now:
        return Word("overdue", "danger")
    days = (at - now) // DAY
    return Word(f"{days}d!", "due") if days <= DUE_SOON else Word(f"{days}d ")


def due_sentence(at: int, now: int) -> Word:
    """`in 49d`, `in 3d, soon`, `overdue since 2d`."""
    if at <= now:
        return Word(f"overdue since {age(at, now)}", "danger")
    days = (at - now) // DAY
    return Word(f"in {days}d, soon", "due") if days <= DUE_SOON else Word(f"in {days}d")


def is_due(at: int | None, now: int) -> bool:
    """Whether it is overdue or due soon."""
    return at is not None and (at - now) // DAY <= DUE_SOON


def state(of: State) -> Word:
    """A state as its letter and its word: `> push`."""
    letter = of.letter if len(of.letter) == 1 else "x"
    return Word(f"{letter} {of.word}", _ROLES[of])


def here(changed: bool) -> Word:
    """What may be said without having asked the remote."""
    return Word("changed here", "accent") if changed else Word("unchanged here", "muted")


class Seen(NamedTuple):
    """One target's view of a secret: the state the last plan gave (None: it can't be claimed
    any more, or none was made), and whether the value moved on here since both agreed."""

    state: State | None
    changed: bool


def sync(seen: Iterable[Seen]) -> Word:
    """One word for all targets: the worst known state, unless something changed here since."""
    views = list(seen)
    if not views:
        return NONE
    known = [view.state for view in views if view.state is not None]
    if State.CONFLICT in known:
        return state(State.CONFLICT)
    if len(known) < len(views):
        return here(any(view.changed for view in views if view.state is None))
    return state(min(known, key=_WORST.index))


def standing(of: Standing) -> Word:
    """How a profile stands, for the tree: `!1`, `>3`, `<2`, `*1`, `=`. Stops at 9.

    Empty where it was never compared; `*` counts what changed here since it was.
    """
    shown: tuple[tuple[str, int, Role], ...] = (
        ("!", of.count(State.CONFLICT), "danger"),
        (">", of.count(State.PUSH, State.ADOPT, State.DELETE_REMOTE), "accent"),
        ("<", of.count(State.PULL, State.DELETE_LOCAL), "accent"),
        ("*", of.changed, "accent"),
    )
    for letter, count, role in shown:
        if count:
            return Word(f"{letter}{min(count, 9)}", role)
    return Word("= ", "ok") if of.known else Word("")
