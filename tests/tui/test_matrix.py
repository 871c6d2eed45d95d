"""The matrix on a real vault: letters, window, filter, opening; quick when it is large."""

from __future__ import annotations

import pytest

from keydeck.domain.model import Profile
from keydeck.services.matrix import INHERITED, MISSING, SET, Cell, Matrix
from keydeck.tui.screens.matrix import MatrixScreen
from support.desk import Desk, desk
from support.values import fresh

__all__ = ["desk"]


def filled(desk: Desk) -> None:
    same = fresh()
    for name in ("dev", "local", "test", "zeta", "ci"):
        desk.profile(name)
    for place in ("dev", "local", "staging"):
        desk.set("SHARED", same, place)
    desk.set("SHARED", place="test")
    desk.set("ONLY_HERE")


@pytest.mark.parametrize(("size", "columns"), [((60, 20), 3), ((80, 24), 4), ((120, 40), 6)])
async def test_as_many_columns_as_fit(desk: Desk, size: tuple[int, int], columns: int) -> None:
    filled(desk)
    async with desk.run(size=size) as app:
        await app.show(MatrixScreen())
        profiles = ("ci", "dev", "local", "staging", "test", "zeta")
        header = app.line(" NAME ").split()
        assert sum(name in header for name in profiles) == columns
        assert "acme: 2 names × 6 profiles" in app.text


async def test_equal_letters_are_equal_values(desk: Desk) -> None:
    filled(desk)
    async with desk.run(size=(120, 40)) as app:
        await app.show(MatrixScreen())
        cells = app.line("│  SHARED").split()
        assert cells[2:-1] == ["missing", "a", "a", "a", "b", "missing"]
        assert "[missing]" not in app.line("SHARED")
        assert "[a]" in app.line("ONLY_HERE")
        assert "ONLY_HERE in staging: set, class a: no other profile" in app.text


async def test_moving_says_the_cell_in_words(desk: Desk) -> None:
    filled(desk)
    async with desk.run() as app:
        await app.show(MatrixScreen())
        await app.press("j", "h")
        assert "SHARED in local: set, class a: the same value in dev, staging" in app.text
        await app.press("l", "l")
        assert "SHARED in test: set, class b: no other profile has this value" in app.text
        await app.press("l")
        assert "SHARED in zeta: missing, set in 4 of 6" in app.text


async def test_enter_opens_that_name_in_that_profile(desk: Desk) -> None:
    filled(desk)
    opened: list[tuple[str, str]] = []

    def note(profile: Profile, name: str) -> None:
        opened.append((profile.name, name))

    async with desk.run() as app:
        screen = await app.show(MatrixScreen(note))
        await app.press("h", "enter")
        assert "ONLY_HERE is missing in local" in app.text
        assert not opened
        await app.press("j", "enter")
        assert opened == [("local", "SHARED")]
        assert app.app.screen is not screen


async def test_a_filter_narrows_the_names(desk: Desk) -> None:
    filled(desk)
    async with desk.run() as app:
        await app.show(MatrixScreen())
        await app.press("slash", "o", "n", "l", "y", "enter")
        assert "SHARED" not in app.text
        assert "ONLY_HERE" in app.text


async def test_five_thousand_names_move_without_a_stutter(desk: Desk) -> None:
    profiles = tuple(f"p{n}" for n in range(12))
    states = (SET, SET, SET, MISSING, INHERITED)
    rows = {
        f"NAME_{n:04}": tuple(Cell(states[(n + c) % 5], "ab"[n % 2], 1) for c in range(12))
        for n in range(5000)
    }
    async with desk.run(size=(120, 40)) as app:
        screen = await app.show(MatrixScreen())
        screen.show(Matrix("acme", profiles, rows, dict.fromkeys(rows, "a")))
        await app.settle()
        assert "5 000 names × 12 profiles" in app.text
        drawn: list[str] = []
        screen.grid._cell, cell = (lambda r, c: drawn.append(r) or cell(r, c)), screen.grid._cell  # type: ignore[func-returns-value]
        await app.press("j")
        # One key draws the two rows it touches, not the five thousand.
        assert len(set(drawn)) <= 3
        await app.press("G")
        assert "NAME_4999" in app.text
        assert len(set(drawn)) <= 3 + 40
