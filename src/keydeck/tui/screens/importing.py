"""A file's secrets against the vault, then taken over."""

from __future__ import annotations

from keydeck.tui.screens.base import BaseKeydeckScreen


class ImportScreen(BaseKeydeckScreen):
    """The preview of importing `path` into the present place; with no path it asks for one."""

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self.path = path
