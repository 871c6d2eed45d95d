"""The tree of tenants and profiles, with how each stands at its targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from keydeck.domain.model import Place, Profile, Tenant
from keydeck.tui.panes.words import Word
from keydeck.tui.text import Span, cells, middle
from keydeck.tui.widgets.rows import Lines, RowList, Slot

EMPTY = "No tenant yet: n adds the first one, a customer, project or account of yours."


class Branch(NamedTuple):
    """One line of the tree: a tenant, or one of its profiles."""

    tenant: Tenant
    profile: Profile | None

    @property
    def id(self) -> str:
        """What names the line, and stays when it is renamed."""
        return (self.profile or self.tenant).uid.hex()

    @property
    def place(self) -> Place | None:
        """The place it stands for; None for a tenant's own line."""
        return None if self.profile is None else Place(self.tenant, self.profile, "the tree")


def branches(tenants: Iterable[Tenant]) -> list[Branch]:
    """The lines of the tree; a protected profile comes first, then by name."""
    out: list[Branch] = []
    for tenant in tenants:
        out.append(Branch(tenant, None))
        ordered = sorted(tenant.profiles, key=lambda profile: (not profile.protected, profile.name))
        out.extend(Branch(tenant, profile) for profile in ordered)
    return out


class TreePane(RowList[Branch]):
    """Tenants are headings, but for those that have no profile yet."""

    def __init__(self, standing: Callable[[Profile], Word]) -> None:
        super().__init__(
            "Profiles",
            row_id=lambda branch: branch.id,
            render_row=self._draw,
            is_heading=lambda branch: branch.profile is None and bool(branch.tenant.profiles),
            row_text=lambda branch: (branch.profile or branch.tenant).name,
            empty=EMPTY,
            filterable=False,
            id="tree",
        )
        self._standing = standing

    def show(self, tenants: Iterable[Tenant], select: str | None = None) -> None:
        """Show these tenants, the cursor on the line with that id."""
        self.set_rows(branches(tenants), select=select)

    def _draw(self, branch: Branch, slot: Slot) -> Lines:
        if branch.profile is None:
            none = "" if branch.tenant.profiles else "  empty"
            tenant: Span = (middle(branch.tenant.name, slot.width - len(none)), "bold")
            line: list[Span] = [tenant, (none, "muted")]
            return [line]
        count = self._standing(branch.profile)
        room = slot.width - 1 - (2 + 1 if count.text else 0)
        mark = " P" if branch.profile.protected else ""
        name = middle(branch.profile.name, room - len(mark))
        gap = " " * (room - cells(name) - len(mark))
        spans: list[Span] = [
            (f" {name}", "bold" if slot.selected else "text"),
            (mark, "danger-bold"),
        ]
        return [[*spans, (gap, "text"), (" ", "text"), count]]
