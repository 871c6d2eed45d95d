"""The plan as people see it: lines, ticks, choices and results, without a widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from keydeck.domain.compare import Action, State
from keydeck.domain.remote import DONE, FAILED, REFUSED, SKIPPED, STALE
from keydeck.domain.safetext import clean
from keydeck.services.sync import Plan, Report, Result, Row, default_choices
from keydeck.system.clock import ago
from keydeck.tui.screens.sync_results import RESULT_ROLES, RESULT_TICKS, result_words
from keydeck.tui.text import Role, Span

ORDER = (
    State.PUSH,
    State.PULL,
    State.ADOPT,
    State.CONVERGED,
    State.CONFLICT,
    State.DELETE_REMOTE,
    State.DELETE_LOCAL,
    State.UNMANAGED,
    State.ASSUMED,
    State.FORBIDDEN,
    State.IN_SYNC,
)
ROLES: dict[State, Role] = {
    State.IN_SYNC: "muted",
    State.PUSH: "accent",
    State.PULL: "accent",
    State.CONVERGED: "muted",
    State.ADOPT: "accent",
    State.CONFLICT: "danger",
    State.DELETE_REMOTE: "danger",
    State.DELETE_LOCAL: "danger",
    State.UNMANAGED: "due",
    State.ASSUMED: "muted",
    State.FORBIDDEN: "due",
}
# Reasons of a verdict that the column of who is too narrow for; the details tell the rest.
_SHORT = {
    "both changed to the same value": "both, the same",
    "deleted on both sides": "gone on both",
    "the same value is there": "there already",
    "another value is there": "two values",
    "deleted here, changed there": "deleted here",
    "changed here, deleted there": "deleted there",
    "only there, can't be read": "only there",
    "an unknown value is there": "can't be read",
    "can't be looked up": "can't be read",
    "changed since the push": "changed here",
    "the platform owns it": "not ours",
}
_DELETES = (Action.DELETE_REMOTE, Action.DELETE_LOCAL)
_BASE_ONLY = (Action.SET_BASE, Action.DROP_BASE)


class Line(NamedTuple):
    """One line of the table: a row of the plan, or the fold that stands for many."""

    row: Row | None
    folded: int = 0

    @property
    def key(self) -> str:
        """What tells lines apart over a redraw: the name, or `=` for the fold."""
        return "=" if self.row is None else self.row.name


class Words(NamedTuple):
    """The cells of a line, each a text and the role of its colour."""

    tick: str
    what: Span
    name: Span
    who: Span
    change: Span


class Board:
    """A plan with the choices made on it so far, and after applying its results.

    `choices` holds a row's action by name; a row without one is left alone.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        rows = {row.name: row for row in plan.rows}
        self.choices: dict[str, Action] = {
            name: action
            for name, action in default_choices(plan).items()
            if not self._why_kept(rows[name], action)
        }
        self.unfolded = False
        self.results: Mapping[str, Result] = {}
        place = {state: at for at, state in enumerate(ORDER)}
        self._rows = sorted(plan.rows, key=lambda row: (place[row.state], row.name))

    @property
    def done(self) -> bool:
        """Whether it was applied: the table shows results, ticks are over."""
        return bool(self.results)

    def lines(self) -> list[Line]:
        """The rows in the order shown; those in sync fold to one line unless unfolded."""
        if self.unfolded:
            return [Line(row) for row in self._rows]
        shown = [Line(row) for row in self._rows if row.state is not State.IN_SYNC]
        folded = len(self._rows) - len(shown)
        return [*shown, Line(None, folded)] if folded else shown

    def toggle(self, row: Row) -> str:
        """Tick or untick a row; says why where it can't be, else nothing."""
        if row.name in self.choices:
            del self.choices[row.name]
            return ""
        verdict = row.verdict
        if row.state is State.CONFLICT:
            return "Both sides changed: press o for ours or t for theirs."
        action = verdict.default if verdict.default is not Action.NOTHING else verdict.asked
        if action is Action.NOTHING:
            return _why_nothing(row)
        return self._choose(row, action)

    def ours(self, row: Row) -> str:
        """Settle a row with what is here."""
        if row.verdict.ours is Action.NOTHING:
            return _no_side(row, "here")
        return self._choose(row, row.verdict.ours)

    def theirs(self, row: Row) -> str:
        """Settle a row with what is there."""
        if row.verdict.theirs is Action.NOTHING:
            return _no_side(row, "there")
        return self._choose(row, row.verdict.theirs)

    def adopt(self, row: Row) -> str:
        """Take an unmanaged row's value into the vault."""
        if row.state is not State.UNMANAGED:
            return "Only a name that is there and not here can be adopted."
        return self.toggle(row) if row.name not in self.choices else ""

    def _choose(self, row: Row, action: Action) -> str:
        why = self._why_kept(row, action)
        if why:
            return why
        self.choices[row.name] = action
        return ""

    def _why_kept(self, row: Row, action: Action) -> str:
        """Why an action can't be done to a row, in a sentence; empty when it can."""
        if row.sealed and action is Action.WRITE and self.plan.kind == "file":
            return (
                f"{clean(row.name)} is sealed, and a plain file does not keep it: "
                f"keydeck sync --allow-sealed {clean(row.name)} writes it all the same."
            )
        if row.refusal and action in (row.verdict.default, row.verdict.asked):
            side = "written there" if action is Action.WRITE else "taken over"
            return f"It can't be {side}: {clean(row.refusal)}."
        return ""

    @property
    def ticked(self) -> int:
        """How many rows apply would act on."""
        return len(self.choices)

    @property
    def open_conflicts(self) -> int:
        """How many conflicts have no side chosen."""
        return sum(
            row.state is State.CONFLICT and row.name not in self.choices for row in self._rows
        )

    @property
    def overwrites(self) -> bool:
        """Whether apply would write, take or delete a value (not only remember a base)."""
        return any(action not in _BASE_ONLY for action in self.choices.values())

    def take_results(self, report: Report) -> None:
        """Show what became of each row in place of the choices."""
        self.results = {result.name: result for result in report.results}

    def words(self, line: Line, *, short: bool = False) -> Words:
        """The cells of one line; `short` where the column of who has 16 cells."""
        if line.row is None:
            return Words(
                "",
                ("= in sync", "muted"),
                (f"{line.folded} more", "text"),
                ("", "text"),
                ("enter shows them", "muted"),
            )
        row = line.row
        what = (_what(row.state), ROLES[row.state])
        name_role: Role = "muted" if row.state is State.IN_SYNC else "text"
        name = (clean(row.name), name_role)
        who: Span = (clean(_SHORT.get(row.who, row.who) if short else row.who), "text")
        result = self.results.get(row.name)
        if result is not None:
            return Words(
                RESULT_TICKS[result.result],
                what,
                name,
                who,
                result_words(result, self.choices.get(row.name)),
            )
        return Words(self._tick(row), what, name, who, self._change(row))

    def _tick(self, row: Row) -> str:
        if self.done:
            return ""
        if row.name in self.choices:
            return "[x]"
        if row.state is State.CONFLICT:
            return "[?]"
        verdict = row.verdict
        offered = (verdict.default, verdict.asked)
        return "" if offered == (Action.NOTHING, Action.NOTHING) else "[ ]"

    def _change(self, row: Row) -> Span:
        chosen = self.choices.get(row.name)
        verdict = row.verdict
        if self.done:
            return "left as it is", "muted"
        if chosen is None and self._why_kept(row, verdict.default):
            return clean(row.refusal) or "sealed, stays here", "due"
        if row.state is State.CONFLICT and chosen is None:
            return "o ours   t theirs", "text"
        usual = (verdict.default, verdict.asked) if row.state is not State.CONFLICT else ()
        if chosen is not None and chosen not in usual:
            return _chosen(row, chosen), "accent"
        if row.uses and any(action in usual for action in _DELETES):
            return f"still used in {row.uses}", "due"
        return clean(row.change), "muted"


