"""The plan of a sync, row by row, applied on this screen."""

from __future__ import annotations

from keydeck.domain.model import Target
from keydeck.tui.screens.base import BaseKeydeckScreen


class SyncScreen(BaseKeydeckScreen):
    """Plan, choose, apply: one target of the present place (several: it asks which)."""

    def __init__(self, target: Target | None = None) -> None:
        super().__init__()
        self.target = target
