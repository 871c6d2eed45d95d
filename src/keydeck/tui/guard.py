"""The crash guard: no value leaves with an error, and the terminal is given back.

Textual shows the locals of every frame when it crashes; here a crash shows the error's type
and where it happened, nothing else. Only a `KeydeckError`, whose words never hold a value, is
told in its own words.

    class KeydeckApp(Guarded[int]):
        def hide_values(self) -> None: ...        # on suspend: mask what is revealed

    sys.exit(run_guarded(KeydeckApp()))

SIGTERM, SIGHUP, SIGINT and SIGQUIT leave the app in order (143, 129, 130, 131); where it can't
leave within five seconds the terminal is restored and the process ends all the same.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Literal, TypeVar

from rich.text import Text
from textual import constants
from textual.app import App
from textual.worker import WorkerFailed

import keydeck
from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean, clean_lines
from keydeck.tui.widgets.celldiff import CellDiff

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
PATIENCE = 5.0
"""Seconds that an app gets to leave after a signal."""
FRAMES = 12
# Kitty keys off, mouse off, bracketed paste off, focus reports off, wrap on, leave the
# alternate screen, show the cursor.
RESTORE = (
    b"\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?2004l\x1b[?1004l"
    b"\x1b[?2048l\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"
)
_Result = TypeVar("_Result")


# -- what is said of an error ----------------------------------------------------------------


def report(error: BaseException) -> str:
    """An error in words that hold no value: its own for a `KeydeckError`, else type and frames.

    Frames are `file:line in function`, innermost last, at most twelve, files as they lie in
    their package; no source lines, no locals, no text of the error.
    """
    error = _unwrapped(error)
    if isinstance(error, KeydeckError):
        parts = (error.what, error.kept, error.todo)
        return clean_lines(" ".join(part for part in parts if part))
    lines = [f"keydeck stopped on an error of its own: {_type_name(type(error))}."]
    lines += [f"  {frame}" for frame in frames(error.__traceback__)]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        lines.append(f"after {_type_name(type(cause))}")
        lines += [f"  {frame}" for frame in frames(cause.__traceback__)]
    lines.append("What was saved is saved. Please report the lines above; they hold no values.")
    return clean_lines("\n".join(lines))


def _unwrapped(error: BaseException) -> BaseException:
    while isinstance(error, WorkerFailed):
        error = error.error
    return error


def _type_name(kind: type[BaseException]) -> str:
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def frames(traceback: TracebackType | None) -> list[str]:
    """`file:line in function` of the innermost frames."""
    out: list[str] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        out.append(f"{_place(code.co_filename)}:{traceback.tb_lineno} in {code.co_name}")
        traceback = traceback.tb_next
    return out[-FRAMES:]


def _place(path: str) -> str:
    """A source file as it lies in its package, without the machine's folders."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(keydeck.__file__)))
    folders = sorted((p for p in (package, *sys.path) if p), key=len, reverse=True)
    for folder in folders:
        if path.startswith(folder + os.sep):
            return path[len(folder) + 1 :]
    return os.path.basename(path)


def _say(text: str) -> None:
    with suppress(OSError, ValueError):
        print(text, file=sys.__stderr__, flush=True)


# -- the app ---------------------------------------------------------------------------------


class Crash(Text):
    """The words that a crash leaves on the terminal; a literal."""


