"""Setting a remote up, and the place's target on it."""

from __future__ import annotations

from keydeck.tui.screens.base import BaseKeydeckScreen


class RemoteSetupScreen(BaseKeydeckScreen):
    """Kind, address, token, path, test; ends in the plan where `then_plan`."""

    def __init__(self, then_plan: bool = True) -> None:
        super().__init__()
        self.then_plan = then_plan
