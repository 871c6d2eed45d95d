"""One line that repaints only when its words change: the base of header, footer and notice."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from keydeck.tui.text import Span, segments
from keydeck.tui.widgets.base import Quiet


class OneLine(Quiet):
    """A line one cell high; subclasses say its spans for a width."""

    can_focus = False
    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; }
    """

    def line(self, width: int) -> Sequence[Span]:
        """What stands in the line at this width."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """The line, in exactly the widget's width."""
        width = self.size.width
        return Strip(segments(self.line(width), width, self.palette.styles), width)
