"""The app: opens and locks the vault, shows screens, keeps time. Nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, get_current_worker

from keydeck.tui.copying import Copying
from keydeck.tui.guard import run_guarded
from keydeck.tui.screens.base import Commanded
from keydeck.tui.session import Session
from keydeck.tui.settings import Settings, fitting_theme
from keydeck.tui.start import EarlyUnlock, collect_again
from keydeck.tui.theme import load_theme, load_themes

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

R = TypeVar("R")
TICK = 5.0  # seconds between looks at the lock's clock
SETTLED = 1.0  # seconds after which the first screens stand
IDLE = "Locked after {} min without a key."


class KeydeckApp(Copying):
    """One vault on one terminal; what the screens share is in `session`."""

    TITLE = "keydeck"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave_hint", "Quit", show=False, priority=True),
    ]

    def __init__(self, settings: Settings, early: EarlyUnlock | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.environ = settings.environ
        self.plain = settings.plain
        self.session = Session(
            settings.path,
            settings.environ,
            folder=settings.folder,
            plain=settings.plain,
            lock_after=settings.lock_after,
        )
        self.asking: set[Worker[object]] = set()
        self._early = early
        self._opened_before = False
        self._last_protected = False
        self._themes: list[str] = []
        self._take_themes(settings.theme)

    def _take_themes(self, wanted: str) -> None:
        themes, _ = load_themes()
        for theme in themes:
            self.register_theme(theme)
        self._themes = [theme.name for theme in themes]
        self.theme = load_theme(wanted or fitting_theme(self.settings.environ)).name

    # -- life --------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """The first screen, and the clock of the lock."""
        self.set_interval(TICK, self._tick)
        self.set_timer(SETTLED, collect_again)
        self.run_worker(self._begin(), name="begin")

    async def _begin(self) -> None:
        """Main where the vault opened while Textual loaded, else unlock, else first run."""
        early, self._early = self._early, None
        if early is not None:
            await self.session.call(early.join)
            if early.vault is not None:
                self.opened(early.vault)
                return
        if os.path.lexists(self.session.path):
            self.show_unlock("" if early is None or early.error is None else early.error.message)
            return
        from keydeck.tui.screens.first_run import FirstRunScreen

        self.push_screen(FirstRunScreen())

    def show_unlock(self, note: str = "") -> None:
        """Ask for what opens the vault."""
        from keydeck.tui.screens.unlock import UnlockScreen

        self.push_screen(UnlockScreen(note))

    def opened(self, vault: Vault) -> None:
        """A vault was opened: to the main screen."""
        from keydeck.tui.screens.main import MainScreen

        self.session.open(vault)
        on_tree = self._opened_before and self._last_protected
        self._opened_before = True
        self.show_only(MainScreen(on_tree=on_tree))

    def lock(self, note: str = "") -> None:
        """Close the vault, drop every screen and all they know, ask again."""
        place = self.session.place
        self._last_protected = place is not None and place.profile.protected
        self.session.lock()
        from keydeck.tui.screens.unlock import UnlockScreen

        self.show_only(UnlockScreen(note))

    def show_only(self, screen: Commanded[None]) -> None:
        """This screen alone; the others are dropped, so that nothing on them outlives them."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(screen)

    def leave(self) -> None:
        """Lock and end."""
        self.session.lock()
        self.exit(0)

    def hide_values(self) -> None:
        """Suspended or ended by a signal: nothing stays revealed."""
        from keydeck.tui.screens.reveal import RevealScreen

        for screen in list(self.screen_stack):
            if isinstance(screen, RevealScreen):
                screen.hide()

    def on_app_blur(self) -> None:
        """Somebody looks elsewhere: nothing stays revealed."""
        self.hide_values()

    def on_unmount(self) -> None:
        """However it ended, nothing stays open."""
        self.session.lock()

    async def ask(self, dialog: Screen[R]) -> R | None:
        """Show a dialog and wait for its answer (from a worker); None where it was left."""
        self.asking.add(worker := get_current_worker())
        try:
            return await self.push_screen_wait(dialog)
        finally:
            self.asking.discard(worker)

    def tell_below(self, text: str, kind: str = "ok") -> None:
        """Say it on the screen that shows once the present one is gone."""

        def say() -> None:
            if isinstance(self.screen, Commanded):
                self.screen.tell(text, kind)

        self.call_later(say)

    # -- time --------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Whoever types or clicks is here; what was told before has been read."""
        here = isinstance(event, (events.Key, events.Paste, events.MouseDown))
        if here and not event.is_forwarded:
            self.session.touch()
            if isinstance(self.screen, Commanded):
                self.screen.hush()
        await super().on_event(event)

    def _tick(self) -> None:
        """Lock when it is time; the header counts the minutes down."""
        if self.session.vault is not None and self.session.lock_left() <= 0:
            self.lock(IDLE.format(round(self.session.lock_after / 60)))
        elif isinstance(self.screen, Commanded):
            self.screen.refresh_frame()

    # -- keys of the app ---------------------------------------------------------------------

    def action_leave_hint(self) -> None:
        """ctrl+c neither copies nor quits."""
        if isinstance(self.screen, Commanded):
            self.screen.tell("q quits, esc goes back. Nothing was interrupted.")

    def next_theme(self) -> None:
        """To the theme after this one."""
        at = self._themes.index(self.theme) if self.theme in self._themes else -1
        self.theme = self._themes[(at + 1) % len(self._themes)]
        self.screen.refresh(repaint=True, layout=True)


def run_app(settings: Settings, early: EarlyUnlock | None = None) -> int:
    """Run the app; its exit code."""
    return run_guarded(KeydeckApp(settings, early), mouse=settings.mouse)


def run(settings: Settings) -> int:
    """Run the app until it is left (`keydeck.tui.start.run` starts faster)."""
    return run_app(settings)
