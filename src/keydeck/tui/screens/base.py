"""The base of every screen: its commands become keys, footer, help and palette rows."""

from __future__ import annotations

import inspect
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.screen import Screen

from keydeck.domain.errors import KeydeckError
from keydeck.tui.commands.command import Command, bindings, footer, for_key

if TYPE_CHECKING:
    from keydeck.tui.session import Session


class BaseKeydeckScreen(Screen[None]):
    """A screen made from its `COMMANDS`; a subclass has a `do_AREA_VERB` method for each.

    A method may be a coroutine: it then runs as a worker, and a `KeydeckError` that leaves it
    is told to the user. `why_not` says why a command can't work now (empty: it can).
    """

    COMMANDS: ClassVar[tuple[Command, ...]] = ()  # type: ignore[assignment]
    SCOPE: ClassVar[str] = "app"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "COMMANDS" in cls.__dict__:
            cls.BINDINGS = list(bindings(cls.COMMANDS))
        super().__init_subclass__(**kwargs)

    @property
    def session(self) -> Session:
        """What all screens share."""
        return cast("Session", self.app.session)  # type: ignore[attr-defined]

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
            self.tell(reason)
            return
        result = getattr(self, command.method)()
        if inspect.iscoroutine(result):
            self.work(result, command.id)

    def work(self, job: Coroutine[Any, Any, None], name: str = "work") -> None:
        """Run a coroutine beside the screen; a `KeydeckError` in it is told."""
        self.run_worker(self._guarded(job), name=name, exit_on_error=True)

    async def _guarded(self, job: Coroutine[Any, Any, None]) -> None:
        try:
            await job
        except KeydeckError as error:
            self.tell_error(error)

    def tell(self, text: str, kind: str = "info") -> None:
        """One line above the footer until the next key; kind `info`, `ok`, `due` or `danger`."""
        raise NotImplementedError

    def tell_error(self, error: KeydeckError) -> None:
        """What happened, what was kept, what to do; never a value."""
        self.tell(" ".join(part for part in (error.what, error.kept, error.todo) if part), "danger")
