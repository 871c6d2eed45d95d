"""The base of screens: focus changes that repaint nothing but what changed.

Textual's `Screen.focused` repaints the whole screen, 28 KB over the line for one `tab`; here
it repaints nothing, and the panes refresh their own frames.

    class MainScreen(BaseScreen):
        def compose(self) -> ComposeResult: ...
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.reactive import Reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from keydeck.tui.colours import Palette, palette_of

NARROW = 80
WIDE = 110
_Result = TypeVar("_Result")


class BaseScreen(Screen[_Result], Generic[_Result], inherit_bindings=False):
    """A screen whose focus is cheap, whose text is not selectable, and that knows its width.

    It carries one of the classes `-narrow` (under 80 columns), `-normal`, `-wide` (from 110
    on) before its first paint.
    """

    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's own form
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Next pane", show=False, id="pane.next"),
        Binding("shift+tab", "app.focus_previous", "Pane before", show=False, id="pane.before"),
    ]
    DEFAULT_CSS = """
    BaseScreen { background: $background; color: $foreground; layout: vertical;
        layers: default notice; }
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    async def _on_compose(self, event: events.Compose) -> None:  # noqa: ARG002
        """Set the width's class before children are made, or there are two first paints."""
        # Textual runs the handler of every base class itself: no `super()` in these.
        width = self.app.size.width
        for name, least, below in (
            ("-narrow", 0, NARROW),
            ("-normal", NARROW, WIDE),
            ("-wide", WIDE, 1 << 30),
        ):
            self.set_class(least <= width < below, name, update=False)

    @property
    def narrow(self) -> bool:
        """Whether one pane shows at a time (fewer than 80 columns)."""
        return self.app.size.width < NARROW

    @property
    def wide(self) -> bool:
        """Whether a detail pane stands beside the list (110 columns and more)."""
        return self.app.size.width >= WIDE

    def _on_screen_suspend(self) -> None:
        self._frame_changed()

    def _on_screen_resume(self, event: events.ScreenResume) -> None:  # noqa: ARG002
        self._frame_changed()

    def _frame_changed(self) -> None:
        """A covered pane keeps its focus but not its lit row."""
        if isinstance(self.focused, Quiet):
            self.focused.refresh_focus()


class BaseModal(BaseScreen[_Result], ModalScreen[_Result], inherit_bindings=False):
    """A screen over another one, which is not dimmed: what is under it can still be read."""

    DEFAULT_CSS = """
    BaseModal { background: transparent; &:ansi { background: transparent; } }
    """


class Quiet(Widget):
    """A widget that draws lines itself and repaints on focus only what shows the focus.

    Subclasses say which regions those are in `focus_regions`.
    """

    DEFAULT_CSS = """
    Quiet { background: $background; color: $foreground; }
    """
    ALLOW_SELECT = False

    def focus_regions(self) -> list[Region]:
        """The parts, in the widget's own cells, that look different with the focus."""
        return [self.size.region]

    def refresh_focus(self) -> None:
        """Repaint what shows the focus."""
        regions = [region for region in self.focus_regions() if region]
        if regions:
            self.refresh(*regions)

    @property
    def lit(self) -> bool:
        """Whether the widget has the focus and no other screen lies over it."""
        return self.has_focus and self.is_mounted and self.screen is self.app.screen

    @property
    def palette(self) -> Palette:
        """The styles of the present theme."""
        return palette_of(self.app)

    @property
    def plain(self) -> bool:
        """Whether the app shows words and no boxes (its attribute `plain`)."""
        return bool(getattr(self.app, "plain", False))

    def focus(self, scroll_visible: bool = True) -> Quiet:
        """Take the focus, without the repaint of Textual's own `focus`."""

        def take() -> None:
            if self.is_attached:
                self.screen.set_focus(self, scroll_visible=scroll_visible)

        self.app.call_later(take)
        return self

    def _on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self.has_focus = True
        self.refresh_focus()
        self.focus_changed()
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self.has_focus = False
        self.refresh_focus()
        self.focus_changed()
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))

    def focus_changed(self) -> None:
        """Called after the focus came or went; a subclass may act on it."""

    def park_cursor(self, x: int, y: int) -> None:
        """Put the terminal's own cursor on this cell, where screen readers and IMEs look."""
        if self.lit:
            self.app.cursor_position = self.region.offset + Offset(x, y)
