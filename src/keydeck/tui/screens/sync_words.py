"""Words around the plan: how far applying is, what it would do, a plan in a few words."""

from __future__ import annotations

import os
from threading import Event

from keydeck.domain.compare import Action
from keydeck.domain.remote import FAILED, REFUSED, SKIPPED, STALE
from keydeck.domain.safetext import clean
from keydeck.services.sync import Plan, Result
from keydeck.tui.screens.sync_rows import Board, result_words
from keydeck.tui.screens.sync_table import version_word
from keydeck.tui.text import Span

BAR = 20  # cells


class Progress:
    """How far applying is, written by the thread that works, read by the screen's clock."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.cancel = Event()

    def told(self, done: int, total: int) -> None:
        """A row was finished."""
        self.done, self.total = done, total

    def words(self) -> list[Span]:
        """`applying 3 of 12`, a bar, and how to stop."""
        full = BAR * self.done // max(1, self.total)
        stop = "stopping after this row" if self.cancel.is_set() else "esc stops between rows"
        return [
            (f"applying {self.done} of {self.total}", "accent"),
            (f"[{'=' * full}{' ' * (BAR - full)}]", "accent"),
            (stop, "muted"),
        ]


def in_short(plan: Plan) -> str:
    """`2 push, 1 conflict`."""
    counts = plan.summary()
    return ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items())


def effect(board: Board) -> str:
    """What applying would do, counted."""
    words = {
        Action.WRITE: "written there",
        Action.TAKE: "taken over here",
        Action.DELETE_REMOTE: "deleted there",
        Action.DELETE_LOCAL: "moved to the trash here",
    }
    counts: dict[str, int] = {}
    for action in board.choices.values():
        if action in words:
            counts[words[action]] = counts.get(words[action], 0) + 1
    said = [f"{count} {what}" for what, count in counts.items()]
    return f"{', '.join(said)}.".capitalize() if said else ""


def where_words(plan: Plan, narrow: bool) -> str:
    """The place at the remote and its version; where it is narrow only what is shortest."""
    version = version_word(plan.version)
    where = clean(plan.where)
    home = os.path.expanduser("~")
    if plan.kind == "file":
        return os.path.basename(where) if narrow else where.replace(f"{home}{os.sep}", "~/", 1)
    return version or where if narrow else f"{where} {version}".rstrip()


_NEXT = {
    8: "The token is not accepted: log in again or set up another token, then R.",
    9: "The remote could not be reached: R tries again.",
    10: "The token may not do this: ask for the right, then R.",
    11: "It can't be held there as it is.",
    12: "Look with keydeck doctor before going on.",
}


def result_advice(result: Result, action: Action | None) -> list[Span]:
    """A row's end in full, and the next step."""
    said = [result_words(result, action)]
    if result.result == STALE:
        said.append(("Nothing was overwritten. R compares anew.", "muted"))
    elif result.result in (REFUSED, FAILED):
        said.append((_NEXT.get(result.code, "R makes a new plan."), "muted"))
    elif result.result == SKIPPED:
        said.append(("It was not ticked. R makes a new plan.", "muted"))
    return said
