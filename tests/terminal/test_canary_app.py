"""A canary goes through the app on a real terminal, and through its crashes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.bao import Bao, bao
from support.canary import Home, seen
from support.terminal import OnTerminal

__all__ = ["bao"]

APP = Path(__file__).with_name("crashing_app.py")
ESC, TAB, F2 = "\x1b", "\t", "\x1bOQ"


class App(OnTerminal):
    """The app on the home's vault."""

    def __init__(self, home: Home) -> None:
        place = ("-t", home.tenant, "-p", home.profile)
        super().__init__(APP, *place, environ=home.environ, size=(100, 30), cwd=home.project)


@pytest.fixture
def home(tmp_path: Path, bao: Bao) -> Home:
    """A vault with an empty profile whose target is the server."""
    root = tmp_path / "home"
    root.mkdir(mode=0o700)
    home = Home(root)
    token = root / "token"
    token.write_text(bao.token)
    token.chmod(0o600)
    for words in (
        ("init", "--key-file", str(root / "unlock.key")),
        ("tenant", "add", home.tenant),
        ("profile", "add", home.profile, "-t", home.tenant),
        ("remote", "add", "bao", "--kind", "openbao", "--address", bao.address,
         "--token-file", str(token)),
        ("target", "add", "bao", "--path", bao.place(), "-t", home.tenant, "-p", home.profile),
    ):  # fmt: skip
        done = home.run(*words)
        assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def app(home: Home) -> Iterator[App]:
    app = App(home)
    app.until("Secrets 0")
    yield app
    app.close()


def plant(app: App, home: Home, value: str) -> None:
    """A new secret with the canary as its value, through the editor."""
    app.press("n", "New secret")
    app.press(home.secret, home.secret)
    app.press(TAB, "New secret")
    app.paste(value, "characters")
    app.press(F2, "Secrets 1")


def told(app: App, home: Home) -> list[str]:
    """Forms of the canary in all that the terminal was sent."""
    return [form for value in (home.value, home.second) for form in seen(value, app.output)]


def nothing_in_files(home: Home) -> None:
    token = home.root / "token"
    assert home.in_files([home.value, home.second], but=[token]) == {}
    assert home.in_files(home.names, but=[token]) == {}


def test_the_app_shows_no_value_unasked(app: App, home: Home) -> None:
    plant(app, home, home.value)
    app.press("s", "checked just now")
    app.press("A", "done, verified")
    app.press(ESC, "in sync")
    app.press("r", "Rotate")
    app.paste(home.second, "characters")
    app.press(F2, "version 2")
    app.press("s", "> push")
    app.press("A", "done, verified")
    app.press(ESC, "in sync")
    app.press("H", "History")
    app.press(ESC, "SYNC")
    app.press("d", "nothing is known to break")
    app.press(F2, "went to the trash")
    app.press("u", "came back")
    app.press("?", "esc back")
    app.press(ESC, "SYNC")
    app.press("L", "Unlock")
    app.type("q" if "q quit" in app.shown else ESC)
    app.process.send_signal(signal.SIGTERM)
    app.end()
    app.assert_terminal_is_back()
    assert told(app, home) == []
    nothing_in_files(home)


def test_a_reveal_is_the_one_place_that_shows_it(app: App, home: Home) -> None:
    plant(app, home, home.value)
    app.press("v", home.value)
    app.press(ESC, "SYNC")
    assert home.value not in app.shown
    app.output = b""
    app.press("q", "")
    assert app.end() == 0
    assert told(app, home) == []
    nothing_in_files(home)


@pytest.mark.parametrize(("key", "where"), [("a", "in_handler"), ("T", "in_worker"), ("m", "fail")])
def test_a_crash_with_the_value_in_hand_does_not_show_it(
    app: App, home: Home, key: str, where: str
) -> None:
    plant(app, home, home.value)
    app.type(key)
    assert app.end() == 1
    app.assert_terminal_is_back()
    assert "RuntimeError" in app.screen
    assert where in app.screen
    assert told(app, home) == []
    nothing_in_files(home)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda s: s.name)
def test_a_signal_in_the_middle_of_typing_leaves_nothing(
    app: App, home: Home, number: signal.Signals
) -> None:
    app.press("n", "New secret")
    app.press(home.secret, home.secret)
    app.press(TAB, "New secret")
    app.paste(home.value, "characters")
    app.process.send_signal(number)
    assert app.end() == 128 + number
    app.assert_terminal_is_back()
    assert told(app, home) == []
    nothing_in_files(home)
