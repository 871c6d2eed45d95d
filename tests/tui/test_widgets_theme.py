"""Themes: six tokens, their contrast, what is wrong with a file, and life without colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color

from keydeck.domain.errors import Invalid, NotFound
from keydeck.tui.colours import palette
from keydeck.tui.theme import (
    SHIPPED,
    TEXT_ON_DARK,
    TEXT_ON_LIGHT,
    TOKENS,
    contrast,
    load_theme,
    load_themes,
    read_tokens,
    selected_ground,
    theme_folders,
    theme_names,
)
from keydeck.tui.widgets.pane import Pane
from tui.widget_app import WidgetApp, codes, lines, strips

GOOD = dict.fromkeys(TOKENS, "#808080") | {"ground": "#000000"}


def write(folder: Path, name: str = "mine", **tokens: str) -> str:
    path = folder / f"{name}.toml"
    path.write_text("".join(f'{key} = "{value}"\n' for key, value in tokens.items()))
    return str(path)


def test_four_themes_are_shipped_and_found() -> None:
    assert theme_names()[:4] == list(SHIPPED)
    assert load_theme("dark").background == "#14171c"


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "ansi"])
def test_every_colour_can_be_read_on_its_ground(name: str) -> None:
    tokens = read_tokens(f"{theme_folders()[0]}/{name}.toml")
    text = load_theme(name).foreground
    assert text == (TEXT_ON_LIGHT if name == "light" else TEXT_ON_DARK)
    for colour in (*tokens[1:], text):
        assert contrast(colour, tokens.ground) >= 5
    row = selected_ground(tokens).hex
    assert contrast(text, row) >= 5
    assert contrast(tokens.ground, tokens.danger) >= 5  # the badge


def test_the_selected_row_is_the_ground_with_a_share_of_accent() -> None:
    shown = palette(load_theme("dark"))
    assert shown.cursor_row.bgcolor is not None
    assert Color.from_rich_color(shown.cursor_row.bgcolor).hex.lower() == "#27394d"
    assert shown.lit["muted"].color == shown.text.color  # muted turns into text
    assert shown.lit["danger"].color == shown.danger.color


def test_ansi_is_the_terminals_own_colours() -> None:
    theme = load_theme("ansi")
    shown = palette(theme)
    assert theme.ansi
    assert {"ansi-background", "ansi-foreground"} <= set(theme.variables)
    assert shown.text.color is not None
    assert shown.text.color.is_default
    assert shown.muted.dim
    assert shown.badge.reverse
    assert all(style.reverse for style in shown.lit.values())
    assert shown.danger.color is not None
    assert shown.danger.color.number == 1


@pytest.mark.parametrize(
    ("change", "says", "near"),
    [
        ({"acent": "#112233"}, "acent", "Did you mean accent"),
        ({"accent": "blue"}, "accent = “blue”", "#rrggbb"),
        ({"ok": "#12"}, "ok = “#12”", "#rrggbb"),
        ({"ground": "default"}, "is no colour of the terminal", ""),
    ],
)
def test_an_error_names_file_key_and_what_would_do(
    tmp_path: Path, change: dict[str, str], says: str, near: str
) -> None:
    path = write(tmp_path, **(GOOD | change))
    with pytest.raises(Invalid) as caught:
        read_tokens(path)
    assert path in caught.value.what
    assert says in caught.value.what
    assert near in caught.value.todo


def test_a_missing_colour_and_a_broken_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="accent and ok and due and danger and muted are missing"):
        read_tokens(write(tmp_path, ground="#000000"))
    broken = tmp_path / "broken.toml"
    broken.write_text("ground = \n")
    with pytest.raises(Invalid, match=r"broken\.toml"):
        read_tokens(str(broken))


def test_a_users_theme_wins_and_a_bad_one_harms_no_other(tmp_path: Path) -> None:
    write(tmp_path, "dark", **(GOOD | {"accent": "#123456"}))
    write(tmp_path, "bad", ground="#000000")
    folders = [theme_folders()[0], str(tmp_path)]
    themes, problems = load_themes(folders)
    assert [theme.name for theme in themes] == [*SHIPPED]
    assert [theme.primary for theme in themes if theme.name == "dark"] == ["#123456"]
    assert [str(tmp_path / "bad.toml") in problem.what for problem in problems] == [True]
    with pytest.raises(NotFound) as caught:
        load_theme("drak", folders)
    assert "dark" in caught.value.todo
    with pytest.raises(NotFound):
        load_theme("../dark", folders)


async def test_a_change_of_theme_repaints_what_lines_draw() -> None:
    pane = Pane("Secrets", tone="danger")
    async with WidgetApp(pane, Pane("Other")).run_test(size=(40, 10)) as pilot:
        for name in ("light", "contrast", "dark"):
            pilot.app.theme = name
            await pilot.pause()
            await pilot.pause()
            row = next(s for s in strips(pilot)[0] if "Secrets" in s.text).style
            assert row is not None
            assert row.bgcolor is not None
            assert row.bgcolor.name == load_theme(name).background


async def test_without_colour_there_are_shades_of_grey_and_the_same_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with WidgetApp(Pane("Secrets")).run_test(size=(40, 6)) as pilot:
        coloured = lines(pilot)
    monkeypatch.setenv("NO_COLOR", "1")
    async with WidgetApp(Pane("Secrets")).run_test(size=(40, 6)) as pilot:
        assert lines(pilot) == coloured
        for strip in strips(pilot):
            for segment in strip:
                assert segment.style is not None
                for colour in (segment.style.color, segment.style.bgcolor):
                    assert colour is not None
                    assert colour.triplet is not None
                    assert len(set(colour.triplet)) == 1
    async with WidgetApp(Pane("Secrets"), theme="ansi").run_test(size=(40, 6)) as pilot:
        assert lines(pilot) == coloured
        assert not any("\x1b[36m" in codes(strip) for strip in strips(pilot))
