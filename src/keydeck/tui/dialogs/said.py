"""What was done or went wrong, in as many lines as it takes, over the screen's last lines."""

from __future__ import annotations

from collections.abc import Mapping

from textual.strip import Strip
from textual.timer import Timer

from keydeck.tui.text import Role, segments, wrap
from keydeck.tui.widgets.base import Quiet

_ROLES: Mapping[str, Role] = {"info": "text", "ok": "ok", "due": "due", "danger": "danger"}
_MOST = 6  # lines


class Said(Quiet):
    """Words until the next key, or for a few seconds; errors stay until a key is pressed."""

    can_focus = False
    DEFAULT_CSS = """
    Said { layer: notice; dock: bottom; margin: 0 0 1 0; width: 1fr; height: auto; display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="said-notice")
        self.text = ""
        self._role: Role = "text"
        self._timer: Timer | None = None

    def say(self, text: str, kind: str = "info") -> None:
        """Say it; an error stays until a key, anything else six seconds at most."""
        self._stop()
        self.text = text
        self._role = _ROLES.get(kind, "text")
        self.display = True
        self.refresh(layout=True)
        if kind != "danger":
            self._timer = self.set_timer(6.0, self.hush)

    def hush(self) -> None:
        """Give the lines back."""
        self._stop()
        if self.text:
            self.text = ""
            self.display = False

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _lines(self, width: int) -> list[str]:
        return wrap(self.text, max(10, width - 2))[:_MOST] if self.text else []

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        """As many lines as the words take."""
        return max(1, len(self._lines(width)))

    def render_line(self, y: int) -> Strip:
        """A line of the words."""
        width = self.size.width
        lines = self._lines(width)
        text = lines[y] if y < len(lines) else ""
        return Strip(
            segments([(" ", "text"), (text, self._role)], width, self.palette.styles), width
        )

    def on_click(self) -> None:
        """A click takes it away."""
        self.hush()
