"""The palette: every action by name, typed into the border, full width, nothing dimmed.

rows = [PaletteRow("Delete secret", "d", "secret.delete"), ...]
chosen = await self.app.push_screen_wait(PaletteScreen(rows))       # an id, or None
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from keydeck.domain.safetext import clean
from keydeck.tui.text import Span, cut, pad
from keydeck.tui.widgets.base import BaseModal
from keydeck.tui.widgets.listing import Listing

ROWS = 12
_KEY = 10


class PaletteRow(NamedTuple):
    """An action: its title, its key (may be empty), the id that comes back."""

    title: str
    key: str
    id: str


class PalettePane(Listing[PaletteRow]):
    """The palette's list; its filter is always being typed."""

    DEFAULT_CSS = """
    PalettePane { width: 1fr; height: 14; margin: 1 0 0 0; }
    """

    def __init__(
        self,
        rows: Sequence[PaletteRow],
        *,
        prompt: str = "Go to:",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(
            prompt,
            row_id=lambda row: row.id,
            row_text=lambda row: row.title,
            empty="There is nothing to do here.",
            id=id,
        )
        self._filter.typing = True
        self.set_rows(rows)

    def title_spans(self) -> list[Span]:
        """`Go to:` and what was typed."""
        prompt, role = super().title_spans()[0]
        typed = cut(clean(self.filter_text), max(8, self.size.width - 30))
        return [(f"{prompt} ", role), (typed, "text"), (" ", "caret")]

    def subtitle_spans(self) -> list[Span]:
        """Nothing: the filter is in the title."""
        return []

    def row_spans(
        self,
        row: PaletteRow,
        line: int,  # noqa: ARG002 - a row has one
        width: int,
        *,
        selected: bool,  # noqa: ARG002 - the cursor says it
    ) -> Sequence[Span]:
        """The title, and the key at the right."""
        title = pad(clean(row.title), max(0, width - _KEY))
        return [(title, "text"), (pad(row.key, _KEY), "muted")]

    def on_key(self, event: events.Key) -> None:
        """Enter opens and escape leaves, with the filter as it stands."""
        if event.key in {"enter", "escape"}:
            event.prevent_default()
            return
        super().on_key(event)
        event.prevent_default()


class PaletteScreen(BaseModal[str | None]):
    """The palette over the screen below; gives the id of the chosen row, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "leave", "Back", show=False, id="palette.leave"),
    ]
    DEFAULT_CSS = """
    PaletteScreen { align: left top; }
    """

    def __init__(self, rows: Sequence[PaletteRow], *, prompt: str = "Go to:") -> None:
        super().__init__()
        self._rows = rows
        self._prompt = prompt

    def compose(self) -> ComposeResult:
        """The one pane, under the header."""
        yield PalettePane(self._rows, prompt=self._prompt, id="palette")

    def action_leave(self) -> None:
        """Back without a choice."""
        self.dismiss(None)

    @on(Listing.Opened)
    def _chosen(self, event: Listing.Opened) -> None:
        event.stop()
        self.dismiss(event.row_id)

    def on_click(self, event: events.Click) -> None:
        """A click beside it leaves."""
        if event.widget is self:
            self.dismiss(None)
