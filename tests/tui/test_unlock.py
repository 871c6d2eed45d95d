"""Unlocking, the first run, and the ways a value leaves the app on purpose: reveal and copy."""

from __future__ import annotations

import os
import secrets as random
import stat
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events

from keydeck.domain.secret import SecretValue
from keydeck.services import access, hierarchy
from keydeck.tui import clipboard
from keydeck.tui.app import KeydeckApp
from keydeck.tui.screens.create import RecoveryScreen
from keydeck.tui.screens.main import MainScreen
from keydeck.tui.screens.reveal import RevealScreen
from keydeck.tui.screens.unlock import UnlockScreen, looks_like_recovery
from keydeck.tui.settings import Settings, fitting_theme
from keydeck.tui.strength import strength
from support.desk import SIZES, Desk, Running, desk
from support.values import fresh

__all__ = ["desk"]


@asynccontextmanager
async def started(path: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Running]:
    """The app as somebody starts it, with nothing in the environment."""
    app = KeydeckApp(Settings(str(path), {"PATH": os.defpath}, lock_after=0))
    async with app.run_test(size=size) as pilot:
        running = Running(app, pilot)
        await running.settle()
        yield running


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


async def test_a_wrong_passphrase_is_told_and_what_was_typed_is_replaced(tmp_path: Path) -> None:
    right, wrong = random.token_hex(6), random.token_hex(6)
    path = tmp_path / "v.keydeck"
    vault, recovery = access.init(str(path), SecretValue(right))
    vault.close()
    assert recovery is not None
    async with started(path) as app:
        assert "Unlock v.keydeck" in app.text
        assert "Also opens with a recovery key" in app.text
        await app.press("enter")
        assert "Type the passphrase, then enter." in app.text
        await app.paste(wrong)
        assert wrong not in app.text
        await app.press("enter")
        assert "Wrong passphrase" in app.text
        assert "••••••••••••" in app.text
        await app.paste(right)  # replaces what was kept and selected
        await app.press("enter")
        assert "The first tenant and profile" in app.text
        await app.press("escape")
        assert isinstance(app.app.screen, MainScreen)
        assert "No tenant yet:" in app.text
        app.app.lock()
        await app.settle()
        assert isinstance(app.app.screen, UnlockScreen)
        await app.paste(recovery.reveal_text())
        await app.press("enter")
        assert app.app.session.vault is not None


def test_the_theme_fits_the_terminal() -> None:
    assert fitting_theme({"TERM": "xterm-256color"}) == "dark"
    assert fitting_theme({"TERM": "linux"}) == "ansi"
    assert fitting_theme({"TERM": "xterm", "COLORTERM": "truecolor"}) == "dark"
    assert fitting_theme({"TERM": "rxvt-256color", "COLORFGBG": "0;15"}) == "light"


def test_a_recovery_key_is_told_from_a_passphrase() -> None:
    assert looks_like_recovery(SecretValue("-".join(["AB2C"] * 9)))
    assert not looks_like_recovery(SecretValue("correct horse battery staple"))
    assert not looks_like_recovery(SecretValue("x" * 36))


