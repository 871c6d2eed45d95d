"""Who uses a secret."""

from __future__ import annotations

from collections.abc import Sequence

from keydeck.tui.screens.base import BaseKeydeckScreen


class ReferencesScreen(BaseKeydeckScreen):
    """Declared and found uses of these secrets (all live ones where none is given)."""

    def __init__(self, names: Sequence[str] = ()) -> None:
        super().__init__()
        self.names = names
