"""The editor: masked, every byte kept, validated while typed, left and overwritten with care."""

from __future__ import annotations

import asyncio
import secrets as random
from contextlib import suppress

import pytest

from keydeck.domain.secret import SecretValue
from keydeck.services import secrets
from keydeck.tui.screens.editor import EditorScreen
from keydeck.tui.screens.main import MainScreen
from support.desk import SIZES, Desk, desk
from support.values import fresh

__all__ = ["desk"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_secret_is_typed_masked_and_saved(desk: Desk, size: tuple[int, int]) -> None:
    value = random.token_hex(8)
    async with desk.run(size=size) as app:
        await app.press("n")
        await app.type("API_KEY")
        assert "ok, not taken" in app.line("Name")
        await app.press("tab")
        await app.paste(value)
        assert value not in app.text
        assert "••••••••••••" in app.line("Value")
        assert "16 characters" in app.line("Value")
        assert all(len(line) == size[0] for line in app.lines)
        await app.press("f2")
        assert isinstance(app.app.screen, MainScreen)
        assert "API_KEY is saved in staging. u takes it back." in app.text.replace("\n", "")
    assert desk.value("API_KEY") == SecretValue(value)


async def test_where_letters_are_typed_help_has_another_key(desk: Desk) -> None:
    async with desk.run() as app:
        await app.press("n")
        assert "F1 more" in app.footer
        await app.press("question_mark")
        assert "?" in app.line("Name")
        await app.press("f1")
        assert "Save: " in app.text
        assert "Makes a new value from the system's random source." in app.text


async def test_the_name_is_held_against_rule_and_neighbours(desk: Desk) -> None:
    desk.set("TAKEN")
    async with desk.run() as app:
        await app.press("n")
        for typed, said, why in (
            ("MY KEY", "MY_KEY would fit", "is no name here"),
            ("TAKEN", "is there already", "is there already"),
            ("taken", "TAKEN is there", "differs in case only"),
            ("", "", "Give it a name first"),
        ):
            await app.press("ctrl+u")
            for letter in typed:
                await app.pilot.press({" ": "space"}.get(letter, letter))
            await app.settle()
            assert said in app.line("Name")
            await app.press("f2")
            assert why in app.text
        assert secrets.names(desk.vault, desk.places["staging"]) == ["TAKEN"]


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
async def test_a_pasted_pem_key_keeps_every_byte(desk: Desk, end: str) -> None:
    newline = "\r\n" if end == "\r\n" else "\n"
    lines = ["-----BEGIN TEST KEY-----", random.token_hex(24), random.token_hex(12)]
    text = newline.join([*lines, "-----END TEST KEY-----"]) + end
    async with desk.run() as app:
        await app.press("n")
        await app.type("PEM")
        await app.press("tab")
        await app.paste(text)
        assert "4 lines" in app.line("Value")
        assert lines[1] not in app.text
        await app.press("f2")
    assert desk.value("PEM").reveal_bytes() == text.encode()


async def test_f5_takes_what_was_typed_along(desk: Desk) -> None:
    async with desk.run() as app:
        await app.press("n")
        await app.type("LINES")
        await app.press("tab")
        await app.type("one")
        await app.press("f5", "enter")
        await app.type("two")
        await app.press("f2")
    assert desk.value("LINES").reveal_bytes() == b"one\ntwo"


async def test_a_file_gives_the_value_without_the_newline_of_its_one_line(desk: Desk) -> None:
    value = fresh()
    (desk.project / "token").write_bytes(value.reveal_bytes() + b"\n")
    async with desk.run() as app:
        await app.press("n")
        await app.type("FROM_FILE")
        await app.press("f4")
        await app.paste(str(desk.project / "token"))
        assert "there" in app.line("Its file")
        await app.press("enter")
        await app.press("f2")
    assert desk.value("FROM_FILE") == value


async def test_an_edit_without_a_value_changes_only_what_is_told(desk: Desk) -> None:
    desk.set("API_KEY")
    before = desk.value("API_KEY")
    async with desk.run() as app:
        await app.press("e", "f2")
        assert "Nothing was changed." in app.text
        await app.press("tab")
        await app.type("billing")
        await app.press("tab")
        await app.type("live")
        await app.press("space")
        await app.type("eu")
        await app.press("f2")
        assert "its value is as it was" in app.text
    [row] = secrets.rows(desk.vault, desk.places["staging"])
    assert (row.secret.description, row.secret.tags) == ("billing", ("live", "eu"))
    assert row.secret.version == 1
    assert desk.value("API_KEY") == before


async def test_one_value_goes_to_other_profiles_too(desk: Desk) -> None:
    desk.profile("local")
    desk.profile("production", protected=True)
    desk.set("API_KEY", place="production")
    kept = desk.value("API_KEY", "production")
    value = random.token_hex(8)
    async with desk.run() as app:
        await app.press("n")
        await app.type("API_KEY")
        await app.press("tab")
        await app.paste(value)
        await app.app.screen._compare()  # type: ignore[attr-defined]
        await app.settle()
        assert "not set there" in app.line("local ")
        assert "another value, kept one version back" in app.line("production P")
        await app.press("tab", "tab", "tab", "tab", "space", "tab", "space", "f2")
        assert "To overwrite API_KEY, type production, then F2" in app.text
        await app.press("escape")
        assert isinstance(app.app.screen, EditorScreen)
        assert desk.value("API_KEY", "production") == kept
        await app.press("f2")
        await app.type("production")
        await app.press("f2")
        assert isinstance(app.app.screen, MainScreen)
    for place in ("staging", "local", "production"):
        assert desk.value("API_KEY", place) == SecretValue(value)


async def test_the_same_value_elsewhere_is_warned_of(desk: Desk) -> None:
    value = random.token_hex(8)
    desk.profile("local")
    desk.set("API_KEY", SecretValue(value), place="local")
    desk.set("API_KEY")
    async with desk.run() as app:
        await app.press("e")
        await app.paste(value)
        await app.app.screen._compare()  # type: ignore[attr-defined]
        await app.settle()
        assert "! the same value is in local: one leak would open both" in app.text


async def test_what_moved_on_meanwhile_is_not_overwritten_unasked(desk: Desk) -> None:
    desk.set("API_KEY")
    async with desk.run() as app:
        await app.press("e")
        await app.type("mine")
        theirs = fresh()
        desk.set("API_KEY", theirs)
        await app.press("f2")
        assert "It moved on meanwhile" in app.text
        assert "> Go on editing" in app.text
        await app.press("enter")
        assert isinstance(app.app.screen, EditorScreen)
        assert desk.value("API_KEY") == theirs
        await app.press("f2", "j", "enter")
        assert isinstance(app.app.screen, MainScreen)
    assert desk.value("API_KEY") == SecretValue("mine")


async def test_a_filled_editor_asks_before_it_is_left(desk: Desk) -> None:
    async with desk.run() as app:
        await app.press("n", "escape")
        assert isinstance(app.app.screen, MainScreen)
        await app.press("n", "tab")
        await app.type("abc")
        await app.press("escape")
        assert "Leave without saving?" in app.text
        await app.press("enter")
        assert isinstance(app.app.screen, EditorScreen)
        assert "3 characters" in app.text
        await app.press("escape", "j", "enter")
        assert isinstance(app.app.screen, MainScreen)


async def test_a_sealed_secret_is_never_shown_copied_or_unsealed(desk: Desk) -> None:
    value = random.token_hex(16)
    async with desk.run() as app:
        await app.press("n")
        await app.type("SEALED")
        await app.press("tab")
        await app.paste(value)
        await app.press("tab", "tab", "tab", "space", "f2")
        assert "sealed" in app.line("> SEALED")
        await app.press("v")
        assert "SEALED is sealed" in app.text
        await app.press("y")
        assert "never shown or copied" in app.text
        await app.press("e")
        assert "[x]" in app.line("Sealed")
        assert "a seal is never taken off" in app.text
        assert value not in app.text


async def test_copying_and_cutting_in_the_field_does_nothing(desk: Desk) -> None:
    sent: list[str] = []
    async with desk.run() as app:
        app.app._write_terminal = sent.append  # type: ignore[method-assign, assignment]
        await app.press("n", "tab")
        await app.type("abc")
        await app.press("ctrl+c", "ctrl+x", "ctrl+v")
        assert "3 characters" in app.text
        assert app.app.clipboard == ""
        assert sent == []


async def test_a_job_that_outlives_its_screen_shows_nothing(desk: Desk) -> None:
    """The look at other profiles waits a moment; whoever saves before is gone by then."""
    async with desk.run() as app:
        screen = await app.show(EditorScreen(desk.places["staging"]))
        begun, left = asyncio.Event(), asyncio.Event()

        async def late() -> None:
            begun.set()
            with suppress(asyncio.CancelledError):
                await left.wait()
            screen.query_one("#name")

        screen.work(late(), "late")
        await begun.wait()
        await screen.query("*").remove()
        app.app.pop_screen()
        left.set()
        await app.settle()
        assert isinstance(app.app.screen, MainScreen)