class Guarded(CellDiff[_Result]):
    """An app that crashes, is ended and is suspended without showing a value.

    It sends only cells that changed (`CellDiff`). A subclass may override `hide_values` (called
    before a suspend) and `back_again` (called after it, before the repaint).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Both write key strokes to files; whoever started us without the scrub of entry.py
        # may have set them.
        for name, off in (("LOG_FILE", None), ("DEBUG", False)):
            setattr(constants, name, off)
        super().__init__(*args, **kwargs)
        self._aside: list[str] = []

    def hide_values(self) -> None:
        """Mask what is revealed: the app is being suspended."""

    def back_again(self) -> None:
        """The app is on the terminal again after a suspend."""

    # -- crashes -----------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Leave with what may be said of the error; Pilot still finds the error itself."""
        real = _unwrapped(error)
        self._return_code = real.code if isinstance(real, KeydeckError) else 1
        if self._exception is None:
            self._exception = real if isinstance(real, Exception) else error
            self._exception_event.set()
        self.panic(Crash(report(real)))

    def _fatal_error(self) -> None:
        """Never the traceback with its locals."""
        error = sys.exc_info()[1]
        self.panic(Crash(report(error) if error else "keydeck stopped on an error of its own."))

    def panic(self, *renderables: Any) -> None:
        """Leave with these words; anything but our own is reduced to its kind."""
        said = [r if isinstance(r, Crash) else Crash(_kind(r)) for r in renderables]
        if self._return_code is None:
            self._return_code = 1
        self._exit_renderables.extend(said)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """The first crash, and what else was set aside, on standard error."""
        said = [str(r) for r in self._exit_renderables[:1]] + self._aside
        self._exit_renderables.clear()
        self._aside.clear()
        for text in said:
            _say(text)

    def note_aside(self, error: BaseException) -> None:
        """Remember an error outside of any handler; told when the app is left."""
        if len(self._aside) < FRAMES:
            self._aside.append(f"Meanwhile: {report(error)}")

    # -- nothing of what is typed or shown is logged, notified as markup ---------------------

    def _log(self, *_: Any, **__: Any) -> None:
        """No log: its lines hold key strokes and pastes."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - never
    ) -> None:
        """Textual's toast, of literal text only."""
        super().notify(
            clean(message), title=clean(title), severity=severity, timeout=timeout, markup=False
        )

    # -- signals -----------------------------------------------------------------------------

    def _on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._outside_handlers)
        self.app_suspend_signal.subscribe(self, lambda _: self.hide_values(), immediate=True)
        self.app_resume_signal.subscribe(self, lambda _: self._resumed())
        if not self.is_headless and threading.current_thread() is threading.main_thread():
            watch_signals(lambda code: self._signalled(loop, code))

    def _signalled(self, loop: asyncio.AbstractEventLoop, code: int) -> None:
        """Leave in order, or, where that has no end, by hand; in the watching thread."""
        with suppress(RuntimeError):  # the loop is closed: the app is being left already
            loop.call_soon_threadsafe(self._leave, code)
        threading.Event().wait(PATIENCE)
        restore_terminal(self)
        os._exit(code)

    def _leave(self, code: int) -> None:
        self.hide_values()
        self.exit(return_code=code)

    def _outside_handlers(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.note_aside(error)

    def _resumed(self) -> None:
        self.back_again()
        for screen in self.screen_stack:
            screen.refresh(layout=True)


def _kind(renderable: object) -> str:
    """What may be said of someone else's words: of a traceback its error's type and frames."""
    trace = getattr(renderable, "trace", None)
    for stack in getattr(trace, "stacks", ())[:1]:
        where = [f"  {_place(f.filename)}:{f.lineno} in {f.name}" for f in stack.frames[-FRAMES:]]
        name = clean(str(stack.exc_type))
        return "\n".join([f"keydeck stopped on an error of its own: {name}.", *where])
    return "keydeck stopped on an error of its own."


def watch_signals(ended: Callable[[int], None]) -> None:
    """Call `ended` with the exit code for the first of `SIGNALS`, in a thread of its own.

    The interpreter's C handler writes the number to a pipe at once; Python handlers and the
    loop's run only when the main thread gets to it, which in a stuck app it never does.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)

    def watch() -> None:
        # Other signals that have a handler (a resize) come along too.
        while data := os.read(reading, 64):
            for number in data:
                if number in SIGNALS:
                    ended(128 + number)
                    return

    threading.Thread(target=watch, name="signals", daemon=True).start()


def restore_terminal(app: App[Any]) -> None:
    """Give the terminal back without the help of a loop or a thread that may be stuck."""
    driver = getattr(app, "_driver", None)
    fd = sys.__stderr__.fileno() if sys.__stderr__ is not None else 2
    with suppress(OSError):
        os.set_blocking(fd, False)
        os.write(fd, RESTORE)
    attributes = getattr(driver, "attrs_before", None)
    if attributes is not None:
        import termios

        with suppress(OSError, termios.error):
            termios.tcsetattr(getattr(driver, "fileno", 0), termios.TCSANOW, attributes)


# -- the process -----------------------------------------------------------------------------


@contextmanager
def hooks(aside: Callable[[BaseException], None] | None = None) -> Iterator[None]:
    """While it lasts, errors that nobody caught are told without values, in any thread.

    Those of other threads go to `aside`, so as not to be written over the app's screen.
    """
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    def uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        _say("interrupted" if isinstance(error, KeyboardInterrupt) else report(error))

    def elsewhere(error: BaseException | None) -> None:
        if error is None or isinstance(error, SystemExit):
            return
        if aside is None:
            _say(report(error))
        else:
            aside(error)

    sys.excepthook = uncaught
    threading.excepthook = lambda args: elsewhere(args.exc_value)
    sys.unraisablehook = lambda args: elsewhere(args.exc_value)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def run_guarded(app: Guarded[Any], *, mouse: bool = True) -> int:
    """Run `app` to its end; the exit code. No error gets past this."""
    with hooks(app.note_aside):
        try:
            app.run(mouse=mouse)
        except KeyboardInterrupt:
            return 130
        except BaseException as error:  # noqa: BLE001 - the last place; told without values
            _say(report(error))
            real = _unwrapped(error)
            return real.code if isinstance(real, KeydeckError) else 1
        finally:
            app._print_error_renderables()
            _settle_streams()
    return app.return_code or 0


def _settle_streams() -> None:
    """Flush; where the terminal is gone, drop what can't be: else Python ends with its own 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, stream.fileno())
                os.close(nothing)
