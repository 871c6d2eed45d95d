"""Questions on the terminal itself: `/dev/tty`, never standard input or output.

So a value can come through a pipe while its passphrase is typed, and no prompt ends up in a
file. What is typed in secret is read without the line discipline: a line there holds 4,095
characters at most and would cut a long value in silence.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from keydeck.domain.errors import AnswerNeeded, Invalid
from keydeck.domain.names import MAX_VALUE
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue

DEVICE = "/dev/tty"
MASKED = 40  # so many stars at most: a line never wraps

_PASTE_ON = b"\x1b[?2004h"
_PASTE_OFF = b"\x1b[?2004l"
_PASTE_BEGIN = b"\x1b[200~"
_PASTE_END = b"\x1b[201~"
_ERASE = (0x7F, 0x08)
_KILL = 0x15
_END = 0x04
_ESCAPE = 0x1B
_RETURN = (0x0A, 0x0D)


class Terminal:
    """The controlling terminal, opened for a question; close it after."""

    def __init__(self, descriptor: int) -> None:
        self._fd = descriptor

    def close(self) -> None:
        """Let go of it."""
        with suppress(OSError):
            os.close(self._fd)

    def show(self, text: str) -> None:
        """Lines for the person, seen nowhere else."""
        self._send((text + "\n").encode("utf-8", "replace"))

    def send(self, data: bytes) -> None:
        """Bytes for the terminal itself (OSC 52)."""
        self._send(data)

    def _send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._fd, data) :]

    def ask(self, question: str) -> str:
        """One line, shown while it is typed; `AnswerNeeded` (13) at the end of input."""
        self._send(clean(question).encode("utf-8", "replace"))
        answer = b""
        while not answer.endswith(b"\n"):
            part = os.read(self._fd, 4096)
            if not part:
                self._send(b"\n")
                raise AnswerNeeded("No answer came.", kept="Nothing was changed.")
            answer += part
        return answer.decode("utf-8", "replace").strip()

    def ask_yes(self, question: str) -> bool:
        """Yes or no; anything but y or yes is no."""
        return self.ask(f"{question} [y/N] ").lower() in ("y", "yes")

    def ask_masked(self, question: str, *, lines: bool = False) -> SecretValue:
        """What is typed or pasted, shown as stars. With `lines` a paste may have several."""
        with self._raw():
            try:
                self._send(clean(question).encode("utf-8", "replace") + _PASTE_ON)
                data = _Typed(self._read, self._send, lines=lines).read()
            finally:
                self._send(_PASTE_OFF + b"\r\n")
        return SecretValue(data)

    def _read(self) -> bytes:
        return os.read(self._fd, 4096)

    @contextmanager
    def _raw(self) -> Iterator[None]:
        """No echo, no line discipline; as it was before on any way out, signals included."""
        import termios

        before = termios.tcgetattr(self._fd)
        quiet = termios.tcgetattr(self._fd)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        quiet[6][termios.VMIN] = 1
        quiet[6][termios.VTIME] = 0

        def leave(number: int, _frame: object) -> None:
            raise SystemExit(128 + number)

        handlers = {}
        with suppress(ValueError):  # only the main thread may
            for number in (signal.SIGTERM, signal.SIGHUP):
                handlers[number] = signal.signal(number, leave)
        try:
            termios.tcsetattr(self._fd, termios.TCSAFLUSH, quiet)
            yield
        finally:
            # Flushing also drops the rest of a paste, so that no shell runs it as commands.
            termios.tcsetattr(self._fd, termios.TCSAFLUSH, before)
            for number, handler in handlers.items():
                signal.signal(number, handler)


class _Typed:
    """Reads one secret from a terminal without line discipline."""

    def __init__(
        self, read: Callable[[], bytes], send: Callable[[bytes], None], *, lines: bool
    ) -> None:
        self._read = read
        self._send = send
        self._lines = lines
        self._kept = bytearray()
        self._ahead = b""

    def read(self) -> bytes:
        """Everything up to Return, without it."""
        while True:
            code = self._next()
            if code == _ESCAPE:
                self._sequence()
            elif code in _RETURN:
                self._refuse_more()
                return bytes(self._kept)
            elif code == _END or code < 0:
                if not self._kept:
                    raise AnswerNeeded("No answer came.", kept="Nothing was changed.")
                return bytes(self._kept)
            elif code in _ERASE:
                self._erase()
            elif code == _KILL:
                self._send(b"\b \b" * self._shown())
                self._kept.clear()
            elif code >= 0x20 or code == 0x09:
                self._keep(bytes((code,)))

    def _next(self) -> int:
        """The next byte, -1 at the end."""
        if not self._ahead:
            self._ahead = self._read()
            if not self._ahead:
                return -1
        code = self._ahead[0]
        self._ahead = self._ahead[1:]
        return code

    def _shown(self) -> int:
        """How many stars stand there: one a character, at most `MASKED`."""
        count = sum(1 for byte in self._kept if byte & 0xC0 != 0x80)
        return min(count, MASKED)

    def _keep(self, data: bytes) -> None:
        if len(self._kept) + len(data) > MAX_VALUE + 1:
            raise Invalid(
                "That is more than 1 MiB.", kept="Nothing was changed.", todo="Use --from-file."
            )
        before = self._shown() if len(self._kept) <= 4 * MASKED else MASKED
        self._kept += data
        if before < MASKED:
            self._send(b"*" * (self._shown() - before))

    def _erase(self) -> None:
        before = self._shown()
        while self._kept and self._kept[-1] & 0xC0 == 0x80:
            self._kept.pop()
        if self._kept:
            self._kept.pop()
        if self._shown() < before:
            self._send(b"\b \b")

    def _sequence(self) -> None:
        """An escape sequence: a paste is taken whole, any other key is ignored."""
        sequence = bytearray((_ESCAPE,))
        while len(sequence) < 16:
            code = self._next()
            if code < 0:
                return
            sequence.append(code)
            if len(sequence) == 2 and code not in b"[O":
                return
            if len(sequence) > 2 and 0x40 <= code <= 0x7E:
                break
        if bytes(sequence) == _PASTE_BEGIN:
            self._paste()

    def _paste(self) -> None:
        """A bracketed paste; the terminal sends its line ends as Return."""
        pasted = bytearray()
        while not pasted.endswith(_PASTE_END):
            code = self._next()
            if code < 0:
                return
            pasted.append(code)
            if len(pasted) > MAX_VALUE + 16:
                self._keep(bytes(pasted))
        text = bytes(pasted[: -len(_PASTE_END)]).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" in text.rstrip(b"\n") and not self._lines:
            raise _several()
        self._keep(text if self._lines else text.rstrip(b"\n"))

    def _refuse_more(self) -> None:
        """Return in the middle of a read: lines were pasted on a terminal that doesn't mark it."""
        if self._ahead.strip(b"\r\n"):
            raise _several()


def _several() -> Invalid:
    return Invalid(
        "Several lines were pasted where one is read.",
        kept="Nothing was changed.",
        todo="Use --from-file FILE, or send it through standard input.",
    )


def open_terminal() -> Terminal | None:
    """The controlling terminal, or None where there is none."""
    try:
        return Terminal(os.open(DEVICE, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return None


def copy(terminal: Terminal, value: SecretValue) -> None:
    """Ask the terminal to put `value` on the clipboard (OSC 52)."""
    from base64 import b64encode

    terminal.send(b"\x1b]52;c;" + b64encode(value.reveal_bytes()) + b"\x07")
