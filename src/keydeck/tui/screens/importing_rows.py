"""The preview of an import: rows, ticks and what apply would take."""

from __future__ import annotations

from keydeck.domain.safetext import clean
from keydeck.services.exchange import CONFLICT, NEW, REFUSED, SAME, ImportPlan, ImportRow
from keydeck.tui.text import Span

_ORDER = {NEW: 0, CONFLICT: 1, REFUSED: 2, SAME: 3}
_WHAT: dict[str, Span] = {
    NEW: ("+ new", "accent"),
    CONFLICT: ("! conflict", "danger"),
    REFUSED: ("# refused", "due"),
    SAME: ("= same", "muted"),
}


class Preview:
    """An import plan with its ticks: new rows are ticked, conflicts wait for one."""

    def __init__(self, plan: ImportPlan) -> None:
        self.plan = plan
        self.rows = sorted(plan.rows, key=lambda row: (_ORDER.get(row.state, 9), row.name))
        self.left_out: set[str] = set()
        self.taken: set[str] = set()

    def is_ticked(self, row: ImportRow) -> bool:
        """Whether apply takes this row."""
        if row.state == NEW:
            return row.name not in self.left_out
        return row.state == CONFLICT and row.name in self.taken

    def toggle(self, row: ImportRow) -> str:
        """Tick or untick; says why where it can't be."""
        if row.state == NEW:
            self.left_out ^= {row.name}
            return ""
        if row.state == CONFLICT:
            self.taken ^= {row.name}
            return ""
        if row.state == REFUSED:
            return f"It can't be taken: {clean(row.reason)}"
        return "The vault has this very value: there is nothing to do."

    @property
    def ticked(self) -> int:
        """How many rows apply takes."""
        return sum(self.is_ticked(row) for row in self.rows)

    @property
    def waiting(self) -> int:
        """How many conflicts are left as they are."""
        return sum(row.state == CONFLICT and not self.is_ticked(row) for row in self.rows)

    @property
    def overwrites(self) -> bool:
        """Whether a value in the vault would be replaced."""
        return bool(self.taken)

    def to_apply(self) -> ImportPlan:
        """The plan without the new rows that were unticked."""
        rows = tuple(row for row in self.plan.rows if row.name not in self.left_out)
        return self.plan._replace(rows=rows)

    def words(self, row: ImportRow) -> tuple[str, Span, Span, Span]:
        """Tick, what, name and change of a row."""
        box = "" if row.state in (SAME, REFUSED) else "[x]" if self.is_ticked(row) else "[ ]"
        change: Span = (clean(row.reason or row.change), "due" if row.state == REFUSED else "muted")
        if row.state == CONFLICT:
            change = (
                (f"replaces v{row.local_version}", "accent")
                if self.is_ticked(row)
                else (f"vault keeps v{row.local_version}", "muted")
            )
        name: Span = (clean(row.name), "muted" if row.state == SAME else "text")
        return box, _WHAT.get(row.state, (clean(row.state), "text")), name, change


def summary(preview: Preview) -> list[Span]:
    """`3 ticked   1 conflict stays as it is   2 lines not understood`."""
    said: list[Span] = [(f"{preview.ticked} ticked", "bold")]
    if preview.waiting:
        many = preview.waiting > 1
        noun, verb = ("conflicts", "stay as they are") if many else ("conflict", "stays as it is")
        said.append((f"{preview.waiting} {noun} {verb}", "danger"))
    if preview.plan.problems:
        count = len(preview.plan.problems)
        said.append((f"{count} line{'s' if count > 1 else ''} not understood", "due"))
    return said
