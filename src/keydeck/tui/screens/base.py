"""The base of every screen: its commands become keys, footer, help and palette rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.widget import Widget
from textual.worker import Worker

from keydeck.domain.errors import KeydeckError, Locked
from keydeck.tui.commands.command import Command, bindings, footer, for_key, key_word
from keydeck.tui.dialogs.said import Said
from keydeck.tui.dialogs.too_small import TooSmall
from keydeck.tui.panes.top import header_words
from keydeck.tui.widgets.base import BaseModal, BaseScreen
from keydeck.tui.widgets.footer import Footer, FooterKey
from keydeck.tui.widgets.header import Header
from keydeck.tui.widgets.inputs import PlainInput
from keydeck.tui.widgets.masked import Masked

if TYPE_CHECKING:
    from keydeck.tui.app import KeydeckApp
    from keydeck.tui.session import Session

R = TypeVar("R")
Job = Coroutine[Any, Any, None]


class Commanded(BaseScreen[R]):
    """A screen made from its `COMMANDS`; a subclass has a `do_AREA_VERB` method for each.

    A method may be a coroutine: it then runs as a worker, and a `KeydeckError` that leaves it
    is told to the user. `why_not` says why a command can't work now (empty: it can).
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = ()  # type: ignore[assignment]
    SCOPE: ClassVar[str] = "app"

    def __init__(self) -> None:
        super().__init__()
        self._unbegun: list[tuple[Worker[None], Job]] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "COMMANDS" in cls.__dict__:
            cls.BINDINGS = list(bindings(cls.COMMANDS))
        super().__init_subclass__(**kwargs)

    @property
    def desk(self) -> KeydeckApp:
        """The app, as what it is."""
        return cast("KeydeckApp", self.app)

    @property
    def session(self) -> Session:
        """What all screens share."""
        return self.desk.session

    # -- commands ----------------------------------------------------------------------------

    def scopes(self) -> tuple[str, ...]:
        """The active scopes, innermost first."""
        return (self.SCOPE, "app")

    def why_not(self, command: Command) -> str:  # noqa: ARG002
        """Why `command` can't work now, in a sentence; empty when it can."""
        return ""

    def footer_commands(self) -> list[Command]:
        """What the footer shows here, most important first."""
        return footer(self.COMMANDS, self.scopes())

    def action_press(self, key: str) -> None:
        """A bound key: start its command, or say why it can't work now."""
        command = for_key(self.COMMANDS, key, self.scopes())
        if command is not None:
            self.start(command)

    def start(self, command: Command) -> None:
        """Start a command (from a key, the palette, the footer or the mouse)."""
        reason = self.why_not(command)
        if reason:
            self.tell(reason, "due")
            return
        result = getattr(self, command.method)()
        if inspect.iscoroutine(result):
            self.work(result, command.id)

    def work(self, job: Job, name: str = "work", *, alone: str = "") -> Worker[None]:
        """Run a coroutine beside the screen; a `KeydeckError` in it is told.

        Of jobs with the same `alone` only the last one runs on.
        """
        self._drop_unbegun()
        begin: Callable[[], Job] = partial(self._guarded, job)
        worker: Worker[None] = self.run_worker(
            begin, name=name, group=alone or "work", exclusive=bool(alone)
        )
        self._unbegun.append((worker, job))
        return worker

    def _drop_unbegun(self, every: bool = False) -> None:
        """A worker may be cancelled before it began; its job would then complain."""
        for worker, job in list(self._unbegun):
            if every or worker.is_finished:
                self._unbegun.remove((worker, job))
                job.close()

    async def _guarded(self, job: Job) -> None:
        mine = [pair for pair in self._unbegun if pair[1] is job]
        if not mine:  # the screen went away meanwhile
            return
        self._unbegun.remove(mine[0])
        try:
            await job
        except Locked as error:
            if self.session.vault is not None:  # else this screen is about to go
                self.tell_error(error)
        except KeydeckError as error:
            self.tell_error(error)
        except NoMatches:
            # The screen was left while the job waited: what it would show, nobody sees.
            if self in self.app.screen_stack:
                raise

    # -- words to the user -------------------------------------------------------------------

    def tell(self, text: str, kind: str = "info") -> None:
        """Words above the footer until the next key; kind `info`, `ok`, `due` or `danger`."""
        if self.is_attached:
            self.query_one(Said).say(text, kind)

    def tell_error(self, error: KeydeckError) -> None:
        """What happened, what was kept, what to do; never a value."""
        self.tell(" ".join(part for part in (error.what, error.kept, error.todo) if part), "danger")

    def hush(self) -> None:
        """A key was pressed: what was said has been read."""
        for said in self.query(Said):
            said.hush()

    # -- the frame ---------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """What stands between header and footer."""
        return ()

    def refresh_frame(self) -> None:
        """Header and footer say what is true now; nothing is repainted where it is the same."""
        keys = [self._footer_key(command) for command in self.footer_commands() if command.keys]
        for foot in self.query(Footer):
            foot.show(keys)

    def _footer_key(self, command: Command) -> FooterKey:
        """The first of its keys that is not typed into the field that has the focus."""
        typing = isinstance(self.focused, (PlainInput, Masked))
        free = [key for key in command.keys if not typing or len(key_word(key)) > 1]
        return FooterKey(key_word((free or command.keys)[0]), command.word, command.id)

    def on_descendant_focus(self) -> None:
        """Each pane and field has a footer of its own."""
        self.refresh_frame()

    def footer_changed(self) -> None:
        """The footer's words changed."""
        self.refresh_frame()

    def _on_unmount(self) -> None:
        self._drop_unbegun(every=True)

    def _on_mount(self, event: events.Mount) -> None:  # noqa: ARG002
        """Every subclass has an `on_mount` of its own; this one comes beside it."""
        self.refresh_frame()

    @on(Footer.Pressed)
    def _footer_pressed(self, event: Footer.Pressed) -> None:
        for command in self.footer_commands():
            if command.id == event.id:
                self.start(command)
                return

    # -- what works everywhere ---------------------------------------------------------------

    def do_app_help(self) -> None:
        """Every key of this screen."""
        from keydeck.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self))

    async def do_app_palette(self) -> None:
        """All actions of this screen, by name."""
        from keydeck.tui.widgets.palette import PaletteRow, PaletteScreen

        offered = sorted(
            (command for command in self.COMMANDS if not command.hidden), key=lambda c: c.title
        )
        rows = [PaletteRow(command.title, command.key, command.id) for command in offered]
        chosen = await self.desk.ask(PaletteScreen(rows))
        for command in offered:
            if command.id == chosen:
                self.start(command)

    def do_app_lock(self) -> None:
        """Lock now."""
        self.desk.lock()

    def do_app_redraw(self) -> None:
        """Paint everything again."""
        self.app.refresh(repaint=True, layout=True)

    def do_app_theme(self) -> None:
        """The next theme."""
        self.desk.next_theme()

    def do_app_quit(self) -> None:
        """Lock and leave."""
        self.desk.leave()

    def do_screen_back(self) -> None:
        """Back to the screen before."""
        self.dismiss()


