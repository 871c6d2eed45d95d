"""Names × profiles of a tenant, read only."""

from __future__ import annotations

from collections.abc import Callable

from keydeck.domain.model import Profile
from keydeck.tui.screens.base import BaseKeydeckScreen


class MatrixScreen(BaseKeydeckScreen):
    """The matrix of the present tenant; `opened` is called with a profile and a name on enter."""

    def __init__(self, opened: Callable[[Profile, str], None] | None = None) -> None:
        super().__init__()
        self.opened = opened
