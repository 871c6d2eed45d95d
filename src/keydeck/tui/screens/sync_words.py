"""Words around the plan: how far applying is, what it would do, a plan in a few words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from threading import Event
from typing import TYPE_CHECKING

from keydeck.domain.compare import Action
from keydeck.domain.remote import DONE
from keydeck.domain.safetext import clean
from keydeck.services import secrets
from keydeck.services.history import Receipt
from keydeck.services.sync import Plan, Report
from keydeck.tui.screens.sync_rows import Board
from keydeck.tui.screens.sync_table import version_word
from keydeck.tui.text import Span

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

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


def undo_receipt(vault: Vault, report: Report, choices: Mapping[str, Action]) -> Receipt | None:
    """What undoes the part of a sync that changed the vault; None where it did not."""
    place = report.plan.place
    before = {row.name: row.local_version or 0 for row in report.plan.rows}
    done = [result.name for result in report.results if result.result == DONE]
    taken = [name for name in done if choices.get(name) is Action.TAKE]
    gone = [name for name in done if choices.get(name) is Action.DELETE_LOCAL]
    after = {row.secret.name: row.secret.version for row in secrets.rows(vault, place, taken)}
    changed = [(name, before[name], after[name]) for name in taken if name in after]
    changed += [(name, before[name], 0) for name in gone]
    return Receipt("sync", place, tuple(changed)) if changed else None
