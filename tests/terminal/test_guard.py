"""However the app ends, no value is left on the terminal, and the terminal is given back."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keydeck.system.environment import scrub_environment
from support.canary import seen
from support.terminal import DEADLINE, OnTerminal

APP = Path(__file__).with_name("guarded_app.py")
NOT_FOUND = 7


class Run(OnTerminal):
    """The failing app, with a canary made now."""

    def __init__(self, *words: str) -> None:
        self.canary = f"canary-{secrets.token_urlsafe(24)}"
        super().__init__(APP, *words, environ={"GUARD_CANARY": self.canary})
        self.read_until(b"ready to fail")


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
    run.hang_up()
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


def test_variables_that_write_or_send_what_is_typed_are_taken_away() -> None:
    environ = {
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_LOG": "log",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_DEVTOOLS_HOST": "elsewhere",
        "TEXTUAL_DEVTOOLS_PORT": "1",
        "TEXTUAL_DRIVER": "os:system",
        "TEXTUAL_PRESS": "a",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_SCREENSHOT_LOCATION": "there",
        "TEXTUAL_OF_TOMORROW": "1",
        "TEXTUAL_DISABLE_KITTY_KEY": "1",
        "TEXTUAL_FPS": "30",
        "PATH": "there",
    }
    kept = {"PATH", "TEXTUAL_DISABLE_KITTY_KEY", "TEXTUAL_FPS"}
    gone = scrub_environment(environ)
    assert set(environ) == kept
    assert len(gone) == 10


def test_taking_variables_away_loads_no_screen_library() -> None:
    code = "import sys, keydeck.system.environment; print('textual' in sys.modules)"
    words = [sys.executable, "-P", "-c", code]
    assert subprocess.run(words, capture_output=True, check=True).stdout == b"False\n"
