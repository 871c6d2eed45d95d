"""Masked fields: every byte is kept, and nothing but `take` ever gives it out."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.pretty import pretty_repr
from textual import events
from textual.pilot import Pilot

from keydeck.domain.secret import SecretValue
from keydeck.tui.widgets.inputs import NameInput, PlainInput
from keydeck.tui.widgets.masked import (
    MASK,
    Buffer,
    Masked,
    SecretArea,
    SecretInput,
    pasted,
    summary,
)
from support.canary import seen
from tui.widget_app import WidgetApp, lines, sent

WORD = f"canary{secrets.token_hex(12)}"


def key_text(newline: str = "\n", end: str = "\n") -> str:
    """Lines in the form of a PEM block, made now."""
    body = [secrets.token_hex(32) for _ in range(12)]
    return newline.join(["-----BEGIN TEST-----", *body, "-----END TEST-----"]) + end


async def paste(pilot: Pilot[Any], text: str) -> None:
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


@pytest.mark.parametrize("count", [1, 3, 12, 40])
async def test_the_mask_tells_nothing_of_the_length(count: int) -> None:
    field = SecretInput(placeholder="type it")
    async with WidgetApp(field).run_test(size=(60, 3)) as pilot:
        assert "type it" in lines(pilot)[0]
        await paste(pilot, "x" * count)
        assert lines(pilot)[0].rstrip() == MASK


async def test_what_is_typed_comes_out_by_take_and_the_field_is_empty_then() -> None:
    field = SecretInput()
    app = WidgetApp(field)
    async with app.run_test(message_hook=app.heard) as pilot:
        await pilot.press("p", "left_square_bracket", "ä", "space", "鍵", "x", "backspace")
        assert field.summary == "5 characters"
        assert field.snapshot() == SecretValue("p[ä 鍵")
        assert field.take() == SecretValue("p[ä 鍵")
        assert field.is_empty
        assert field.take() == SecretValue("")
        await pilot.press("a", "ctrl+u", "b", "enter")
        assert field.take() == SecretValue("b")
        assert len(app.of(Masked.Submitted)) == 1
        assert app.of(Masked.Changed)[0].field is field


@pytest.mark.parametrize("kind", [SecretInput, SecretArea])
async def test_nothing_gives_the_value_away(kind: type[Masked]) -> None:
    field, other = kind(), PlainInput()
    app = WidgetApp(field, other)
    async with app.run_test(size=(60, 10), message_hook=app.heard) as pilot:
        await pilot.press(*WORD)
        await paste(pilot, f"{WORD}\n{WORD}\n")
        for key in ("ctrl+a", "ctrl+c", "ctrl+x", "ctrl+insert", "shift+home", "ctrl+c", "ctrl+z"):
            await pilot.press(key)
        await pilot.click(kind, offset=(2, 0), times=2)
        await pilot.press("ctrl+c", "ctrl+y", "tab", "shift+tab")
        assert app.copied == []
        assert app.clipboard == ""
        assert pilot.app.screen.get_selected_text() is None
        assert seen(WORD, sent(pilot).encode()) == []
        ours = [m for m in app.messages if not isinstance(m, (events.Key, events.Paste))]
        assert any(isinstance(m, Masked.Blurred) for m in ours)
        for thing in (*ours, field, field.tree, app.screen, field._buffer):
            for text in (repr(thing), str(thing), pretty_repr(thing)):
                assert seen(WORD, text.encode()) == []
        assert seen(WORD, pilot.app.export_screenshot().encode()) == []


async def test_typing_and_pasting_are_logged_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "textual.log"
    monkeypatch.setattr("textual.constants.LOG_FILE", str(log))
    monkeypatch.setattr("textual.constants.DEBUG", True)
    monkeypatch.chdir(tmp_path)
    app = WidgetApp(SecretInput())
    async with app.run_test() as pilot:
        await pilot.press(*WORD)
        await paste(pilot, WORD)
        app.log(WORD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["", "\n", "\n\n", " \t\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
async def test_several_lines_pasted_keep_every_byte(newline: str, end: str) -> None:
    text = key_text(newline, end.replace("\n", newline))
    field, area = SecretInput(id="one"), SecretArea(id="many")
    app = WidgetApp(field, area)
    async with app.run_test(size=(60, 12), message_hook=app.heard) as pilot:
        await paste(pilot, text)
        assert field.is_empty
        assert len(app.of(Masked.MultiLinePasted)) == 1
        area.put(field.take_paste())
        area.focus()
        await pilot.pause()
        assert area.snapshot() == SecretValue(text)
        assert lines(pilot)[1].strip().startswith("… ")
        await paste(pilot, text)
        assert area.take().reveal_bytes() == text.encode() * 2


async def test_what_was_typed_before_stays_before_the_lines_pasted() -> None:
    field = SecretInput()
    async with WidgetApp(field).run_test() as pilot:
        await pilot.press("a", "b")
        await paste(pilot, "c\nd\n")
        assert field.take_paste() == SecretValue("abc\nd\n")
        assert field.is_empty


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [("token\n", "token"), ("token\r\n", "token"), ("token\r", "token"), ("  token ", "  token "),
     ("a\tb", "a\tb"), ("a\x1b[2Jb", "a\x1b[2Jb"), ("", "")],
)  # fmt: skip
async def test_one_line_loses_its_one_final_newline_and_nothing_else(
    given_text: str, kept: str
) -> None:
    field = SecretInput()
    async with WidgetApp(field).run_test(size=(60, 3)) as pilot:
        await paste(pilot, given_text)
        assert field.take() == SecretValue(kept)
        assert "\x1b" not in sent(pilot)


async def test_an_area_takes_enter_and_undo_has_nothing_to_undo() -> None:
    area = SecretArea()
    async with WidgetApp(area).run_test(size=(60, 4)) as pilot:
        await paste(pilot, key_text())
        await pilot.press("ctrl+z", "ctrl+y", "ctrl+u", "a", "enter", "b", "ctrl+z")
        assert area.take() == SecretValue("a\nb")


async def test_an_area_is_masked_line_by_line() -> None:
    area = SecretArea(placeholder="paste it")
    async with WidgetApp(area).run_test(size=(60, 6)) as pilot:
        assert lines(pilot)[0].strip() == "paste it"
        await paste(pilot, "a\n\n" + "long" * 30 + "\n")
        assert [line.strip() for line in lines(pilot)[:4]] == [MASK, "", MASK, ""]


async def test_nothing_is_kept_when_the_screen_goes() -> None:
    field = SecretInput()
    async with WidgetApp(field).run_test() as pilot:
        await paste(pilot, f"{WORD}\n{WORD}")
        await pilot.press(*WORD)
        data = field._buffer._data
        await field.remove()
        assert len(data) == 0
        assert field.take_paste() == SecretValue("")


@given(st.text())
def test_a_buffer_drops_characters_one_by_one(text: str) -> None:
    buffer = Buffer()
    buffer.add(text)
    for left in range(len(text), 0, -1):
        assert buffer.value() == SecretValue(text[:left].encode("utf-8", "surrogatepass"))
        buffer.drop_last()
    buffer.drop_last()
    assert len(buffer) == 0


def test_a_paste_of_carriage_returns_only_had_newlines() -> None:
    assert pasted("a\rb\r") == "a\nb\n"
    assert pasted("a\r\nb\rc") == "a\r\nb\rc"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "empty"),
        ("x", "1 character"),
        pytest.param("x" * 1107, "1 107 characters", id="long"),
        (" x", "2 characters, a space at its edge"),
        ("a\nb\n", "2 lines, 4 bytes, ends with a newline"),
        ("a\r\nb", "2 lines, 4 bytes, no newline at its end, Windows line ends"),
        ("a\x1b", "2 characters, control characters in it"),
    ],
)
def test_a_summary_says_length_and_what_hides(value: str, words: str) -> None:
    assert summary(SecretValue(value)) == words
    assert summary(SecretValue(b"\xff\x00")) == "2 bytes, not text"


async def test_a_plain_field_is_edited_and_shown_literally() -> None:
    field = PlainInput("abc", placeholder="a name")
    app = WidgetApp(field)
    async with app.run_test(size=(20, 3), message_hook=app.heard) as pilot:
        await pilot.press("home", "delete", "X", "right", "Y", "end", "backspace")
        assert field.value == "XbY"
        await pilot.press("ctrl+u", "left_square_bracket", "slash", "b", "right_square_bracket")
        assert lines(pilot)[0].rstrip() == "[/b]"
        await paste(pilot, " one\x1b[2J two\u202e\nthree")
        assert field.value == "[/b] one�[2J two�"
        await pilot.press("ctrl+w")
        assert field.value == "[/b] one�[2J"
        await pilot.press("enter")
        assert len(app.of(PlainInput.Submitted)) == 1
        assert all("one" not in repr(m) for m in app.of(PlainInput.Changed))
        await pilot.press(*"0123456789012345678901234567890")
        assert lines(pilot)[0].rstrip().endswith("890")
        field.value = ""
        await pilot.pause()
        assert "a name" in lines(pilot)[0]


async def test_a_name_loses_the_spaces_around_it_and_ends_at_128() -> None:
    field = NameInput()
    async with WidgetApp(field).run_test() as pilot:
        await paste(pilot, "  STRIPE_KEY \n")
        assert field.value == "STRIPE_KEY"
        await paste(pilot, "x" * 300)
        assert len(field.value) == 128


async def test_fields_leave_other_keys_to_the_screen_and_do_not_blink() -> None:
    field = SecretInput()
    app = WidgetApp(field)
    async with app.run_test(message_hook=app.heard) as pilot:
        app.messages.clear()
        await pilot.press("f2", "escape", "f3")
        assert field.is_empty
        assert field.check_consume_key("q", "q")
        assert not field.check_consume_key("f2", None)
        assert list(field._timers) == []
