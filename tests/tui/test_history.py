"""History with its way back, the trash, the audit and the references, on a real vault."""

from __future__ import annotations

import pytest

from keydeck.services import history, references, secrets
from keydeck.services.secrets import names
from keydeck.tui.screens.audit import AuditScreen
from keydeck.tui.screens.history import HistoryScreen
from keydeck.tui.screens.references import ReferencesScreen
from keydeck.tui.screens.trash import TrashScreen
from support.desk import SIZES, Desk, desk
from support.values import fresh

__all__ = ["desk"]
NAME = "JWT_SECRET"


@pytest.mark.parametrize("size", SIZES)
async def test_going_back_is_shown_before_it_is_done(desk: Desk, size: tuple[int, int]) -> None:
    first = fresh()
    desk.set(NAME, first)
    desk.set(NAME)
    async with desk.run(size=size) as app:
        await app.show(HistoryScreen(NAME))
        assert "current" in app.line("v2")
        await app.press("A")
        assert "v2 is the present version" in app.text
        await app.press("j", "enter")
        assert "Enter changes nothing" in app.text
        await app.press("A")
        assert "To go back to v1, press F2" in app.text
        assert f"{NAME} gets the value of v1" in app.text
        assert desk.value(NAME) != first
        await app.press("f2")
        assert "current" in app.line("v3")
        assert "rolled back" in app.text
        assert all(len(line) == size[0] for line in app.lines)
        assert desk.value(NAME) == first
        await app.press("escape", "u")
        assert desk.value(NAME) != first


async def test_a_protected_profile_asks_before_going_back(desk: Desk) -> None:
    desk.profile("production", protected=True)
    first = fresh()
    desk.set(NAME, first, "production")
    desk.set(NAME, place="production")
    async with desk.run("production") as app:
        await app.show(HistoryScreen(NAME))
        await app.press("j", "A", "f2")
        assert "Type production first" in app.text
        assert desk.value(NAME, "production") != first
        await app.type("production")
        await app.press("f2")
    assert desk.value(NAME, "production") == first


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_deleted_comes_back(desk: Desk, size: tuple[int, int]) -> None:
    desk.set(NAME)
    value = desk.value(NAME)
    place = desk.places["staging"]
    secrets.delete(desk.vault, place, [NAME])
    async with desk.run(size=size) as app:
        await app.show(TrashScreen())
        assert "30d left" in app.text
        await app.press("enter")
        assert NAME not in names(desk.vault, place)
        await app.press("A")
        assert f"{NAME} is back" in app.text
        assert desk.value(NAME) == value
        await app.press("A")
        assert "Nothing lies in the trash." in app.text


async def test_emptying_asks_and_destroys_what_lies_there(desk: Desk) -> None:
    place = desk.places["staging"]
    for name in ("A_KEY", "B_KEY"):
        desk.set(name)
    secrets.delete(desk.vault, place, ["A_KEY", "B_KEY"])
    async with desk.run() as app:
        await app.show(TrashScreen())
        await app.press("f2")
        assert len(history.trash(desk.vault, place)) == 2
        await app.press("d")
        assert "This can't be undone." in app.text
        await app.press("escape")
        assert "To destroy" not in app.text
        await app.press("d", "f2")
        assert len(history.trash(desk.vault, place)) == 1
        await app.press("E", "f2")
        assert "1 secret destroyed" in app.text
    assert not history.trash(desk.vault, place)


@pytest.mark.parametrize("size", SIZES)
async def test_the_audit_lists_changes_newest_first(desk: Desk, size: tuple[int, int]) -> None:
    desk.set("FIRST")
    desk.set("SECOND")
    async with desk.run(size=size) as app:
        await app.show(AuditScreen())
        assert app.text.index("SECOND v1") < app.text.index("FIRST v1")
        await app.press("V")
        assert "the chain is whole" in app.text
        await app.press("slash", *"first", "enter")
        assert "SECOND v1" not in app.text


async def test_references_are_listed_and_shown(desk: Desk) -> None:
    desk.set(NAME)
    references.link(desk.vault, desk.places["staging"], NAME, "service:web")
    (desk.project / "app.py").write_text(f'import os\nos.environ["{NAME}"]\n')
    async with desk.run() as app:
        await app.show(ReferencesScreen([NAME]))
        assert "Uses it  2" in app.text
        assert "service  web" in app.text
        await app.press("j", "enter")
        assert ">     2" in app.text
        await app.press("escape", "R")
        assert "Uses it  2" in app.text
