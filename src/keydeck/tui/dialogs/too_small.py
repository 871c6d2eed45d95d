"""What is said where the terminal has no room for the app."""

from __future__ import annotations

from textual.strip import Strip

from keydeck.tui.text import Role, Span, segments, wrap
from keydeck.tui.widgets.base import Quiet

WIDTH, HEIGHT = 60, 20
"""What every screen is drawn for."""
LEAST_WIDTH, LEAST_HEIGHT = 44, 12
"""Below this nothing can be read any more."""


class TooSmall(Quiet):
    """Covers the screen while the terminal is too small, and says its size."""

    can_focus = False
    DEFAULT_CSS = """
    TooSmall { layer: notice; dock: top; width: 100%; height: 100%; display: none; }
    """

    def on_mount(self) -> None:
        """The first size; then the screen tells each change."""
        self.look()
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self.look())

    def look(self) -> None:
        """Cover the screen, or give it free."""
        width, height = self.app.size
        small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if small != self.display:
            self.display = small
        elif small:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """What it needs, what there is."""
        width, height = self.app.size
        words = f"keydeck needs {WIDTH} × {HEIGHT} cells; here are {width} × {height}."
        lines: list[tuple[str, Role]] = [(line, "bold") for line in wrap(words, max(8, width - 2))]
        lines += [(line, "muted") for line in wrap("Make the terminal larger.", max(8, width - 2))]
        spans: list[Span] = [(" ", "text"), lines[y]] if y < len(lines) else []
        return Strip(segments(spans, self.size.width, self.palette.styles), self.size.width)
