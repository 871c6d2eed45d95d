"""Lists: cursor by id, filter in the border, keys, mouse, sizes, hostile text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from textual import events
from textual.geometry import Region

from keydeck.tui.text import cells
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.filtering import Filtering
from keydeck.tui.widgets.matching import ranked, subsequence, substring
from keydeck.tui.widgets.rows import Lines, RowList, Slot
from tui.widget_app import WidgetApp, lines, segments_with, sent

COLUMNS = (
    Column("name", "NAME", grow=True, least=23),
    Column("hint", "HINT", 11, drop=2),
    Column("age", "AGE", 6, right=True, drop=1),
    Column("sync", "SYNC", 10),
)


class Row(NamedTuple):
    id: str
    name: str


def draw(row: Row, slot: Slot) -> Lines:
    if slot.lines == 2:
        return [[(row.name, "text")], [("  hint", "muted")]]
    return [lay_out(COLUMNS, slot.width).line({"name": (row.name, "text"), "sync": ("= ok", "ok")})]


def make(count: int = 100, *, name: str = "list") -> RowList[Row]:
    made: RowList[Row] = RowList(
        "Secrets",
        row_id=lambda row: row.id,
        row_text=lambda row: row.name,
        render_row=draw,
        header=lambda width: lay_out(COLUMNS, width).header(),
        subtitle="/ filter",
        counted=True,
        narrow_lines=2,
        empty="No secret here yet: n makes one.",
        id=name,
    )
    made.set_rows([Row(f"id{n}", f"KEY_{n}") for n in range(count)])
    return made


async def test_only_what_is_in_view_is_drawn_whatever_the_number_of_rows() -> None:
    drawn = 0

    def counting(row: Row, slot: Slot) -> Lines:
        nonlocal drawn
        drawn += 1
        return draw(row, slot)

    listed: RowList[Row] = RowList("All", row_id=lambda r: r.id, render_row=counting)
    listed.set_rows([Row(str(n), f"KEY_{n}") for n in range(100_000)])
    async with WidgetApp(listed).run_test(size=(100, 40)) as pilot:
        assert "KEY_37" in sent(pilot)
        assert drawn <= 2 * 38
        drawn = 0
        await pilot.press("G")
        assert "KEY_99999" in lines(pilot)[38]
        assert drawn <= 3 * 38


async def test_setting_rows_does_not_look_at_them() -> None:
    class Counting(Sequence[Row]):
        looked = 0

        def __len__(self) -> int:
            return 100_000

        def __getitem__(self, index: Any) -> Any:
            Counting.looked += 1
            return Row(str(index), f"KEY_{index}")

    listed: RowList[Row] = RowList("All", row_id=lambda r: r.id, render_row=draw)
    listed.set_rows(Counting())
    listed.set_rows(Counting())
    assert Counting.looked < 10


async def test_the_frame_says_name_count_and_filter() -> None:
    async with WidgetApp(make(1234)).run_test(size=(100, 20)) as pilot:
        top = lines(pilot)[0]
        assert top.startswith("╭ Secrets 1 234 ──")
        assert top.endswith("── / filter ─╮")
        assert all(cells(line) == 100 for line in lines(pilot))
        await pilot.press("slash", "9", "9")
        assert lines(pilot)[0].startswith("╭ Secrets 30 of 1 234 ─")
        assert lines(pilot)[0].endswith("─ / 99  ─╮")


async def test_columns_go_where_the_name_would_get_too_little() -> None:
    wide, middle, narrow = (lay_out(COLUMNS, width) for width in (70, 50, 40))
    assert [c.key for c, _ in wide.columns] == ["name", "hint", "age", "sync"]
    assert [c.key for c, _ in middle.columns] == ["name", "age", "sync"]
    assert [c.key for c, _ in narrow.columns] == ["name", "sync"]
    line = narrow.line({"name": ("A_VERY_LONG_NAME_OF_SOME_SECRET_KEY", "text")})
    assert line[0][0] == "A_VERY_LONG_NA…ME_SECRET_KEY"
    assert sum(cells(text) for text, _ in line) == 40


async def test_two_lines_a_row_on_a_narrow_screen() -> None:
    async with WidgetApp(make()).run_test(size=(60, 20)) as pilot:
        assert lines(pilot)[1].startswith("│> KEY_0 ")
        assert lines(pilot)[2].startswith("│    hint")
        assert lines(pilot)[3].startswith("│  KEY_1 ")
        await pilot.press("end")
        assert lines(pilot)[17].startswith("│> KEY_99")
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert "NAME" in lines(pilot)[1]
        assert any(line.startswith("│> KEY_99") for line in lines(pilot))


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (["j", "j", "k"], 1),
        (["down", "down"], 2),
        (["G"], 99),
        (["end", "up"], 98),
        (["G", "g"], 0),
        (["pagedown"], 16),
        (["pagedown", "pagedown", "pageup", "home"], 0),
        (["k"], 0),
    ],
)
async def test_keys_move_the_cursor(keys: list[str], at: int) -> None:
    listed = make()
    app = WidgetApp(listed)
    async with app.run_test(size=(100, 20), message_hook=app.heard) as pilot:
        await pilot.press(*keys)
        assert listed.highlighted == f"id{at}"
        assert any(line.startswith(f"│> KEY_{at} ") for line in lines(pilot))
        moved = app.of(RowList.Highlighted)
        assert not moved or moved[-1].row_id == f"id{at}"


async def test_enter_opens_and_space_ticks_by_id() -> None:
    listed = make()
    app = WidgetApp(listed)
    async with app.run_test(message_hook=app.heard) as pilot:
        await pilot.press("j", "enter", "space")
        assert [m.row_id for m in app.of(RowList.Opened)] == ["id1"]
        assert [m.row_id for m in app.of(RowList.Ticked)] == ["id1"]
        assert app.of(RowList.Opened)[0].control is listed


async def test_the_cursor_stays_on_its_id_when_rows_change() -> None:
    listed = make(10)
    async with WidgetApp(listed).run_test(size=(100, 20)) as pilot:
        await pilot.press("j", "j", "j")
        listed.set_rows([Row(f"id{n}", f"KEY_{n}") for n in (9, 8, 3, 1)])
        assert listed.highlighted == "id3"
        listed.set_rows([Row(f"id{n}", f"KEY_{n}") for n in (9, 8, 1)])
        assert listed.highlighted == "id1"  # its own place, or the nearest there is
        listed.set_rows([])
        assert listed.highlighted is None
        await pilot.pause()
        assert "No secret here yet: n makes one." in sent(pilot)
        await pilot.press("enter", "j", "G", "space")
        listed.set_rows([Row("a", "A"), Row("b", "B")], select="b")
        assert listed.highlighted == "b"


async def test_the_cursor_skips_headings_and_a_filter_keeps_theirs() -> None:
    rows = ["acme", " one", " two", "globex", " three"]
    listed: RowList[str] = RowList(
        "Profiles",
        row_id=str,
        render_row=lambda row, slot: [[(row, "text")]],
        is_heading=lambda row: row[0] != " ",
    )
    listed.set_rows(rows)
    async with WidgetApp(listed).run_test(size=(60, 12)) as pilot:
        assert listed.highlighted == " one"
        await pilot.press("j", "j")
        assert listed.highlighted == " three"
        await pilot.press("k", "k", "k", "k")
        assert listed.highlighted == " one"
        assert lines(pilot)[1].startswith("│  acme")
        await pilot.press("slash", "t", "w")
        assert [line[3:9].rstrip() for line in lines(pilot)[1:4]] == ["acme", " two", ""]
        assert listed.highlighted == " two"


async def test_the_filter_is_typed_into_the_border_and_cleared_by_escape() -> None:
    listed = make()
    app = WidgetApp(listed)
    async with app.run_test(size=(100, 20), message_hook=app.heard) as pilot:
        await pilot.press("j", "j", "slash", "4", "2", "j")
        assert listed.filter_text == "42j"  # letters are no keys while it is typed
        assert "Nothing matches" in sent(pilot)
        await pilot.press("backspace")
        assert listed.highlighted == "id42"
        await pilot.press("enter")
        assert not listed.typing
        assert app.of(RowList.Opened) == []
        assert "/ 42 ─╮" in lines(pilot)[0]
        await pilot.press("escape")
        assert listed.filter_text == ""
        assert listed.highlighted == "id42"
        assert lines(pilot)[0].endswith("/ filter ─╮")
        shown = [(m.shown, m.total) for m in app.of(RowList.Filtered)]
        assert shown[:2] == [(19, 100), (1, 100)]


async def test_markup_and_slashes_typed_into_the_filter_are_text() -> None:
    listed = make()
    async with WidgetApp(listed).run_test(size=(100, 20)) as pilot:
        await pilot.press("slash", "left_square_bracket", "slash", "right_square_bracket")
        assert "/ [/] " in lines(pilot)[0]


def test_matching_finds_substrings_first_then_subsequences() -> None:
    texts = ["stripe_key", "my_stripe", "s_t_r", "str", "other", "xstrx"]
    hits = substring(texts, "str")
    hits += subsequence(texts, "str", hits)
    assert [texts[i] for i in ranked(texts, "str", hits)] == [
        "str",
        "stripe_key",
        "my_stripe",
        "xstrx",
        "s_t_r",
    ]


async def test_a_large_list_adds_subsequences_after_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Filtering, "PAUSE", 0.01)
    listed = make(20_001)
    app = WidgetApp(listed)
    async with app.run_test(size=(100, 20), message_hook=app.heard) as pilot:
        listed.set_filter("y_2000")
        assert listed._count == 2  # KEY_2000 and KEY_20000: at once
        while len(app.of(RowList.Filtered)) < 2:
            await pilot.pause()
        assert [m.shown for m in app.of(RowList.Filtered)] == [2, 3]  # and KEY_12000
        listed.set_filter("k200")
        assert listed._count == 0
        while listed._count == 0:
            await pilot.pause()
        assert listed.highlighted == "id200"


async def test_a_click_selects_a_second_one_opens_the_wheel_scrolls() -> None:
    listed = make()
    app = WidgetApp(listed)
    async with app.run_test(size=(100, 20), message_hook=app.heard) as pilot:
        await pilot.click("#list", offset=(5, 4))
        assert listed.highlighted == "id2"
        assert app.of(RowList.Opened) == []
        await pilot.click("#list", offset=(5, 4), times=2)
        assert [m.row_id for m in app.of(RowList.Opened)] == ["id2"]
        await pilot._post_mouse_events([events.MouseScrollDown], "#list", offset=(5, 5))
        assert lines(pilot)[2].startswith("│  KEY_3 ")
        assert listed.highlighted == "id2"
        await pilot.press("j")
        assert "> KEY_3" in lines(pilot)[2]
        await pilot.click("#list", offset=(99, 18))
        assert "KEY_99" in lines(pilot)[18]
        await pilot.click("#list", offset=(92, 0))
        assert listed.typing


async def test_names_that_could_drive_a_terminal_or_the_app_are_shown_literally() -> None:
    bad = ["[b]x[/b]", "[@click=app.bell]y[/]", "a\x1b[2Jb\x1b]0;t\x07", "r\u202eevil\u2066", "[/"]
    listed: RowList[str] = RowList(
        bad[2], row_id=str, render_row=lambda r, s: [[(r, "text")]], subtitle=bad[0], status=bad[1]
    )
    listed.set_rows(bad)
    async with WidgetApp(listed).run_test(size=(60, 12)) as pilot:
        await pilot.press("j", "slash", "x")
        await pilot.press("escape")
        text = sent(pilot)
    assert "[b]x[/b]" in text
    assert "[@click=app.bell]y[/]" in text
    assert "a�[2Jb�]0;t�" in text
    assert not any(ord(c) < 32 or c in "\x7f\x9b\u202e\u2066" for c in text)


async def test_wide_characters_keep_the_frame_straight() -> None:
    listed: RowList[str] = RowList("鍵 名前", row_id=str, render_row=lambda r, s: [[(r, "text")]])
    listed.set_rows(["鍵" * 40, "ключ", "é" * 80, "👩‍👩‍👧" * 20])
    async with WidgetApp(listed).run_test(size=(61, 10)) as pilot:
        assert [cells(line) for line in lines(pilot)] == [61] * 10
        assert all(line[-1] in "│╮╯┃" for line in lines(pilot))


async def test_a_covered_list_is_not_lit() -> None:
    from keydeck.tui.widgets.palette import PaletteRow, PaletteScreen

    listed = make()
    async with WidgetApp(listed).run_test(size=(100, 30)) as pilot:
        await pilot.press("end")
        (segment,) = segments_with(pilot, "KEY_99")
        assert segment.style is not None
        lit = segment.style.bgcolor
        pilot.app.push_screen(PaletteScreen([PaletteRow("Go", "g", "go")]))
        await pilot.pause()
        assert not listed.lit
        pilot.app.pop_screen()
        await pilot.pause()
        (segment,) = segments_with(pilot, "KEY_99")
        assert segment.style is not None
        assert segment.style.bgcolor == lit
        assert listed.lit


async def test_focus_repaints_a_frame_and_a_row_only() -> None:
    one, other = make(), make(name="other")
    async with WidgetApp(one, other).run_test(size=(100, 30)) as pilot:
        await pilot.press("tab")
        regions = one.focus_regions()
        assert sum(region.area for region in regions) < one.size.area / 3
        assert Region(1, 2, 98, 1) in regions
        assert other.has_focus
        assert not one.has_focus


async def test_plain_mode_has_words_and_no_boxes() -> None:
    listed = make()
    async with WidgetApp(listed, plain=True).run_test(size=(100, 12)) as pilot:
        text = sent(pilot)
        assert lines(pilot)[0].startswith("[Secrets 100]  / filter")
        assert lines(pilot)[11].strip() == "91 more below"
        assert not set(text) & set("╭╮╰╯│─┃")


async def test_a_filter_looks_at_each_rows_text_once() -> None:
    looked = 0

    def text(row: Row) -> str:
        nonlocal looked
        looked += 1
        return row.name

    listed: RowList[Row] = RowList("All", row_id=lambda r: r.id, row_text=text, render_row=draw)
    listed.set_rows([Row(str(n), f"KEY_{n}") for n in range(10_000)])
    async with WidgetApp(listed).run_test(size=(100, 40)) as pilot:
        await pilot.press("slash", "9", "9", "9")
    assert looked == 10_000
