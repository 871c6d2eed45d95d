"""Deleting: dependants first, then F2, never enter; the trash gives it back."""

from __future__ import annotations

import secrets as random
from pathlib import Path

import pytest

from keydeck.services import history, references
from keydeck.services.secrets import names
from keydeck.tui.screens.delete import DeleteScreen
from keydeck.tui.screens.excerpt import MASK
from keydeck.tui.screens.places import editor_command
from support.desk import SIZES, Desk, Running, desk

__all__ = ["desk"]
NAME = "STRIPE_KEY"


def used(desk: Desk, place: str = "staging") -> str:
    """A secret used by a consumer, two files, a document and a dynamic look-up."""
    sample = random.token_urlsafe(18)
    desk.set(NAME, place=place)
    references.link(desk.vault, desk.places[place], NAME, "agent:billing")
    (desk.project / "pay.py").write_text(
        f'import os\nKEY = os.environ["{NAME}"]\nOTHER = os.environ[name]\nTEST = "{sample}"\n'
    )
    (desk.project / "compose.yaml").write_text(f"environment:\n  A: ${{{NAME}:?}}\n")
    (desk.project / "pay.md").write_text(f"Set {NAME} first.\n")
    return sample


@pytest.mark.parametrize("size", SIZES)
async def test_dependants_are_shown_by_certainty(desk: Desk, size: tuple[int, int]) -> None:
    used(desk)
    async with desk.run(size=size) as app:
        await app.show(DeleteScreen([NAME]))
        text = app.text
        assert (
            text.index("Breaks for sure  3") < text.index("Perhaps  1") < text.index("Can't know")
        )
        assert "agent  billing" in app.line("linked")
        assert 'os.environ["STRIPE_KEY"]' in app.line("pay.py:2")
        assert "mentioned" in app.line("pay.md:1")
        assert "1 dynamic look-up in pay.py" in text
        assert "> " in app.line("agent  billing")
        assert all(len(line) == size[0] for line in app.lines)


async def test_only_f2_deletes_and_u_brings_it_back(desk: Desk) -> None:
    used(desk)
    value = desk.value(NAME)
    place = desk.places["staging"]
    async with desk.run() as app:
        screen = await app.show(DeleteScreen([NAME]))
        await app.press("enter")
        assert "There is no file to show here." in app.text
        assert NAME in names(desk.vault, place)
        await app.press("f2")
        assert app.app.screen is not screen
        assert f"{NAME} went to the trash" in app.text
        assert NAME not in names(desk.vault, place)
        assert [row.name for row in history.trash(desk.vault, place)] == [NAME]
        await app.press("u")
    assert desk.value(NAME) == value


async def test_a_protected_profile_wants_its_name_typed(desk: Desk) -> None:
    place = desk.profile("production", protected=True)
    used(desk, "production")
    async with desk.run("production") as app:
        await app.show(DeleteScreen([NAME]))
        assert "To delete, type production, then F2" in app.text
        await app.press("f2")
        assert "Type production first" in app.text
        await app.press("tab")
        assert "tab back to the list" in app.footer
        await app.type("prod")
        assert "waiting" in app.text
        await app.press("enter", "f2")
        assert NAME in names(desk.vault, place)
        await app.type("uction")
        assert "F2 deletes" in app.text
        await app.press("f2")
        assert NAME not in names(desk.vault, place)


async def test_esc_keeps_everything(desk: Desk) -> None:
    used(desk)
    async with desk.run() as app:
        await app.show(DeleteScreen([NAME]))
        await app.press("escape")
    assert NAME in names(desk.vault, desk.places["staging"])


async def test_a_place_is_shown_with_its_neighbours_masked(desk: Desk) -> None:
    sample = used(desk)
    async with desk.run() as app:
        screen = await app.show(DeleteScreen([NAME]))
        await to_line(app, screen, "pay.py:2")
        await app.press("enter")
        assert "KEY = os.environ" in app.line(">     2")
        assert MASK in app.line("TEST")
        assert sample not in app.text
        await app.press("escape")
        assert app.app.screen is screen


async def to_line(app: Running, screen: DeleteScreen, word: str) -> None:
    """Put the cursor on a line."""
    key = next(f"{row.left} {row.right}" for row in screen.list.rows if word in row.left)
    assert screen.list.select(key)
    await app.settle()


async def test_the_cursor_skips_headings(desk: Desk) -> None:
    used(desk)
    async with desk.run() as app:
        screen = await app.show(DeleteScreen([NAME]))
        seen = []
        for _ in range(6):
            row = screen.list.selected_row
            assert row is not None
            seen.append(row.heading)
            await app.press("j")
        assert not any(seen)


async def test_with_nothing_found_it_says_where_was_looked(desk: Desk) -> None:
    desk.set(NAME)
    async with desk.run() as app:
        await app.show(DeleteScreen([NAME]))
        assert "Nothing is known to use it." in app.text
        assert "nothing is known to break" in app.text


def test_the_editor_is_the_users_own(tmp_path: Path) -> None:
    path = str(tmp_path / "a b.py")
    assert editor_command({"EDITOR": "vim -n"}, path, 7) == ["vim", "-n", "+7", path]
    assert editor_command({"VISUAL": "code"}, path, 7) == ["code", "--wait", "--goto", f"{path}:7"]
    assert editor_command({"EDITOR": "ed"}, path, 7) == ["ed", path]
    assert editor_command({}, path, 1)[0] == "vi"
