"""What was deleted and can still come back."""

from __future__ import annotations

from keydeck.tui.screens.base import BaseKeydeckScreen


class TrashScreen(BaseKeydeckScreen):
    """The trash of the present place: restore, or empty it."""

    def __init__(self) -> None:
        super().__init__()
