"""The app on a real terminal: first run, unlock, sizes, leaving; and what it says without one."""

from __future__ import annotations

import os
import re
import secrets
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.canary import KEYDECK, Home, seen
from support.terminal import DEADLINE, OnTerminal

ESC, TAB, ENTER, F2 = "\x1b", "\t", "\r", "\x1bOQ"

Start = Callable[..., OnTerminal]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    root.mkdir(mode=0o700)
    return Home(root)


@pytest.fixture
def start(home: Home) -> Iterator[Start]:
    """Starts the app in the home, without a key file in its environment."""
    started: list[OnTerminal] = []

    def go(*words: str, size: tuple[int, int] = (80, 24), **environ: str) -> OnTerminal:
        bare = {k: v for k, v in home.environ.items() if k != "KEYDECK_KEY_FILE"} | environ
        script = Path(KEYDECK[1])  # -P -m keydeck.entry
        app = OnTerminal(script, *KEYDECK[2:], *words, environ=bare, size=size, cwd=home.project)
        started.append(app)
        return app

    yield go
    for app in started:
        app.close()


@pytest.fixture
def passphrase(home: Home) -> str:
    """A vault with one profile, and what opens it."""
    made = secrets.token_urlsafe(18)
    (home.root / "passphrase").write_text(made)
    (home.root / "passphrase").chmod(0o600)
    home.run("init", "--passphrase-file", str(home.root / "passphrase"),
             "--key-file", str(home.root / "unlock.key"))  # fmt: skip
    home.run("tenant", "add", home.tenant)
    home.run("profile", "add", home.profile, "-t", home.tenant)
    home.run("set", home.secret, "-t", home.tenant, "-p", home.profile, given=home.value)
    (home.root / "passphrase").unlink()
    return made


def test_a_typed_passphrase_opens_it_and_is_never_shown(
    start: Start, home: Home, passphrase: str
) -> None:
    app = start()
    app.until("Unlock")
    app.type(passphrase)
    app.press(ENTER, home.secret[:10])
    app.press("q", "")
    assert app.end() == 0
    app.assert_terminal_is_back()
    assert seen(passphrase, app.output) == []
    assert seen(home.value, app.output) == []
    assert home.in_files([passphrase, home.value]) == {}


def test_a_key_file_opens_it_without_a_question(start: Start, home: Home, passphrase: str) -> None:
    app = start(KEYDECK_KEY_FILE=str(home.root / "unlock.key"))
    app.until(home.secret[:10])
    assert "Unlock" not in app.shown
    app.type("q")
    assert app.end() == 0


def test_it_fits_every_size_while_it_runs(start: Start, home: Home, passphrase: str) -> None:
    app = start(size=(120, 40), KEYDECK_KEY_FILE=str(home.root / "unlock.key"))
    app.until("Version")
    app.resize(80, 24)
    app.until("? more")
    assert "Version" not in app.shown
    app.resize(60, 20)
    app.until("? more")
    assert "Profiles" not in app.shown
    assert home.secret in app.shown
    app.resize(30, 8)
    app.until("here are 30 × 8")
    app.resize(120, 40)
    app.until("Version")
    app.type("q")
    assert app.end() == 0


def test_a_first_run_makes_a_vault(start: Start, home: Home) -> None:
    made = secrets.token_urlsafe(18)
    app = start()
    app.press("", "n  Make a vault")
    app.press("n", "Once more")
    app.press(made, "••••")
    app.press(TAB, "Once more")
    app.press(made, "the same")
    app.press(F2, "The recovery key")
    groups = dict(re.findall(r"([1-9]) ([A-Z2-7]{4})\b", app.shown))
    asked = re.search(r"Group ([1-9])", app.shown)
    assert len(groups) == 9
    assert asked is not None
    app.press(groups[asked[1]], "right")
    app.press(ENTER, "The first tenant and profile")
    app.press(home.tenant, home.tenant)
    app.press(TAB, home.tenant)
    app.press(home.profile, home.profile)
    app.press(F2, "No secret here yet")
    vault = home.root / "data" / "keydeck" / "vault.keydeck"
    assert stat.S_IMODE(os.stat(vault).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(vault.parent).st_mode) == 0o700
    assert seen(made, app.output) == []
    assert home.in_files([made, "-".join(groups.values())]) == {}
    app.type("q")
    assert app.end() == 0
    app.assert_terminal_is_back()
    assert b"recovery" in home.run("status", KEYDECK_KEY_FILE="").stdout
    assert home.in_files(home.names) == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda s: s.name)
def test_a_signal_gives_the_terminal_back(
    start: Start, home: Home, passphrase: str, number: signal.Signals
) -> None:
    app = start(KEYDECK_KEY_FILE=str(home.root / "unlock.key"))
    app.until(home.secret[:10])
    app.process.send_signal(number)
    assert app.end() == 128 + number
    app.assert_terminal_is_back()


def test_without_a_terminal_it_names_the_commands(home: Home, passphrase: str) -> None:
    done = subprocess.run(
        KEYDECK,
        env=home.environ,
        cwd=home.project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert done.returncode == 13
    assert "keydeck list" in done.stderr
    assert done.stdout == ""
