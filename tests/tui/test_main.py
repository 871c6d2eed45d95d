"""The main screen: profiles, secrets, detail, what is claimed of a remote, undo, lock."""

from __future__ import annotations

import threading

import pytest

from keydeck.domain.secret import SecretValue
from keydeck.services import hierarchy, secrets
from keydeck.tui.screens.detail import DetailScreen
from keydeck.tui.screens.main import MainScreen
from keydeck.tui.screens.unlock import UnlockScreen
from support.desk import SIZES, Desk, desk, edit_env
from support.values import fresh
from support.vaults import reopen

__all__ = ["desk"]


@pytest.mark.parametrize("size", SIZES)
async def test_names_and_hints_fill_every_line(desk: Desk, size: tuple[int, int]) -> None:
    value = fresh()
    desk.set("DATABASE_URL", value)
    desk.set("SHORT", SecretValue("abc"))
    async with desk.run(size=size) as app:
        hint = f"{value.reveal_text()[:4]}…{value.reveal_text()[-4:]}"
        assert "acme / staging" in app.lines[0]
        assert "> DATABASE_URL" in app.text
        assert hint in app.text
        assert value.reveal_text() not in app.text
        assert all(len(line) == size[0] for line in app.lines)
        assert "? more" in app.footer
        if size[0] == 60:
            assert app.footer.startswith(" h profiles")
        else:
            assert app.footer.startswith(" n new  e edit  r rotate")


async def test_beside_the_list_the_detail_says_who_uses_it(desk: Desk) -> None:
    desk.set("API_KEY")
    (desk.project / "pay.py").write_text('import os\nKEY = os.environ["API_KEY"]\n')
    async with desk.run(size=(120, 40)) as app:
        assert "1, by " in app.line("Version")
        assert "Used by 1" in app.text
        assert "pay.py:2" in app.text


async def test_markup_in_a_description_stays_what_it_is(desk: Desk) -> None:
    desk.set("API_KEY")
    words = "[b]x[/b] [@click=app.leave]y[/] [/"
    secrets.edit(desk.vault, desk.places["staging"], "API_KEY", description=words)
    async with desk.run(size=(120, 40)) as app:
        assert "[b]x[/b]" in app.text
        assert "[@click=app.leave]y[/]" in app.text


async def test_the_sync_column_claims_only_what_a_plan_has_seen(desk: Desk) -> None:
    path, target = desk.file_target()
    desk.set("AGREED")
    desk.push(target)
    desk.set("NEW_HERE")
    async with desk.run() as app:
        assert "unchanged here" in app.line("AGREED")
        assert "changed here" in app.line("NEW_HERE")
        assert " now " not in app.lines[0]
        await app.press("R")
        assert "= in sync" in app.line("AGREED")
        assert "> push" in app.line("NEW_HERE")
        assert "staging-file now" in app.lines[0]
        assert ">1│" in app.text
        desk.set("AGREED")  # another process
        await app.app.screen_stack[-1].catch_up()  # type: ignore[attr-defined]
        await app.settle()
        assert "= in sync" not in app.line("AGREED")
        assert "changed here" in app.line("AGREED")
        edit_env(path, AGREED=fresh())
        await app.press("R")
        assert "! conflict" in app.line("AGREED")
        assert "1 conflict" in app.lines[0]
        assert "!1" in app.text


async def test_the_filter_narrows_and_escape_shows_all_again(desk: Desk) -> None:
    for name in ("ALPHA", "BETA", "GAMMA"):
        desk.set(name)
    async with desk.run() as app:
        await app.press("slash")
        await app.type("mm")
        assert "Secrets 1 of 3" in app.text
        assert "> GAMMA" in app.text
        assert "BETA" not in app.text
        await app.press("enter", "escape")
        assert "Secrets 3" in app.text
        assert "> GAMMA" in app.text


async def test_empty_panes_say_which_key_fills_them(desk: Desk) -> None:
    async with desk.run() as app:
        assert "n adds one, i takes over a file" in app.text
        await app.press("e")
        assert "No secret is selected: n adds one." in app.text
        await app.press("u")
        assert "Nothing was changed here" in app.text


