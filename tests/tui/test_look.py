"""Looking at a folder and importing from it."""

from __future__ import annotations

import subprocess

import pytest

from keydeck.services.secrets import names
from keydeck.tui.screens.importing import ImportScreen
from keydeck.tui.screens.look import LookScreen
from support.desk import SIZES, Desk, desk
from support.values import fresh

__all__ = ["desk"]


def project(desk: Desk) -> dict[str, str]:
    """A repository with a tracked, an ignored and a forgotten secret file, and code."""
    values = {name: fresh().reveal_text() for name in ("STRIPE_KEY", "LEFT_OVER", "API_TOKEN")}
    folder = desk.project
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for name, text in (
        (".env", f"STRIPE_KEY={values['STRIPE_KEY']}\n"),
        (".env.local", f"LEFT_OVER={values['LEFT_OVER']}\n"),
        (".env.test", f"API_TOKEN={values['API_TOKEN']}\n"),
    ):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    (folder / ".gitignore").write_text(".env.local\n")
    (folder / "pay.py").write_text(
        'import os\nA = os.environ["STRIPE_KEY"]\nB = os.environ["MISSING_SECRET"]\n'
        'C = os.environ["API_TOKEN"]\n'
    )
    subprocess.run(["git", "-C", str(folder), "add", ".env", ".gitignore", "pay.py"], check=True)
    return values


@pytest.mark.parametrize("size", SIZES)
async def test_what_a_stranger_did_not_know(desk: Desk, size: tuple[int, int]) -> None:
    values = project(desk)
    async with desk.run(size=size) as app:
        await app.show(LookScreen())
        assert "tracked by git" in app.line(" .env ")
        assert "not ignored by git" in app.line(".env.test")
        assert " ignored by git" in app.line(".env.local")
        assert "pay.py:3" in app.line("MISSING_SECRET")
        assert "LEFT_OVER" in app.text
        assert "1 tracked by git" in app.text
        assert app.text.index(".env ") < app.text.index(".env.test") < app.text.index(".env.local")
        assert not [value for value in values.values() if value in app.text]
        await app.press("enter")
        assert "STRIPE_KEY=••••" in app.text


async def test_without_a_vault_it_looks_and_says_what_importing_needs(desk: Desk) -> None:
    project(desk)
    async with desk.run() as app:
        app.app.session.lock()
        await app.show(LookScreen())
        assert "tracked by git" in app.text
        await app.press("i")
        assert "no open vault yet" in app.text


async def test_from_look_to_the_import_and_back(desk: Desk) -> None:
    values = project(desk)
    async with desk.run() as app:
        await app.show(LookScreen())
        await app.press("i")
        assert "+ new" in app.line("STRIPE_KEY")
        assert "A apply 1" in app.footer
        await app.press("enter")
        assert "STRIPE_KEY" not in names(desk.vault, desk.places["staging"])
        await app.press("A")
        assert "1 secret imported from .env" in app.text
        assert "= same" in app.line("STRIPE_KEY")
        assert values["STRIPE_KEY"] not in app.text
        await app.press("escape", "escape", "u")
        assert "STRIPE_KEY" not in names(desk.vault, desk.places["staging"])


@pytest.mark.parametrize("size", SIZES)
async def test_the_preview_tells_new_same_conflict_and_refused(
    desk: Desk, size: tuple[int, int]
) -> None:
    same, mine, theirs = fresh(), fresh(), fresh()
    desk.set("SAME", same)
    desk.set("FOUGHT", mine)
    path = desk.project / "in.env"
    path.write_text(
        f"SAME={same.reveal_text()}\nFOUGHT={theirs.reveal_text()}\nBRAND_NEW=abc\nEMPTY=\n"
    )
    async with desk.run(size=size) as app:
        screen = await app.show(ImportScreen("in.env"))
        for name, word in (
            ("BRAND_NEW", "+ new"),
            ("FOUGHT", "! conflict"),
            ("EMPTY", "# refused"),
            ("SAME", "= same"),
        ):
            assert word in app.line(f" {name} ")
        assert "1 ticked" in app.text
        assert "1 conflict stays as it is" in app.text
        assert all(len(line) == size[0] for line in app.lines)
        screen.list.select("EMPTY")
        await app.press("space")
        assert "It can't be taken: the value is empty" in app.text
        screen.list.select("FOUGHT")
        await app.press("space", "A")
        assert "2 secrets imported" in app.text
    assert desk.value("FOUGHT") == theirs


async def test_an_unticked_row_stays_out(desk: Desk) -> None:
    path = desk.project / "in.env"
    path.write_text("ONE=abc\nTWO=def\n")
    async with desk.run() as app:
        await app.show(ImportScreen("in.env"))
        await app.press("space", "A")
    assert names(desk.vault, desk.places["staging"]) == ["TWO"]


async def test_replacing_in_a_protected_profile_asks_for_its_name(desk: Desk) -> None:
    desk.profile("production", protected=True)
    desk.set("FOUGHT", place="production")
    theirs = fresh()
    (desk.project / "in.env").write_text(f"FOUGHT={theirs.reveal_text()}\n")
    async with desk.run("production") as app:
        await app.show(ImportScreen("in.env"))
        await app.press("space", "A")
        assert "To import, type production, then F2" in app.text
        await app.press("f2")
        assert desk.value("FOUGHT", "production") != theirs
        await app.type("production")
        await app.press("f2")
    assert desk.value("FOUGHT", "production") == theirs


async def test_a_path_is_asked_and_kept_when_it_is_wrong(desk: Desk) -> None:
    (desk.project / "in.env").write_text("ONE=abc\n")
    async with desk.run() as app:
        await app.show(ImportScreen())
        await app.type("im.env")
        await app.press("enter")
        assert "There is no" in app.text
        assert "im.env" in app.line("File")
        await app.press(*["backspace"] * 6)
        await app.type("in.env")
        await app.press("enter")
        assert "+ new" in app.line("ONE")
