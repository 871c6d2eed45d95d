"""However the app ends, no value is left on the terminal, and the terminal is given back."""

from __future__ import annotations

import fcntl
import os
import pty
import secrets
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from support.canary import seen

APP = Path(__file__).with_name("guarded_app.py")
DEADLINE = 30.0


class Run:
    """A process on a terminal of its own."""

    def __init__(self, *words: str) -> None:
        self.canary = f"canary-{secrets.token_urlsafe(24)}"
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        environ = {k: v for k, v in os.environ.items() if not k.startswith("TEXTUAL")}
        self.process = subprocess.Popen(
            (sys.executable, str(APP), *words),
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env={**environ, "GUARD_CANARY": self.canary, "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )
        self.output = b""
        self.read_until(b"ready to fail")

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

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def end(self) -> int:
        self.read_until(None)
        return self.process.wait(DEADLINE)

    @property
    def screen(self) -> str:
        """What stands on the terminal's ordinary screen at the end."""
        screen = pyte.Screen(80, 24)
        pyte.ByteStream(screen).feed(self.output.rpartition(b"\x1b[?1049l")[2])
        return "\n".join(line.rstrip() for line in screen.display).strip()

    def assert_terminal_is_back(self) -> None:
        entered, left = b"\x1b[?1049h", b"\x1b[?1049l"
        assert self.output.rfind(left) > self.output.rfind(entered) >= 0
        for on, off in ((b"1003h", b"1003l"), (b"2004h", b"2004l"), (b"25l", b"25h")):
            assert self.output.rfind(b"\x1b[?" + off) > self.output.rfind(b"\x1b[?" + on), off
        assert self.output.count(b"\x1b[<u") >= 1  # Kitty's keys
        assert termios.tcgetattr(self.slave)[:4] == self.before[:4]

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in (self.master, self.slave):
            if fd >= 0:
                os.close(fd)


@pytest.fixture
def run() -> Iterator[Run]:
    running = Run()
    yield running
    running.close()


@pytest.mark.parametrize(
    ("key", "function"), [("h", "key_h"), ("w", "work"), ("t", "<lambda>"), ("r", "render_line")]
)
def test_a_crash_tells_its_type_and_place_and_no_value(run: Run, key: str, function: str) -> None:
    run.type(key)
    assert run.end() == 1
    assert "ValueError" in run.screen
    assert "guarded_app.py:" in run.screen
    assert "in fail" in run.screen
    assert function in run.screen
    assert seen(run.canary, run.output) == []
    assert "X-Vault-Token" not in run.screen
    assert str(APP.parent) not in run.screen
    run.assert_terminal_is_back()


def test_an_error_of_ours_is_told_in_its_own_words(run: Run) -> None:
    run.type("k")
    assert run.end() == NOT_FOUND
    assert run.screen == "There is no tenant acme. Did you mean acne?"
    run.assert_terminal_is_back()


NOT_FOUND = 7


def test_a_thread_of_its_own_is_told_after_the_app_is_left(run: Run) -> None:
    run.type("pq")
    assert run.end() == 0
    assert "Meanwhile: keydeck stopped on an error of its own: ValueError" in run.screen
    assert seen(run.canary, run.output) == []
    run.assert_terminal_is_back()


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT], ids=lambda s: s.name
)
def test_a_signal_gives_the_terminal_back(run: Run, number: signal.Signals) -> None:
    run.process.send_signal(number)
    assert run.end() == 128 + number
    assert run.screen == ""
    run.assert_terminal_is_back()


def test_a_hang_up_leaves_no_orphan(run: Run) -> None:
    os.close(run.master)
    run.master = -1
    assert run.process.wait(DEADLINE) == 128 + signal.SIGHUP


def test_a_stuck_app_is_ended_all_the_same() -> None:
    run = Run("0.2")
    try:
        run.type("b")
        run.read_until(b"now stuck")
        run.process.send_signal(signal.SIGTERM)
        assert run.end() == 128 + signal.SIGTERM
        run.assert_terminal_is_back()
    finally:
        run.close()


def test_a_suspend_hides_values_and_comes_back_whole(run: Run) -> None:
    run.process.send_signal(signal.SIGTSTP)
    run.read_until(b"\x1b[?1049l")
    os.waitid(os.P_PID, run.process.pid, os.WSTOPPED | os.WNOWAIT)
    run.output = b""
    run.process.send_signal(signal.SIGCONT)
    run.read_until(b"ready to fail")
    run.type("q")
    assert run.end() == 0
    run.assert_terminal_is_back()
