"""What changed, by whom, when."""

from __future__ import annotations

from keydeck.tui.screens.base import BaseKeydeckScreen


class AuditScreen(BaseKeydeckScreen):
    """The audit, newest first; about one name where one is given."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.secret = name
