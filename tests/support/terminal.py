"""A program on a terminal of its own, read byte by byte."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

import pyte

DEADLINE = 30.0
QUIET = 0.1  # seconds without a byte: the frame is whole
# What pyte would print rather than ignore: Kitty's keys, questions about modes.
_UNKNOWN = re.compile(rb"\x1b\[[<>=?]?[0-9;]*(?:u|\$p)")


class OnTerminal:
    """A Python script as the leader of a session on a pseudo terminal of 80×24."""

    def __init__(
        self,
        script: Path,
        *words: str,
        environ: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        cwd: Path | None = None,
    ) -> None:
        self.size = size
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(self.slave)
        # COLUMNS and LINES (pytest-xdist sets them) would speak louder than the terminal itself.
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith("TEXTUAL") and k not in ("COLUMNS", "LINES")
        }
        self.process = subprocess.Popen(
            (sys.executable, str(script), *words),
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            cwd=cwd,
            env={**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        self.output = b""
        self._fed = 0
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)

    def read_more(self) -> None:
        """Read what comes next; fails where nothing does for long."""
        assert select.select([self.master], [], [], DEADLINE)[0], "the app went silent"
        self.output += os.read(self.master, 65536)

    def read_until(self, mark: bytes | None) -> None:
        """Read until `mark` is there, or, without one, until the process has ended."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if mark is not None and mark in self.output:
                return
            ended = mark is None and self.process.poll() is not None
            if select.select([self.master], [], [], 0 if ended else 0.05)[0]:
                self.output += os.read(self.master, 65536)
            elif ended:
                return
        raise AssertionError(f"the app neither ended nor said {mark!r}")

    def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        self.size = (width, height)
        self._screen.resize(height, width)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, keys: str) -> None:
        """Type these keys."""
        os.write(self.master, keys.encode())

    def until(self, text: str) -> None:
        """Read until a whole frame shows a text: it stands there, and nothing more comes."""
        end = time.monotonic() + DEADLINE
        while time.monotonic() < end:
            if select.select([self.master], [], [], QUIET)[0]:
                self.read_more()
            elif text in self.shown:
                return
        raise AssertionError(f"no {text!r} in:\n{self.shown}")

    def press(self, keys: str, until: str) -> None:
        """Type these keys, then read until their whole answer is there."""
        self.type(keys)
        self.until(until)

    def paste(self, text: str, until: str) -> None:
        """Paste a text, as a terminal brackets it."""
        self.press(f"\x1b[200~{text}\x1b[201~", until)

    def end(self) -> int:
        """Wait for the process's end; its exit code (negative: a signal's number)."""
        self.read_until(None)
        return self.process.wait(DEADLINE)

    def cells(self) -> list[list[tuple[object, ...]]]:
        """Every cell that the terminal shows now: character, colours, bold, reverse."""
        end = len(self.output)
        escape = self.output.rfind(b"\x1b")
        if escape >= self._fed and not re.search(
            rb"\x1b.*[@-~]\Z|\x1b\[[^@-~]*[@-~]", self.output[escape:]
        ):
            end = escape  # a sequence whose end has not come yet
        self._stream.feed(_UNKNOWN.sub(b"", self.output[self._fed : end]))
        self._fed = end
        screen = self._screen
        return [
            [
                (cell.data, cell.fg, cell.bg, cell.bold, cell.reverse)
                for cell in (screen.buffer[y][x] for x in range(self.size[0]))
            ]
            for y in range(self.size[1])
        ]

    @property
    def shown(self) -> str:
        """The text that the terminal shows now."""
        return "\n".join("".join(str(cell[0]) for cell in row).rstrip() for row in self.cells())

    @property
    def screen(self) -> str:
        """What stands on the ordinary screen after the app has left its own."""
        screen = pyte.Screen(*self.size)
        pyte.ByteStream(screen).feed(self.output.rpartition(b"\x1b[?1049l")[2])
        return "\n".join(line.rstrip() for line in screen.display).strip()

    def assert_terminal_is_back(self) -> None:
        """The app's screen, mouse, paste and keys are left; cursor and modes are as before."""
        entered, left = b"\x1b[?1049h", b"\x1b[?1049l"
        assert self.output.rfind(left) > self.output.rfind(entered) >= 0
        for on, off in ((b"1003h", b"1003l"), (b"2004h", b"2004l"), (b"25l", b"25h")):
            assert self.output.rfind(b"\x1b[?" + off) > self.output.rfind(b"\x1b[?" + on), off
        assert self.output.count(b"\x1b[<u") >= 1  # Kitty's keys
        assert termios.tcgetattr(self.slave)[:4] == self.before[:4]

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """End the process, if it runs still, and the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)
