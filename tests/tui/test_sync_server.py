"""The sync screen against a real server: set up from nothing, pushed, met by a colleague."""

from __future__ import annotations

import asyncio

from keydeck.services import secrets, targets
from keydeck.tui.screens.remote_setup import RemoteSetupScreen
from keydeck.tui.screens.sync import SyncScreen
from support.bao import Bao, bao, bao_factory
from support.desk import Desk, desk
from support.values import fresh

__all__ = ["bao", "bao_factory", "desk"]


async def test_from_set_up_to_a_live_conflict(desk: Desk, bao: Bao) -> None:
    desk.set("SHARED_KEY")
    desk.set("OTHER_KEY")
    desk.environ["BAO_ADDR"] = bao.address
    where = bao.place()
    async with desk.run(size=(100, 30)) as app:
        screen = await app.show(RemoteSetupScreen())
        await app.press("enter")
        assert "from BAO_ADDR" in app.text
        form = screen.form
        assert form is not None
        form.typed.put(bao.secret_token)
        assert bao.token not in app.text
        form.query_one("#set-target-path").value = where  # type: ignore[attr-defined]
        await app.press("f2")
        assert "ok: secret is KV version 2" in app.text
        assert "all fine" in app.text
        assert not targets.remotes(desk.vault)
        await app.press("f2")
        assert "Sync acme / staging → bao" in app.text
        assert "> push" in app.line("SHARED_KEY")
        await app.press("A")
        assert "done, verified" in app.line("SHARED_KEY")
        assert bao.root.get(where) == {
            name: desk.value(name).reveal_text() for name in ("OTHER_KEY", "SHARED_KEY")
        }
        theirs = fresh()
        bao.root.patch(where, {"SHARED_KEY": theirs.reveal_text()})
        desk.set("SHARED_KEY")
        await app.press("R")
        assert "! conflict" in app.line("SHARED_KEY")
        assert f"secret/{where} v2" in app.text
        await app.press("t", "A")
        assert "done, taken over here" in app.line("SHARED_KEY")
    assert desk.value("SHARED_KEY") == theirs
    (remote,) = targets.remotes(desk.vault)
    assert remote.token is not None
    assert bao.token not in "".join(remote.settings.values())


async def test_a_refused_token_and_a_gone_server_say_what_to_do(desk: Desk, bao: Bao) -> None:
    desk.set("A_KEY")
    policy = bao.root.policy("lookers", {"secret/data/*": ["read"], "secret/metadata/*": ["read"]})
    token = bao.root.token(policy)
    desk.environ["BAO_TOKEN"] = token
    place = desk.places["staging"]
    targets.add_remote(desk.vault, "bao", "openbao", {"address": bao.address})
    targets.add_target(desk.vault, place, "bao", settings={"path": bao.place(), "layout": "map"})
    async with desk.run() as app:
        await app.show(SyncScreen())
        await app.press("A")
        assert "failed" in app.line("A_KEY")
        assert "1 failed" in app.text
        bao.root.revoke(token)
        await app.press("R")
        assert "R tries again, esc leaves." in app.text
        assert "no plan" in app.text
        assert token not in app.text


async def test_a_server_that_is_not_there_is_told_by_the_test(desk: Desk) -> None:
    desk.environ["BAO_ADDR"] = "http://127.0.0.1:9"
    desk.environ["BAO_TOKEN"] = fresh().reveal_text()
    async with desk.run() as app:
        screen = await app.show(RemoteSetupScreen())
        await app.press("enter", "f2")
        assert "look" in app.text
        assert "F2 saves anyway" in app.text
        await app.press("escape")
        assert screen.form is not None
        assert "http://127.0.0.1:9" in app.text
        await app.press("escape", "escape")
        assert not targets.remotes(desk.vault)


async def test_what_was_typed_wrong_is_kept_to_be_corrected(desk: Desk) -> None:
    async with desk.run() as app:
        await app.show(RemoteSetupScreen())
        await app.press("enter")
        await app.type("nowhere")
        await app.press("f2")
        assert "is no address of a server" in app.text or "no address" in app.text
        await app.press("f2")
        assert "It can't be saved like this" in app.text
        await app.press("escape")
        assert "nowhere" in app.line("Address")


async def test_esc_stops_between_rows_and_a_second_run_finishes(desk: Desk, bao: Bao) -> None:
    place, where = desk.places["staging"], bao.place()
    count = 150
    secrets.set_many(desk.vault, place, {f"NAME_{n:03}": fresh() for n in range(count)})
    desk.environ["BAO_TOKEN"] = bao.token
    targets.add_remote(desk.vault, "bao", "openbao", {"address": bao.address})
    target = targets.add_target(
        desk.vault, place, "bao", settings={"path": where, "layout": "path"}
    )
    async with desk.run() as app:
        screen = await app.show(SyncScreen())
        screen.do_sync_apply()
        while screen.progress is None or not screen.progress.done:
            await asyncio.sleep(0)  # lets the loop run; a pilot's pause would wait for all rows
        said = " ".join(text for text, _ in screen.progress.words())
        assert f"of {count}" in said
        assert "esc stops between rows" in said
        assert [c.word for c in screen.footer_commands()] == ["stop", "more"]
        screen.do_screen_back()
        await app.settle()
        assert "Stopped. What was applied stays" in app.text
        states = set(desk.plan(target).values())
        assert "push" in states
        assert states <= {"push", "in_sync", "adopt"}  # written on the way: only to be remembered
        await app.press("R", "A")
        assert "failed" not in app.text
    assert set(desk.plan(target).values()) == {"in_sync"}