def _what(state: State) -> str:
    """`> push`; a deletion there is `x delete`, one here `<x delete`."""
    if state is State.DELETE_REMOTE:
        return "x delete"
    if state is State.DELETE_LOCAL:
        return "<x delete"
    return f"{state.letter} {state.word}"


def _chosen(row: Row, action: Action) -> str:
    """What a chosen side does, for the row's last cell."""
    there = f" {clean(row.remote_version)}" if row.remote_version else ""
    here = f" v{row.local_version}" if row.local_version else ""
    return {
        Action.WRITE: f"ours over theirs{there}",
        Action.TAKE: f"theirs over ours{here}",
        Action.DELETE_REMOTE: "ours: deleted there",
        Action.DELETE_LOCAL: "theirs: deleted here",
    }.get(action, "")


def _why_nothing(row: Row) -> str:
    if row.state is State.IN_SYNC:
        return "Both sides are the same: there is nothing to do."
    if row.state is State.UNMANAGED:
        return "It is only there and can't be read from here."
    return f"Nothing can be done with it from here: {clean(row.verdict.reason)}."


def _no_side(row: Row, side: str) -> str:
    if row.state is State.IN_SYNC:
        return "Both sides are the same: there is no side to choose."
    if side == "there" and row.state is State.ASSUMED:
        return "What is there can't be read, so it can't be taken."
    return f"This row can't be settled with what is {side}."


def summary(board: Board, now: int | None = None) -> list[Span]:
    """The line under the table: `3 ticked`, `1 conflict to choose`, `checked just now`."""
    parts: list[Span] = []
    if board.done:
        parts += _totals(board)
    else:
        parts.append((f"{board.ticked} ticked", "bold"))
        if board.open_conflicts:
            noun = "conflict" if board.open_conflicts == 1 else "conflicts"
            parts.append((f"{board.open_conflicts} {noun} to choose", "danger"))
    parts.append((f"checked {ago(board.plan.checked_at, now)}", "muted"))
    return parts


def _totals(board: Board) -> list[Span]:
    counts: dict[str, int] = {}
    for result in board.results.values():
        counts[result.result] = counts.get(result.result, 0) + 1
    order = (DONE, STALE, REFUSED, FAILED, SKIPPED)
    return [(f"{counts[key]} {key}", RESULT_ROLES[key]) for key in order if key in counts]


def protected_needs_name(board: Board) -> bool:
    """Whether the profile's name has to be typed before these choices are applied."""
    return board.plan.place.profile.protected and board.overwrites