@pytest.mark.parametrize("size", SIZES[:2])
async def test_the_first_run_makes_a_vault_and_asks_a_group_back(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path, typed = tmp_path / "data" / "v.keydeck", random.token_hex(8)
    async with started(path, size) as app:
        assert "There is no vault yet at" in app.text
        assert all(len(line) == size[0] for line in app.lines)
        await app.press("enter")
        await app.type("short")
        assert "at least 8 characters" in app.text
        await app.press("ctrl+u")
        await app.paste(typed)
        await app.press("enter")
        await app.paste(typed[:-1])
        assert "not the same yet" in app.text
        await app.press("f2")
        assert "The two are not the same." in app.text
        assert not path.exists()
        await app.type(typed[-1])
        await app.press("enter")
        screen = app.app.screen
        assert isinstance(screen, RecoveryScreen)
        groups = screen._groups()
        assert all(group in app.text for group in groups)
        await app.press("f2")
        assert "from your note" in app.text
        await app.type("X")
        assert groups[0] not in app.text
        await app.press("backspace")
        await app.type(groups[screen._asked].lower())
        assert "right" in app.line("Group")
        await app.press("enter")
        assert "The first tenant and profile" in app.text
        assert typed not in app.text
        await app.type("acme")
        await app.press("tab")
        await app.type("local")
        await app.press("enter")
        assert "acme / local" in app.lines[0]
        vault = app.app.session.opened
        assert [tenant.name for tenant in hierarchy.tenants(vault)] == ["acme"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_strength_is_kind_to_many_words() -> None:
    words = {text: strength(SecretValue(text))[0] for text in ("aaaaaaaaaaaa", "password1")}
    assert set(words.values()) == {"weak"}
    assert strength(SecretValue(" ".join(["anvil", "tulip", "harbour", "quartz", "mellow"])))[
        0
    ] in ("good", "strong")
    assert strength(SecretValue("abc"))[0] == "at least 8 characters"
    assert strength(SecretValue(""))[0] == ""


# -- a value leaves on purpose ---------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_value_is_revealed_whole_and_hides_itself(
    desk: Desk, size: tuple[int, int]
) -> None:
    value = fresh()
    desk.set("API_KEY", value)
    async with desk.run(size=size) as app:
        await app.press("v")
        screen = app.app.screen
        assert isinstance(screen, RevealScreen)
        assert value.reveal_text() in app.text
        assert "hidden in 15 s" in app.text
        screen.left = 1
        screen._tick()
        await app.settle()
        assert isinstance(app.app.screen, MainScreen)
        assert value.reveal_text() not in app.text
        assert screen._value == SecretValue(b"")


@pytest.mark.parametrize("how", ["escape", "v", "blur", "suspend", "lock"])
async def test_every_way_out_hides_the_value(desk: Desk, how: str) -> None:
    value = fresh()
    desk.set("API_KEY", value)
    async with desk.run() as app:
        await app.press("v")
        screen = app.app.screen
        assert isinstance(screen, RevealScreen)
        if how == "blur":
            app.app.post_message(events.AppBlur())
        elif how == "suspend":
            app.app.hide_values()
        elif how == "lock":
            await app.press("L")
        else:
            await app.press(how)
        await app.settle()
        assert not isinstance(app.app.screen, RevealScreen)
        assert value.reveal_text() not in app.text
        assert screen._value == SecretValue(b"")


async def test_escape_sequences_in_a_value_are_shown_harmless(desk: Desk) -> None:
    desk.set("API_KEY", SecretValue("a\x1b[2Jb\x07c"))
    async with desk.run() as app:
        await app.press("v")
        assert "a�[2Jb�c" in app.text


async def test_a_copy_says_what_was_done_and_claims_no_more(desk: Desk) -> None:
    value = fresh()
    desk.set("API_KEY", value)
    sent: list[str] = []
    async with desk.run() as app:
        app.app._write_terminal = sent.append  # type: ignore[method-assign, assignment]
        await app.press("y")
        encoded = b64encode(value.reveal_bytes()).decode()
        assert sent == [f"\x1b]52;c;{encoded}\a"]
        assert "API_KEY: sent to the terminal (OSC 52)" in app.text
        assert value.reveal_text() not in app.text
        assert app.app.clipboard == ""
        copied = app.app._copied
        assert copied is not None
        app.app._clear_soon(copied)
        await app.settle()
        assert sent[1:] == ["\x1b]52;c;\a"]
        assert "Asked to clear the clipboard; the terminal may keep it." in app.text


def fake_tool(folder: Path, name: str) -> Path:
    """A clipboard program that keeps what it gets in a file (no display is at hand)."""
    held, tool = folder / "held", folder / name
    tool.write_text(
        f'#!/bin/sh\ncase "$*" in *-out*) cat {held};; *) cat > {held};; esac\n', encoding="ascii"
    )
    tool.chmod(0o755)
    return held


async def test_a_local_tool_is_read_back_before_it_is_cleared(tmp_path: Path) -> None:
    held = fake_tool(tmp_path, "xclip")
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DISPLAY": ":0"}
    value = fresh()
    copied = await clipboard.copy(value, lambda _: None, environ)
    assert copied.said == "copied with xclip"
    assert held.read_bytes() == value.reveal_bytes()
    assert await copied.clear() == "The clipboard is cleared."
    assert held.read_bytes() == b""
    copied = await clipboard.copy(value, lambda _: None, environ)
    held.write_text("somebody else's")
    assert "was left alone" in await copied.clear()
    assert held.read_text() == "somebody else's"


async def test_a_tool_that_fails_is_not_claimed(tmp_path: Path) -> None:
    tool = tmp_path / "xclip"
    tool.write_text("#!/bin/sh\nexit 1\n")
    tool.chmod(0o755)
    environ = {"PATH": str(tmp_path), "DISPLAY": ":0", "TMUX": "x"}
    copied = await clipboard.copy(fresh(), lambda _: None, environ)
    assert "only with set-clipboard on" in copied.said
    assert "tmux may keep it" in await copied.clear()
