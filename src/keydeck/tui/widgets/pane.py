"""A pane: a rounded frame with its name in it, drawn line by line.

    class Hello(Pane):
        def body(self, y: int, width: int) -> list[Segment]:
            return self.spans([("hello", "text")], width)

    Hello("Greeting", subtitle="/ filter", id="hello")

With `app.plain` there are no boxes: the name stands in brackets while the pane has the focus.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from keydeck.domain.safetext import clean
from keydeck.tui.text import Role, Span, cells, cut, middle, segments, spans_width
from keydeck.tui.widgets.base import Quiet

Tone = Literal["", "danger"]


class Pane(Quiet):
    """A framed, focusable widget; `body(y, width)` draws what is inside.

    `title` stands in the top border, `subtitle` at its right end, `status` in the bottom
    border. `tone="danger"` colours the frame of a pane about deletion. Setting any of them
    repaints one line.
    """

    can_focus = True
    DEFAULT_CSS = """
    Pane { width: 1fr; height: 1fr; }
    """

    def __init__(
        self,
        title: str = "",
        *,
        subtitle: str = "",
        status: str = "",
        tone: Tone = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._title = title
        self._subtitle = subtitle
        self._status = status
        self._tone: Tone = tone

    # -- what a subclass fills in ------------------------------------------------------------

    def body(self, y: int, width: int) -> list[Segment]:  # noqa: ARG002 - a subclass uses y
        """Line `y` inside the frame: segments of exactly `width` cells."""
        return self.spans((), width)

    def scroll_state(self) -> tuple[int, int, int]:
        """First line shown, lines shown, lines in all: for the thumb in the right border."""
        return 0, self.body_height, self.body_height

    def title_spans(self) -> list[Span]:
        """The name in the border, coloured by focus and tone."""
        role: Role = "accent-bold" if self.lit else "bold"
        return [(self._title, role)]

    def subtitle_spans(self) -> list[Span]:
        """What stands at the right end of the top border."""
        return [(self._subtitle, "muted")] if self._subtitle else []

    # -- what it shows -----------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The pane's name, as it stands in the border."""
        return self._title

    @title.setter
    def title(self, text: str) -> None:
        if text != self._title:
            self._title = text
            self.refresh_top()

    @property
    def subtitle(self) -> str:
        """The text at the right end of the top border."""
        return self._subtitle

    @subtitle.setter
    def subtitle(self, text: str) -> None:
        if text != self._subtitle:
            self._subtitle = text
            self.refresh_top()

    @property
    def status(self) -> str:
        """The text in the bottom border."""
        return self._status

    @status.setter
    def status(self, text: str) -> None:
        if text != self._status:
            self._status = text
            self.refresh_bottom()

    @property
    def tone(self) -> Tone:
        """`danger` where the pane is about a deletion."""
        return self._tone

    @tone.setter
    def tone(self, tone: Tone) -> None:
        if tone != self._tone:
            self._tone = tone
            self.refresh()

    @property
    def body_height(self) -> int:
        """Lines inside the frame, by the size at this moment."""
        return max(0, self.size.height - 2)

    @property
    def body_width(self) -> int:
        """Cells inside the frame, by the size at this moment."""
        return max(0, self.size.width - 2)

    def spans(self, spans: Iterable[Span], width: int, *, lit: bool = False) -> list[Segment]:
        """Spans as segments of exactly `width` cells; `lit` as on the selected row."""
        colours = self.palette
        return segments(spans, width, colours.lit if lit else colours.styles)

    # -- repainting --------------------------------------------------------------------------

    @property
    def whole_frame(self) -> bool:
        """Whether the sides follow the focus too.

        They do where only changed cells are sent (`app.cell_diff`) or nothing is sent at all;
        else each side would resend its whole line, and the top line alone shows the focus.
        """
        return bool(getattr(self.app, "cell_diff", True))

    def refresh_top(self) -> None:
        """Repaint the top border."""
        self.refresh(Region(0, 0, self.size.width, 1))

    def refresh_bottom(self) -> None:
        """Repaint the bottom border."""
        self.refresh(Region(0, self.size.height - 1, self.size.width, 1))

    def refresh_body(self, first: int = 0, count: int | None = None) -> None:
        """Repaint `count` lines inside the frame from line `first` on (all by default)."""
        height = self.body_height - first if count is None else count
        if height > 0:
            self.refresh(Region(1, 1 + first, self.body_width, height))

    def refresh_thumb(self) -> None:
        """Repaint the right border and, in plain mode, the line that counts what is below."""
        if self.plain:
            self.refresh_bottom()
        else:
            self.refresh(Region(self.size.width - 1, 1, 1, self.body_height))

    def focus_regions(self) -> list[Region]:
        """The frame: whole, or only its top line (see `whole_frame`)."""
        width, height = self.size
        top = Region(0, 0, width, 1)
        if not self.whole_frame or self.plain:
            return [top]
        sides = [Region(0, 1, 1, height - 2), Region(width - 1, 1, 1, height - 2)]
        return [top, *sides, Region(0, height - 1, width, 1)]

    def focus_changed(self) -> None:
        """Leave the terminal's cursor at the pane's name."""
        self.park_cursor(2, 0)

    # -- drawing -----------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the pane, frame and all."""
        width, height = self.size
        if width < 2 or height < 2:
            return Strip(segments((), width, self.palette.styles), width)
        if y == 0:
            line = self._top(width)
        elif y == height - 1:
            line = self._bottom(width)
        elif self.plain:
            blank = Segment(" ", self.palette.text)
            line = [blank, *self.body(y - 1, width - 2), blank]
        else:
            border = self._border(side=True)
            right = Segment("┃" if self._is_thumb(y - 1) else "│", border)
            line = [Segment("│", border), *self.body(y - 1, width - 2), right]
        return Strip(line, width)

    def _border(self, *, side: bool = False) -> Style:
        colours = self.palette
        if self.lit and (self.whole_frame or not side):
            return colours.border_focused
        return colours.danger if self._tone == "danger" else colours.border

    def _top(self, width: int) -> list[Segment]:
        if self.plain:
            return self._plain_top(width)
        border = self._border()
        right = self.subtitle_spans()
        right_width = spans_width(right)
        title = self._fitted(self.title_spans(), max(0, width - 6 - (right_width and 6)))
        title_width = spans_width(title)
        if right_width and width - 6 - title_width - right_width < 2:
            right = [(cut(right[0][0], max(0, width - title_width - 9)), right[0][1])]
            right_width = spans_width(right)
        line = [Segment("╭", border)]
        used = 2
        if title_width:
            line += [*self.spans([(" ", "text"), *title, (" ", "text")], title_width + 2)]
            used += title_width + 2
        tail: list[Segment] = []
        if right_width:
            tail = [*self.spans([(" ", "text"), *right, (" ", "text")], right_width + 2)]
            tail.append(Segment("─", border))
            used += right_width + 3
        return [*line, Segment("─" * max(0, width - used), border), *tail, Segment("╮", border)]

    def _plain_top(self, width: int) -> list[Segment]:
        title = self.title_spans()
        if self.lit:
            title = [("[", "bold"), *((text, "bold") for text, _ in title), ("]", "bold")]
        else:
            title = [(text, "text") for text, _ in title]
        right = self.subtitle_spans()
        return self.spans([*title, ("  ", "text"), *right] if right else title, width)

    def _bottom(self, width: int) -> list[Segment]:
        if self.plain:
            first, shown, total = self.scroll_state()
            below = total - first - shown
            words = self._status or (f"{below} more below" if below > 0 else "")
            return self.spans([(" ", "text"), (words, "muted")], width)
        border = self._border()
        if not self._status:
            return [Segment(f"╰{'─' * (width - 2)}╯", border)]
        words = cut(clean(self._status), max(0, width - 6))
        line = self.spans([(f" {words} ", "muted")], cells(words) + 2)
        rest = width - 3 - cells(words) - 2
        return [Segment("╰─", border), *line, Segment(f"{'─' * max(0, rest)}╯", border)]

    @staticmethod
    def _fitted(spans: list[Span], width: int) -> list[Span]:
        """A single span loses its middle; of several the last is cut."""
        if len(spans) == 1:
            text, role = spans[0]
            return [(middle(clean(text), width), role)]
        out: list[Span] = []
        for text, role in spans:
            out.append((cut(clean(text), max(0, width)), role))
            width -= cells(out[-1][0])
        return out

    def _is_thumb(self, y: int) -> bool:
        first, shown, total = self.scroll_state()
        height = self.body_height
        if total <= shown or height <= 0:
            return False
        size = max(1, height * shown // total)
        start = (height - size) * first // max(1, total - shown)
        return start <= y < start + size