async def test_a_profile_is_added_protected_and_freed_by_name(desk: Desk) -> None:
    async with desk.run() as app:
        await app.press("h", "n")
        assert "is there" in app.line("Tenant ")
        await app.type("production")
        await app.press("tab", "space")
        assert "[x]" in app.text
        await app.press("f2")
        assert "production P" in app.text
        assert "acme / staging" in app.lines[0]
        await app.press("k")
        assert "PROTECTED" in app.lines[0]
        await app.press("P")
        assert "take the protection away" in app.text
        await app.type("prod")
        await app.press("f2")
        assert "Type production first." in app.text
        await app.type("uction")
        await app.press("f2")
        assert "PROTECTED" not in app.lines[0]
    [tenant] = hierarchy.tenants(desk.vault)
    assert {p.name: p.protected for p in tenant.profiles} == {"production": False, "staging": False}


async def test_a_new_tenant_is_made_along_the_way(desk: Desk) -> None:
    async with desk.run() as app:
        await app.press("h", "n", "shift+tab", "ctrl+u")
        await app.type("globex")
        await app.press("enter")
        assert "globex" in app.text
        assert "empty" in app.line("globex")
    assert [tenant.name for tenant in hierarchy.tenants(desk.vault)] == ["acme", "globex"]


async def test_moving_in_the_tree_shows_each_profile(desk: Desk) -> None:
    desk.profile("local")
    desk.set("ONLY_LOCAL", place="local")
    async with desk.run() as app:
        assert "ONLY_LOCAL" not in app.text
        await app.press("h", "k")
        assert "acme / local" in app.lines[0]
        assert "ONLY_LOCAL" in app.text
        assert app.footer.startswith(" enter open  n add  P protect")


async def test_enter_opens_a_screen_where_there_is_no_room_beside(desk: Desk) -> None:
    desk.set("API_KEY")
    async with desk.run() as app:
        await app.press("enter")
        assert isinstance(app.app.screen, DetailScreen)
        assert "Used by nothing known" in app.text
        await app.press("escape")
        assert isinstance(app.app.screen, MainScreen)


async def test_rotate_keeps_the_old_value_and_undo_takes_it_back(desk: Desk) -> None:
    desk.set("API_KEY")
    before = desk.value("API_KEY")
    async with desk.run() as app:
        await app.press("r")
        assert "Version 1 is kept one version back" in app.text
        await app.press("f2")
        assert "Give the new value first" in app.text
        await app.press("f3", "enter")
        assert "40 characters" in app.text
        await app.press("f2")
        assert "API_KEY is at version 2; 1 is kept." in app.text
        assert desk.value("API_KEY") != before
        await app.press("u")
        assert "has the value from before again" in app.text
        assert desk.value("API_KEY") == before
        await app.press("u")
        assert "Nothing was changed here" in app.text


async def test_a_protected_profile_is_rotated_by_name_only(desk: Desk) -> None:
    desk.profile("production", protected=True)
    desk.set("API_KEY", place="production")
    before = desk.value("API_KEY", "production")
    async with desk.run("production") as app:
        await app.press("r", "f3", "enter", "f2")
        assert "To rotate API_KEY, type production, then F2" in app.text
        await app.press("enter")
        assert desk.value("API_KEY", "production") == before
        await app.type("production")
        await app.press("f2")
        assert desk.value("API_KEY", "production") != before


async def test_the_palette_holds_every_action_and_starts_it(desk: Desk) -> None:
    desk.set("API_KEY")
    async with desk.run() as app:
        await app.pilot.press("colon")
        await app.pilot.pause()
        for letter in "rotat":
            await app.pilot.press(letter)
        await app.press("enter")
        assert "Rotate API_KEY" in app.text


async def test_everything_can_be_clicked(desk: Desk) -> None:
    desk.profile("local")
    desk.set("FIRST", place="local")
    desk.set("SECOND", place="local")
    async with desk.run() as app:
        await app.pilot.click(offset=(5, app.lines.index(app.line("  local"))))
        await app.settle()
        assert "acme / local" in app.lines[0]
        await app.pilot.click(offset=(30, app.lines.index(app.line("SECOND"))))
        await app.settle()
        assert "> SECOND" in app.text
        await app.pilot.click(offset=(app.footer.index("e edit"), 23))
        await app.settle()
        assert "Edit SECOND in acme / local" in app.text


