"""The versions of a secret, and going back to one."""

from __future__ import annotations

from keydeck.tui.screens.base import BaseKeydeckScreen


class HistoryScreen(BaseKeydeckScreen):
    """Kept versions of a secret of the present place; rollback through a preview."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.secret = name
