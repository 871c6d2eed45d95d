"""Setting a remote up without a server: a file, an existing remote, the choices of a token."""

from __future__ import annotations

import pytest

from keydeck.services import targets
from keydeck.tui.screens.remote_setup import RemoteSetupScreen
from support.desk import SIZES, Desk, desk

__all__ = ["desk"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_set_up_and_its_plan_follows(desk: Desk, size: tuple[int, int]) -> None:
    desk.set("A_KEY")
    async with desk.run(size=size) as app:
        await app.show(RemoteSetupScreen())
        await app.press("j", "enter")
        assert ".env" in app.line("File")
        assert "[auto]" in app.line("Format")
        await app.press("f2")
        assert "ok: " in app.line("folder")
        await app.press("f2")
        assert "→ file" in app.text
        assert "> push" in app.line("A_KEY")
        await app.press("A")
    (remote,) = targets.remotes(desk.vault)
    assert dict(remote.settings) == {"path": str(desk.project / ".env"), "format": "dotenv"}
    assert "A_KEY=" in (desk.project / ".env").read_text()


async def test_a_remote_that_is_there_is_taken_for_another_profile(desk: Desk) -> None:
    desk.file_target()
    desk.profile("other")
    async with desk.run("other") as app:
        await app.show(RemoteSetupScreen())
        assert "is set up already" in app.line("staging-file")
        await app.press("enter", "f2")
        assert "all fine" in app.text
        await app.press("f2")
        assert "→ staging-file" in app.text
    assert len(targets.remotes(desk.vault)) == 1
    assert [t.name for t in targets.targets(desk.vault, desk.places["other"])] == ["staging-file"]


@pytest.mark.parametrize("size", SIZES)
async def test_the_token_is_asked_in_three_ways(desk: Desk, size: tuple[int, int]) -> None:
    async with desk.run(size=size) as app:
        screen = await app.show(RemoteSetupScreen())
        await app.press("enter")
        form = screen.form
        assert form is not None
        assert "[typed]" in app.line("Token")
        assert "Its value" in app.text
        assert "F2 tests it   such as https://bao.example.com:8200" in app.text
        await app.press("tab", "tab")
        assert "masked, never shown again" in app.text
        form.query_one("#set-token").focus()
        await app.press("right")
        assert "[file]" in app.line("Token")
        assert "~/.vault-token" in app.line("Its file")
        await app.press("right")
        assert "[environment]" in app.line("Token")
        assert "BAO_TOKEN is not set" in app.text
        assert "Its value" not in app.text
        assert form.draft().token is None


async def test_a_name_that_is_taken_is_said_and_can_be_changed(desk: Desk) -> None:
    desk.file_target()
    async with desk.run() as app:
        screen = await app.show(RemoteSetupScreen())
        await app.press("G", "enter")
        form = screen.form
        assert form is not None
        form.query_one("#set-name").value = "staging-file"  # type: ignore[attr-defined]
        await app.press("f2", "f2")
        assert "There is a remote staging-file already" in app.text
        await app.press("escape")
        form.query_one("#set-name").value = "mine"  # type: ignore[attr-defined]
        await app.press("f2", "f2")
        assert "→ mine" in app.text


async def test_nothing_is_kept_when_it_is_left(desk: Desk) -> None:
    async with desk.run() as app:
        screen = await app.show(RemoteSetupScreen())
        await app.press("j", "enter", "f2", "escape", "escape", "escape")
        assert app.app.screen is not screen
    assert not targets.remotes(desk.vault)
