"""Words around the plan: how far applying is, what it would do, a plan in a few words."""

from __future__ import annotations

from threading import Event

from keydeck.domain.compare import Action
from keydeck.services.sync import Plan
from keydeck.tui.screens.sync_rows import Board
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
