"""A line that says what was done or went wrong: literal, and gone after a while.

    notice = Notice(id="notice")                 # a line of its own, kept free
    notice = Notice(overlay=True)                # over the line above the footer, while it speaks
    notice.say("DATABASE_URL copied; clearing asked for in 30 s", "ok")
    notice.say([("3 ticked", "bold"), ("   1 conflict to choose", "danger")], seconds=None)

What is said last stays until its time is up, then what was said to stay comes back.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.timer import Timer

from keydeck.domain.safetext import clean
from keydeck.tui.text import Role, Span, cells, cut
from keydeck.tui.widgets.line import OneLine

SECONDS = 6.0


class Notice(OneLine):
    """One literal line; see `say`."""

    DEFAULT_CSS = """
    Notice.-overlay { layer: notice; dock: bottom; margin: 0 0 1 0; }
    """

    def __init__(
        self,
        *,
        overlay: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._overlay = overlay
        self._lasting: tuple[Span, ...] = ()
        self._passing: tuple[Span, ...] = ()
        self._timer: Timer | None = None
        self.set_class(overlay, "-overlay")
        self.display = not overlay

    @property
    def text(self) -> str:
        """What it says now."""
        return "".join(text for text, _ in self._passing or self._lasting)

    def say(
        self, what: str | Sequence[Span], role: Role = "text", *, seconds: float | None = SECONDS
    ) -> None:
        """Say it for `seconds`, or until other words come (`None`); one line, never markup."""
        spans = ((clean(what), role),) if isinstance(what, str) else tuple(what)
        self._stop()
        before = self._passing or self._lasting
        if seconds is None:
            self._lasting, self._passing = spans, ()
        else:
            self._passing = spans
            self._timer = self.set_timer(seconds, self.hush)
        if spans != before:
            self._changed()

    def hush(self) -> None:
        """Stop saying what was said for a time."""
        self._stop()
        if self._passing:
            self._passing = ()
            self._changed()

    def clear(self) -> None:
        """Say nothing."""
        self._stop()
        if self._passing or self._lasting:
            self._passing = self._lasting = ()
            self._changed()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _changed(self) -> None:
        if self._overlay:
            self.display = bool(self._passing or self._lasting)
        self.refresh()

    def line(self, width: int) -> Sequence[Span]:
        """What it says, cut at the edge."""
        spans: list[Span] = [(" ", "text")]
        left = width - 2
        for text, role in self._passing or self._lasting:
            shown = cut(clean(text), left)
            spans.append((shown, role))
            left -= cells(shown)
        return spans

    def on_click(self) -> None:
        """A click takes it away."""
        self.hush()
