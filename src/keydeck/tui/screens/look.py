"""What a folder tells without a vault: the first thing a stranger sees."""

from __future__ import annotations

from keydeck.tui.screens.base import BaseKeydeckScreen


class LookScreen(BaseKeydeckScreen):
    """Secret files of the session's folder and names the code needs; needs no vault."""

    def __init__(self) -> None:
        super().__init__()
