"""The sync screen on a real vault and a real file, as somebody at the keys meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from keydeck.domain.model import Target
from keydeck.domain.secret import SecretValue
from keydeck.services import references, secrets, targets
from keydeck.services.secrets import names
from keydeck.tui.screens.sync import SyncScreen
from support.desk import SIZES, Desk, desk, edit_env
from support.values import fresh

__all__ = ["desk"]


class Sides(NamedTuple):
    """A file that differs: its target, the values that somebody else put there."""

    path: Path
    target: Target
    pulled: SecretValue
    fought: SecretValue


def differing(desk: Desk, place: str = "staging") -> Sides:
    """A push, a pull, a conflict, a deletion, an unmanaged row and two in sync."""
    for name in ("SAME_A", "SAME_B", "PUSHED", "PULLED", "FOUGHT", "GONE"):
        desk.set(name, place=place)
    path, target = desk.file_target(place)
    desk.push(target, place)
    references.link(desk.vault, desk.places[place], "GONE", "agent:billing")
    theirs, fought = fresh(), fresh()
    edit_env(path, PULLED=theirs, FOUGHT=fought, STRANGER=fresh())
    desk.set("PUSHED", place=place)
    desk.set("FOUGHT", place=place)
    secrets.delete(desk.vault, desk.places[place], ["GONE"])
    return Sides(path, target, theirs, fought)


@pytest.mark.parametrize("size", SIZES)
async def test_the_plan_shows_every_state_at_every_size(desk: Desk, size: tuple[int, int]) -> None:
    differing(desk)
    async with desk.run(size=size) as app:
        await app.show(SyncScreen())
        for name, word in (("PUSHED", "> push"), ("PULLED", "< pull"), ("FOUGHT", "! conflict")):
            assert word in app.line(name)
        assert "[x]" in app.line("PUSHED")
        assert "[?]" in app.line("FOUGHT")
        assert "2 ticked" in app.text
        assert "1 conflict to choose" in app.text
        assert "checked just now" in app.text
        assert app.footer.startswith(" A apply 2  space tick  o ours  t theirs")
        assert app.footer.rstrip().endswith("? more")
        await app.press("G")
        assert "2 more" in app.text
        assert all(len(line) == size[0] for line in app.lines)


async def test_enter_unfolds_and_never_applies(desk: Desk) -> None:
    target = differing(desk).target
    before = desk.plan(target)
    async with desk.run() as app:
        await app.show(SyncScreen())
        await app.press("enter")
        assert "never applies" in app.text
        await app.press("G", "enter")
        assert "= in sync" in app.line("SAME_A")
        await app.press("G", "enter")
        assert "SAME_A" not in app.text
    assert desk.plan(target) == before


async def test_applying_settles_what_was_ticked_and_leaves_the_conflict(desk: Desk) -> None:
    path, target, theirs, fought = differing(desk)
    ours = desk.value("FOUGHT")
    async with desk.run() as app:
        await app.show(SyncScreen())
        await app.press("A")
        assert "done, verified" in app.line("PUSHED")
        assert "done, taken over here" in app.line("PULLED")
        assert "left as it is" in app.line("FOUGHT")
        assert "2 done" in app.text
        assert app.footer.startswith(" R again")
        session = app.app.session
        plan = session.plans[target.uid]
        assert plan.summary()["in_sync"] == 4
        await app.press("A")
        assert "was applied" in app.text
    assert desk.value("PULLED") == theirs
    assert desk.value("FOUGHT") == ours
    assert f"FOUGHT={fought.reveal_text()}" in path.read_text()
    assert "GONE=" in path.read_text()


async def test_u_takes_back_what_a_sync_changed_here(desk: Desk) -> None:
    differing(desk)
    before = desk.value("PULLED")
    async with desk.run() as app:
        await app.show(SyncScreen())
        await app.press("A")
        assert desk.value("PULLED") != before
        await app.press("escape", "u")
    assert desk.value("PULLED") == before


@pytest.mark.parametrize("key", ["o", "t"])
async def test_a_conflict_is_settled_by_a_side(desk: Desk, key: str) -> None:
    path, _, _, fought = differing(desk)
    ours = desk.value("FOUGHT")
    async with desk.run() as app:
        screen = await app.show(SyncScreen())
        screen.plan_list.select("FOUGHT")
        await app.press("space")
        assert "press o for ours or t for theirs" in app.text
        await app.press(key)
        assert "[x]" in app.line("FOUGHT")
        assert "conflict to choose" not in app.text
        await app.press("A")
        assert "3 done" in app.text
    kept = ours if key == "o" else fought
    assert desk.value("FOUGHT") == kept
    assert f"FOUGHT={kept.reveal_text()}" in path.read_text()


async def test_a_deletion_waits_for_its_tick_and_tells_who_uses_it(desk: Desk) -> None:
    path = differing(desk).path
    async with desk.run() as app:
        screen = await app.show(SyncScreen())
        assert "[ ]" in app.line("GONE")
        assert "still used in 1" in app.line("GONE")
        screen.plan_list.select("GONE")
        await app.press("space", "A")
        assert "done, verified" in app.line("GONE")
    assert "GONE=" not in path.read_text()


async def test_a_unmanaged_row_is_adopted(desk: Desk) -> None:
    differing(desk)
    async with desk.run() as app:
        screen = await app.show(SyncScreen())
        screen.plan_list.select("STRANGER")
        await app.press("a", "A")
        assert "done, taken over here" in app.line("STRANGER")
    assert "STRANGER" in names(desk.vault, desk.places["staging"])


async def test_a_protected_profile_asks_for_its_name(desk: Desk) -> None:
    desk.profile("production", protected=True)
    path = differing(desk, "production").path
    before = path.read_text()
    async with desk.run("production") as app:
        await app.show(SyncScreen())
        await app.press("A")
        assert "To apply 2 rows, type production, then F2" in app.text
        await app.press("f2")
        assert "Type production first" in app.text
        await app.type("produktion")
        assert "another name" in app.text
        await app.press("f2")
        assert path.read_text() == before
        await app.press("escape")
        assert "To apply" not in app.text
        await app.press("A")
        await app.type("production")
        assert "F2 applies" in app.text
        await app.press("f2")
        assert "2 done" in app.text
    assert path.read_text() != before


async def test_what_moved_since_the_plan_is_stale_and_said(desk: Desk) -> None:
    path = differing(desk).path
    later = fresh()
    async with desk.run() as app:
        screen = await app.show(SyncScreen())
        edit_env(path, PUSHED=later)
        await app.press("A")
        assert "stale" in app.line("PUSHED")
        screen.plan_list.select("PUSHED")
        await app.settle()
        assert "Nothing was overwritten. R compares anew." in app.text
        await app.press("R")
        assert "! conflict" in app.line("PUSHED")
    assert f"PUSHED={later.reveal_text()}" in path.read_text()


async def test_an_unreadable_remote_says_what_to_do(desk: Desk) -> None:
    path = differing(desk).path
    path.unlink()
    path.mkdir()
    async with desk.run() as app:
        await app.show(SyncScreen())
        assert "no regular file" in app.text or "it is a folder" in app.text
        assert "R tries again, esc leaves." in app.text
        path.rmdir()
        path.touch(mode=0o600)
        await app.press("R")
        assert "<x delete" in app.text


async def test_of_several_targets_one_is_chosen_first(desk: Desk) -> None:
    differing(desk)
    second = desk.folder / "second.env"
    second.touch(mode=0o600)
    targets.add_remote(desk.vault, "second", "file", {"path": str(second), "format": "dotenv"})
    targets.add_target(desk.vault, desk.places["staging"], "second", settings={})
    async with desk.run() as app:
        await app.show(SyncScreen())
        assert "Sync with which target?" in app.text
        await app.press("enter")
        assert "→ second" in app.text
        assert "> push" in app.line("PUSHED")


async def test_without_a_target_the_set_up_opens(desk: Desk) -> None:
    async with desk.run() as app:
        await app.show(SyncScreen())
        assert "Where should acme / staging sync to?" in app.text


async def test_no_value_is_on_the_screen_or_in_a_message(desk: Desk) -> None:
    value = SecretValue(f"zq{fresh().reveal_text()}")
    differing(desk)
    desk.set("PUSHED", value)
    async with desk.run() as app:
        screen = await app.show(SyncScreen())
        seen = [app.text]
        for key in ("j", "j", "o", "t", "A", "R"):
            await app.press(key)
            seen.append(app.text)
        seen.append(repr(screen.board))
        seen.append(repr(screen.board.plan if screen.board else None))
    word = value.reveal_text()
    assert not [text for text in seen if word in text or word[4:-4] in text]


async def test_marks_in_outside_names_are_shown_as_they_are(desk: Desk) -> None:
    path = desk.folder / "theirs.json"
    name = "[@click=app.quit]A[/] \x1b[2J \u202eB"
    path.write_text(json.dumps({name: fresh().reveal_text()}))
    path.chmod(0o600)
    targets.add_remote(desk.vault, "json", "file", {"path": str(path), "format": "json"})
    targets.add_target(desk.vault, desk.places["staging"], "json", settings={})
    async with desk.run(size=(120, 40)) as app:
        await app.show(SyncScreen())
        assert "[@click=app.quit]A[/] \ufffd[2J \ufffdB" in app.text
        await app.press("a")
        assert "no name for a secret here" in app.text
        assert "\x1b" not in app.text
