"""Everything that depends on a secret, then the confirmation."""

from __future__ import annotations

from collections.abc import Sequence

from keydeck.tui.screens.base import BaseKeydeckScreen


class DeleteScreen(BaseKeydeckScreen):
    """What breaks when these secrets of the present place go; F2 moves them to the trash."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.names = names