async def test_help_is_made_of_the_commands_and_says_what_can_not_work(desk: Desk) -> None:
    async with desk.run(size=(80, 60)) as app:
        await app.press("question_mark")
        for command in MainScreen.COMMANDS:
            if not command.hidden and command.scope != "tree":
                assert command.help[:30] in app.text or f"{command.title}: " in app.text
        assert "Undo: Nothing was changed here" in app.text


async def test_locking_drops_every_screen_and_what_was_known(desk: Desk) -> None:
    desk.set("API_KEY")
    async with desk.run() as app:
        session = app.app.session
        await app.press("enter", "L")
        assert isinstance(app.app.screen, UnlockScreen)
        assert len(app.app.screen_stack) == 2
        assert session.vault is None
        assert session.place is None
        assert session.tenants == ()
        assert "API_KEY" not in app.text


async def test_what_still_runs_when_it_is_locked_goes_quietly(desk: Desk) -> None:
    desk.set("API_KEY")
    async with desk.run() as app:
        session = app.app.session
        begun, go_on = threading.Event(), threading.Event()

        def slow() -> None:
            vault = session.opened
            begun.set()
            assert go_on.wait(10)
            secrets.names(vault, desk.places["staging"])

        async def work() -> None:
            await session.call(slow)

        screen = app.app.screen
        assert isinstance(screen, MainScreen)
        screen.work(work())
        while not begun.is_set():
            await app.pilot.pause()
        app.app.lock()
        go_on.set()
        await app.settle()
        assert isinstance(app.app.screen, UnlockScreen)


async def test_nobody_there_locks_it(desk: Desk) -> None:
    async with desk.run() as app:
        app.app.session.lock_after = 60.0
        app.app._tick()
        await app.settle()
        assert app.app.session.vault is not None
        assert "lock 1m" in app.lines[0]
        app.app.session._touched -= 61.0
        app.app._tick()
        await app.settle()
        assert isinstance(app.app.screen, UnlockScreen)
        assert "Locked after 1 min without a key." in app.text


async def test_after_a_protected_profile_the_app_opens_on_the_tree(desk: Desk) -> None:
    desk.profile("production", protected=True)
    async with desk.run("production") as app:
        await app.press("l")
        screen = app.app.screen
        assert isinstance(screen, MainScreen)
        assert screen.focused is screen.list_pane
        app.app.lock()
        await app.settle()
        app.app.opened(reopen(desk.path, desk.folder))
        await app.settle()
        screen = app.app.screen
        assert isinstance(screen, MainScreen)
        assert screen.focused is screen.tree_pane


async def test_rows_are_read_as_they_come_into_view(desk: Desk) -> None:
    values = {f"NAME_{number:05d}": fresh() for number in range(400)}
    secrets.set_many(desk.vault, desk.places["staging"], values)
    async with desk.run() as app:
        screen = app.app.screen
        assert isinstance(screen, MainScreen)
        assert "Secrets 400" in app.text
        assert screen.rows is not None
        assert not screen.rows.unread()
        await app.press("G")
        assert "> NAME_00399" in app.text
        assert "…" in app.line("NAME_00399")


async def test_plain_mode_draws_no_boxes(desk: Desk) -> None:
    desk.set("API_KEY")
    async with desk.run(plain=True) as app:
        for keys in ((), ("e",), ("escape", "h"), ("n",)):
            await app.press(*keys)
            assert not set("╭╮╰╯│─┃") & set(app.text), f"after {keys}"


async def test_a_change_by_another_process_is_seen(desk: Desk) -> None:
    desk.set("FIRST")
    async with desk.run() as app:
        desk.set("SECOND")
        screen = app.app.screen
        assert isinstance(screen, MainScreen)
        screen._look()
        await app.settle()
        assert "SECOND" in app.text
        assert "> FIRST" in app.text