class BaseKeydeckScreen(Commanded[None]):
    """A whole screen: header, what `body()` gives, footer."""

    COMMANDS: ClassVar[tuple[Command, ...]] = ()

    DEFAULT_CSS = """
    BaseKeydeckScreen { layers: default notice; }
    """

    def compose(self) -> ComposeResult:
        """Header, body, footer; over its last lines what is told."""
        yield Header()
        yield from self.body()
        yield Footer()
        yield Said()
        yield TooSmall()

    def refresh_frame(self) -> None:
        """Header and footer say what is true now."""
        super().refresh_frame()
        for head in self.query(Header):
            place, badge, items = header_words(self.session)
            head.show(place, badge=badge, items=items)

    @on(Header.Pressed)
    def _header_pressed(self, event: Header.Pressed) -> None:
        for command in self.COMMANDS:
            if command.id == event.item:
                self.start(command)
                return


class BaseKeydeckModal(Commanded[R], BaseModal[R]):
    """A dialog over the lower part of another screen, with a result and its own footer."""

    COMMANDS: ClassVar[tuple[Command, ...]] = ()  # type: ignore[assignment]

    DEFAULT_CSS = """
    BaseKeydeckModal { layers: default notice; background: transparent; }
    BaseKeydeckModal > #dialog { dock: bottom; height: auto; margin: 0 0 1 0;
        background: $background; }
    """

    def compose(self) -> ComposeResult:
        """The dialog's parts, its footer."""
        with Vertical(id="dialog"):
            yield from self.body()
        yield Footer()
        yield Said()
