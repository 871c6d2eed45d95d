"""Each combination of local, base and remote falls in exactly one row of the table of states.

The table below is written down by hand, row by row, as people read it; it shares nothing with
the code it is held against.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keydeck.domain.compare import (
    UNKNOWN,
    UNREADABLE,
    Action,
    RemoteSide,
    State,
    Unread,
    Verdict,
    compare,
)

Side = bytes | None


class Given(NamedTuple):
    local: Side
    base: Side
    remote: RemoteSide


class Row(NamedTuple):
    """One row: what has to hold, the state, and what apply does unless told otherwise."""

    holds: Callable[[Given], bool]
    state: State
    default: Action


def both(given: Given) -> bool:
    """There is something on both sides, and the remote can be read."""
    return given.local is not None and isinstance(given.remote, bytes)


def readable(given: Given) -> bool:
    return not isinstance(given.remote, Unread)


TABLE = {
    "same, same": Row(
        lambda g: g.base is not None and g.local == g.base == g.remote,
        State.IN_SYNC,
        Action.NOTHING,
    ),
    "changed, same": Row(
        lambda g: both(g) and g.base is not None and g.local != g.base and g.remote == g.base,
        State.PUSH,
        Action.WRITE,
    ),
    "no base, there, absent": Row(
        lambda g: g.base is None and g.local is not None and g.remote is None,
        State.PUSH,
        Action.WRITE,
    ),
    "same, changed": Row(
        lambda g: both(g) and g.local == g.base and g.remote != g.base,
        State.PULL,
        Action.TAKE,
    ),
    "changed, changed to the same": Row(
        lambda g: both(g) and g.base is not None and g.local != g.base and g.local == g.remote,
        State.CONVERGED,
        Action.SET_BASE,
    ),
    "changed, changed otherwise": Row(
        lambda g: both(g) and g.base is not None and len({g.local, g.base, g.remote}) == 3,
        State.CONFLICT,
        Action.NOTHING,
    ),
    "no base, the same value": Row(
        lambda g: both(g) and g.base is None and g.local == g.remote,
        State.ADOPT,
        Action.SET_BASE,
    ),
    "no base, another value": Row(
        lambda g: both(g) and g.base is None and g.local != g.remote,
        State.CONFLICT,
        Action.NOTHING,
    ),
    "deleted, same": Row(
        lambda g: g.base is not None and g.local is None and g.remote == g.base,
        State.DELETE_REMOTE,
        Action.NOTHING,
    ),
    "same, deleted": Row(
        lambda g: g.base is not None and g.local == g.base and g.remote is None,
        State.DELETE_LOCAL,
        Action.NOTHING,
    ),
    "deleted, deleted": Row(
        lambda g: g.base is not None and g.local is None and g.remote is None,
        State.CONVERGED,
        Action.DROP_BASE,
    ),
    "deleted, changed": Row(
        lambda g: (
            g.base is not None
            and g.local is None
            and isinstance(g.remote, bytes)
            and g.remote != g.base
        ),
        State.CONFLICT,
        Action.NOTHING,
    ),
    "changed, deleted": Row(
        lambda g: g.base is not None and g.local not in (None, g.base) and g.remote is None,
        State.CONFLICT,
        Action.NOTHING,
    ),
    "no base, absent, there": Row(
        lambda g: g.base is None and g.local is None and isinstance(g.remote, bytes),
        State.UNMANAGED,
        Action.NOTHING,
    ),
    "no base, absent, there but not readable": Row(
        lambda g: g.base is None and g.local is None and g.remote is UNREADABLE,
        State.UNMANAGED,
        Action.NOTHING,
    ),
    "pushed before, unchanged since, not readable": Row(
        lambda g: not readable(g) and g.base is not None and g.local == g.base,
        State.ASSUMED,
        Action.NOTHING,
    ),
    "pushed before, changed since, not readable": Row(
        lambda g: not readable(g) and g.base is not None and g.local not in (None, g.base),
        State.ASSUMED,
        Action.WRITE,
    ),
    "never pushed, not readable": Row(
        lambda g: not readable(g) and g.base is None and g.local is not None,
        State.ASSUMED,
        Action.NOTHING,
    ),
    "pushed before, deleted here, not readable": Row(
        lambda g: not readable(g) and g.base is not None and g.local is None,
        State.DELETE_REMOTE,
        Action.NOTHING,
    ),
    "nothing anywhere": Row(
        lambda g: g.local is None and g.base is None and g.remote in (None, UNKNOWN),
        State.IN_SYNC,  # no row at all: see `expected`
        Action.NOTHING,
    ),
}

PRINTS = st.sampled_from([b"a" * 32, b"b" * 32, b"c" * 32, bytes(32), b""])
SIDE = st.none() | PRINTS
REMOTE = SIDE | st.sampled_from([UNREADABLE, UNKNOWN])
COMBINATIONS = [
    Given(local, base, remote)
    for local in (None, b"a", b"b", b"c")
    for base in (None, b"a", b"b", b"c")
    for remote in (None, b"a", b"b", b"c", UNREADABLE, UNKNOWN)
]


def row_of(given: Given) -> str:
    """The one row that a combination falls in."""
    rows = [name for name, row in TABLE.items() if row.holds(given)]
    assert len(rows) == 1, f"{given} falls in {rows}"
    return rows[0]


def held_against(given: Given, verdict: Verdict | None) -> None:
    name = row_of(given)
    if name == "nothing anywhere":
        assert verdict is None
        return
    assert verdict is not None
    assert (verdict.state, verdict.default) == (TABLE[name].state, TABLE[name].default), name


@pytest.mark.parametrize("given_", COMBINATIONS)
def test_every_combination_falls_in_exactly_one_row(given_: Given) -> None:
    held_against(given_, compare(*given_))


def test_every_row_is_met() -> None:
    assert {row_of(given) for given in COMBINATIONS} == set(TABLE)


@given(SIDE, SIDE, REMOTE)
def test_any_fingerprints_fall_in_exactly_one_row(
    local: Side, base: Side, remote: RemoteSide
) -> None:
    held_against(Given(local, base, remote), compare(local, base, remote))


@given(SIDE, SIDE, REMOTE)
def test_nothing_that_loses_a_value_happens_unasked(
    local: Side, base: Side, remote: RemoteSide
) -> None:
    verdict = compare(local, base, remote)
    if verdict is None:
        return
    assert verdict.default not in (Action.DELETE_LOCAL, Action.DELETE_REMOTE)
    if verdict.default is Action.WRITE:
        # What is overwritten is what both had agreed on, or what was pushed from here.
        assert local is not None
        assert remote in (None, base) or isinstance(remote, Unread)
        assert not (isinstance(remote, Unread) and base is None)
    if verdict.default is Action.TAKE:
        assert isinstance(remote, bytes)
        assert local == base


@given(SIDE, SIDE, REMOTE)
def test_a_side_that_is_chosen_can_be_carried_out(
    local: Side, base: Side, remote: RemoteSide
) -> None:
    verdict = compare(local, base, remote)
    if verdict is None:
        return
    for action in (verdict.default, verdict.asked, verdict.ours, verdict.theirs):
        if action is Action.WRITE:
            assert local is not None
        if action is Action.TAKE:
            assert isinstance(remote, bytes)
        if action is Action.DELETE_LOCAL:
            assert local is not None
            assert remote is None
        if action is Action.DELETE_REMOTE:
            assert local is None
            assert remote is not None


@given(SIDE, SIDE)
def test_a_conflict_offers_both_sides(local: Side, base: Side) -> None:
    for remote in (None, b"a" * 32, b"z" * 32):
        verdict = compare(local, base, remote)
        if verdict is None or verdict.state is not State.CONFLICT:
            continue
        assert verdict.ours is (Action.DELETE_REMOTE if local is None else Action.WRITE)
        assert verdict.theirs is (Action.DELETE_LOCAL if remote is None else Action.TAKE)


@given(PRINTS, SIDE)
def test_what_apply_does_by_default_ends_in_sync(local: bytes, base: Side) -> None:
    """Applying a default once leaves nothing to do: a second plan is all in sync."""
    for remote in (None, b"a" * 32, b"z" * 32):
        verdict = compare(local, base, remote)
        assert verdict is not None
        after: Given | None = {
            Action.WRITE: Given(local, local, local),
            Action.TAKE: Given(remote, remote, remote),
            Action.SET_BASE: Given(local, local, remote),
        }.get(verdict.default)
        if after is not None:
            again = compare(*after)
            assert again is not None
            assert again.state is State.IN_SYNC


@given(SIDE, SIDE, REMOTE)
def test_what_the_platform_owns_is_never_sent(local: Side, base: Side, remote: RemoteSide) -> None:
    verdict = compare(local, base, remote, forbidden=True)
    if verdict is None:
        assert (local, base) == (None, None)
        assert remote in (None, UNKNOWN)
        return
    assert verdict.state is State.FORBIDDEN
    actions = {verdict.default, verdict.asked, verdict.ours, verdict.theirs}
    assert actions <= {Action.NOTHING, Action.DELETE_REMOTE}
    assert verdict.default is Action.NOTHING


def test_letters_and_words_tell_states_apart() -> None:
    assert len({state.letter for state in State}) == len(State)
    assert len({state.word for state in State}) == len(State)
    assert len({state.value for state in State}) == len(State)
    assert [state.letter for state in (State.IN_SYNC, State.PUSH, State.PULL, State.CONFLICT)] == [
        "=",
        ">",
        "<",
        "!",
    ]
