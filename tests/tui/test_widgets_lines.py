"""Header, footer, notice, facts, palette, grid: what fits, what goes first, what is clicked."""

from __future__ import annotations

import pytest
from textual.message import Message
from textual.pilot import Pilot

from keydeck.tui.text import Span, cells, middle, pad, wrap
from keydeck.tui.widgets.detail import Blank, Fact, FactLine, Facts, Head, Item, Words
from keydeck.tui.widgets.footer import Footer, FooterKey
from keydeck.tui.widgets.grid import Grid
from keydeck.tui.widgets.header import Header, HeaderItem
from keydeck.tui.widgets.notice import Notice
from keydeck.tui.widgets.palette import PaletteRow, PaletteScreen
from keydeck.tui.widgets.pane import Pane
from tui.widget_app import WidgetApp, lines, segments_with, sent

ITEMS = [
    HeaderItem("1 conflict", "danger", keep=3, id="conflicts"),
    HeaderItem("2 due", "due", keep=2, id="due"),
    HeaderItem("bao 4 min", "muted", keep=1),
    HeaderItem("lock 14m", "muted", keep=0),
]
WORDS = ("new", "edit", "rotate", "reveal", "copy", "delete", "sync", "extra", "quit", "more")
KEYS = [
    FooterKey(key, label, f"do.{label}") for key, label in zip("nervydsxq?", WORDS, strict=True)
]


def header_at(width: int, place: str = "acme / production") -> str:
    header = Header()
    header._place, header._badge, header._items = place, "PROTECTED", tuple(ITEMS)
    return "".join(text for text, _ in header.line(width))


def test_the_header_drops_lock_then_bao_then_due_then_the_middle_of_the_place() -> None:
    assert header_at(80) == (
        " acme / production  PROTECTED            1 conflict  2 due  bao 4 min  lock 14m "
    )
    assert header_at(64).endswith("1 conflict  2 due  bao 4 min ")
    assert header_at(60) == " acme / production  PROTECTED             1 conflict  2 due "
    assert header_at(45).split() == ["acme", "/", "production", "PROTECTED", "1", "conflict"]
    assert header_at(40) == " acme /…uction  PROTECTED    1 conflict "
    assert all(cells(header_at(width)) == width for width in range(45, 120))


async def test_what_the_header_says_is_clicked_by_its_id() -> None:
    header = Header(id="header")
    app = WidgetApp(header)
    async with app.run_test(size=(80, 5), message_hook=app.heard) as pilot:
        header.show("acme / production", badge="PROTECTED", items=ITEMS)
        await pilot.pause()
        at = lines(pilot)[0].index("2 due")
        await pilot.click("#header", offset=(at + 1, 0))
        await pilot.click("#header", offset=(lines(pilot)[0].index("lock"), 0))
        assert [m.item for m in app.of(Header.Pressed)] == ["due"]
        (badge,) = segments_with(pilot, " PROTECTED ")
        assert badge.style is not None
        assert badge.style.bgcolor is not None
        assert badge.style.bgcolor.name == "#ff7b72"


@pytest.mark.parametrize(("width", "shown"), [(80, 8), (60, 7), (52, 6), (40, 4), (10, 1)])
def test_the_footer_has_at_most_eight_keys_and_always_the_last(width: int, shown: int) -> None:
    footer = Footer()
    footer._keys = tuple(KEYS)
    fitting = footer.fitting(width)
    assert len(fitting) == shown
    assert fitting[-1].key == "?"
    assert fitting[:-1] == KEYS[: shown - 1]
    if shown > 1:
        assert sum(cells(text) for text, _ in footer.line(width)) <= width


async def test_each_key_of_the_footer_can_be_clicked() -> None:
    footer = Footer(id="footer")
    app = WidgetApp(footer)
    async with app.run_test(size=(80, 5), message_hook=app.heard) as pilot:
        footer.show(KEYS)
        await pilot.pause()
        line = lines(pilot)[4]
        assert line.startswith(
            " n new  e edit  r rotate  v reveal  y copy  d delete  s sync  ? more"
        )
        for word in ("edit", "? more", "n new"):
            await pilot.click("#footer", offset=(line.index(word), 0))
        assert [m.id for m in app.of(Footer.Pressed)] == ["do.edit", "do.more", "do.new"]


async def test_a_line_repaints_only_when_its_words_change() -> None:
    footer = Footer()
    painted = 0

    class Counted(Header):
        def line(self, width: int) -> list[Span]:
            nonlocal painted
            painted += 1
            return list(super().line(width))

    header = Counted()
    async with WidgetApp(header, footer).run_test(size=(80, 5)) as pilot:
        header.show("acme / production", items=ITEMS)
        await pilot.pause()
        before = painted
        for _ in range(3):
            header.show("acme / production", items=list(ITEMS))
            await pilot.pause()
        assert painted == before


async def test_a_notice_is_literal_and_goes_while_what_lasts_comes_back() -> None:
    notice = Notice(id="notice")
    async with WidgetApp(notice).run_test(size=(60, 5)) as pilot:
        notice.say([("3 ticked", "bold"), ("  1 conflict", "danger")], seconds=None)
        notice.say("[@click=app.bell]x[/] \x1b[2J" + "long " * 20, "danger")
        await pilot.pause()
        assert lines(pilot)[0].startswith(" [@click=app.bell]x[/] �[2Jlong long")
        assert lines(pilot)[0].rstrip().endswith("…")
        await pilot.click("#notice")
        assert lines(pilot)[0].strip() == "3 ticked  1 conflict"
        notice.say("done", "ok", seconds=0.01)
        while notice.text == "done":
            await pilot.pause()
        assert notice.text == "3 ticked  1 conflict"


async def test_an_overlaid_notice_takes_room_only_while_it_speaks() -> None:
    pane, notice, footer = Pane("Below"), Notice(overlay=True), Footer()
    async with WidgetApp(pane, notice, footer).run_test(size=(60, 8)) as pilot:
        assert lines(pilot)[6].startswith("╰──")
        notice.say("Copied.", "ok")
        await pilot.pause()
        assert lines(pilot)[6].strip() == "Copied."
        notice.hush()
        await pilot.pause()
        assert lines(pilot)[6].startswith("╰──")


FACTS: list[FactLine] = [
    Fact("Value", "sk-a…Zx9Q"),
    Blank(),
    Fact("Sync bao", "= in sync", "ok"),
    Fact("", "checked 4 min ago", "muted"),
    Head("Used by 3"),
    Item("agent billing"),
    Words("It is said here at some length what this is good for."),
]


async def test_facts_stand_in_columns_and_break_at_the_width() -> None:
    facts = Facts("KEY", id="facts")
    facts.show(FACTS)
    async with WidgetApp(facts).run_test(size=(34, 14)) as pilot:
        assert [line[1:-1].rstrip() for line in lines(pilot)[1:12]] == [
            " Value     sk-a…Zx9Q",
            "",
            " Sync bao  = in sync",
            "           checked 4 min ago",
            "",
            " Used by 3",
            "   agent billing",
            " It is said here at some length",
            " what this is good for.",
            "",
            "",
        ]


async def test_facts_scroll_by_key_and_wheel_and_show_where_they_are() -> None:
    facts = Facts("KEY", id="facts")
    facts.show([Item(f"line {n}") for n in range(30)])
    async with WidgetApp(facts).run_test(size=(30, 12)) as pilot:
        assert lines(pilot)[1].endswith("┃")
        await pilot.press("j", "j", "pagedown")
        assert "line 11" in lines(pilot)[1]
        await pilot.press("G")
        assert "line 29" in lines(pilot)[10]
        assert lines(pilot)[10].endswith("┃")
        await pilot.press("home")
        assert "line 0" in lines(pilot)[1]


def grid_of(rows: int = 5_000, columns: int = 12) -> Grid[str]:
    grid: Grid[str] = Grid(
        f"acme: {rows} names × {columns} profiles",
        row_id=str,
        cell=lambda row, column: ("c overdue", "danger") if column == 3 else ("a", "muted"),
        id="grid",
    )
    names = [
        "local",
        "dev",
        "test",
        "staging",
        "preview",
        "ci",
        "qa",
        "uat",
        "eu",
        "us",
        "ap",
        "dr",
    ]
    grid.set_columns(names[:columns])
    grid.set_rows([f"KEY_{n}" for n in range(rows)])
    return grid


@pytest.mark.parametrize(
    ("width", "window"), [(120, "local … qa"), (80, "local … staging"), (60, "local … test")]
)
async def test_a_grid_shows_the_columns_that_fit(width: int, window: str) -> None:
    async with WidgetApp(grid_of()).run_test(size=(width, 20)) as pilot:
        assert lines(pilot)[0].endswith(f"── {window} ─╮")
        assert all(cells(line) == width for line in lines(pilot))


async def test_a_grids_cursor_is_one_cell() -> None:
    grid = grid_of()
    app = WidgetApp(grid)
    async with app.run_test(size=(80, 20), message_hook=app.heard) as pilot:
        await pilot.press("j", "l")
        line = lines(pilot)[3]
        assert line.startswith("│> KEY_1 ")
        heading = lines(pilot)[1]
        assert line.index("[a]") == heading.index("dev") - 1
        (dev,) = segments_with(pilot, " dev ")
        assert dev.style is not None
        assert dev.style.bold
        await pilot.press("l", "l", "l", "l")
        assert lines(pilot)[0].endswith("── test … ci ─╮")
        assert grid.column_id() == "ci"
        await pilot.press("enter", "h", "space")
        assert [(m.row_id, m.column) for m in app.of(Grid.Opened)] == [("KEY_1", "ci")]
        assert [(m.row_id, m.column) for m in app.of(Grid.Ticked)] == [("KEY_1", "preview")]
        assert app.of(Grid.Highlighted)[-1].column == "preview"
        await pilot.click("#grid", offset=(lines(pilot)[1].index("test") + 1, 6))
        assert (grid.highlighted, grid.column_id()) == ("KEY_4", "test")
        await pilot.press("slash", "4", "9", "9", "9")
        assert grid.highlighted == "KEY_4999"
        assert "/ 4999" in lines(pilot)[0]
        await pilot.press("escape")
        assert grid.select_cell("KEY_7", "dr")
        assert not grid.select_cell("KEY_7", "nowhere")
        assert grid.column_id() == "dr"


def test_a_grid_of_few_columns_says_no_window() -> None:
    assert list(grid_of(3, 2).columns) == ["local", "dev"]


ROWS = [PaletteRow(f"Do thing {n}", "d", f"id.{n}") for n in range(20)]


async def choose(pilot: Pilot[None], *keys: str) -> str | None:
    chosen: list[str | None] = []
    pilot.app.push_screen(PaletteScreen(ROWS), chosen.append)
    await pilot.pause()
    await pilot.press(*keys)
    await pilot.pause()
    return chosen[0] if chosen else "open"


async def test_the_palette_lies_under_the_header_over_what_can_still_be_read() -> None:
    header, pane = Header(), Pane("Below")
    async with WidgetApp(header, pane).run_test(size=(80, 24)) as pilot:
        header.show("acme / production")
        pilot.app.push_screen(PaletteScreen(ROWS))
        await pilot.pause()
        assert lines(pilot)[1].startswith("╭ Go to:")
        assert lines(pilot)[14].startswith("╰──")
        assert sum("Do thing" in line for line in lines(pilot)) == 12
        await pilot.press("1", "9")
        assert lines(pilot)[1].startswith("╭ Go to: 19  ──")


async def test_the_palette_gives_an_id_or_nothing() -> None:
    async with WidgetApp(Pane("Below")).run_test(size=(80, 24)) as pilot:
        assert await choose(pilot, "enter") == "id.0"
        assert await choose(pilot, "1", "9", "enter") == "id.19"
        assert await choose(pilot, "down", "down", "enter") == "id.2"
        assert await choose(pilot, "d", "space", "t", "escape") is None
        assert await choose(pilot, "z", "z", "enter") == "open"
        await pilot.press("escape")
        assert len(pilot.app.screen_stack) == 1


async def test_no_word_of_anyone_is_markup_or_drives_the_terminal() -> None:
    bad = "[b]x[/b] [/ \x1b]0;t\x07 \u202e \x9b2J"
    header, footer, facts = Header(), Footer(), Facts(bad)
    facts.show([Fact(bad, bad), Head(bad), Item(bad), Words(bad)])
    grid: Grid[str] = Grid(bad, row_id=str, cell=lambda r, c: (bad, "text"))
    grid.set_columns([bad])
    grid.set_rows([bad])
    async with WidgetApp(header, facts, grid, footer).run_test(size=(110, 40)) as pilot:
        header.show(bad, badge=bad, items=[HeaderItem(bad)])
        footer.show([FooterKey(bad, bad)])
        pilot.app.push_screen(PaletteScreen([PaletteRow(bad, bad, "x")], prompt=bad))
        await pilot.pause()
        text = sent(pilot)
        assert "[b]x[/b]" in text
        assert not any(ord(c) < 32 or c in "\x7f\x9b\u202e" for c in text)
        assert pilot.app.title != "t"


def test_texts_are_measured_in_cells() -> None:
    assert pad("鍵鍵鍵", 5) == "鍵鍵…"
    assert pad("a", 3, right=True) == "  a"
    assert middle("ANTHROPIC_API_KEY", 9) == "ANTH…_KEY"
    assert cells(middle("鍵" * 20, 9)) <= 9
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert [middle("abc", n) for n in (0, 1, 2, 3)] == ["", "…", "a…", "abc"]


def test_messages_tell_ids_only() -> None:
    for kind in (Header.Pressed("due"), Footer.Pressed(KEYS[0])):
        assert isinstance(kind, Message)
        assert "due" not in repr(kind)
        assert "new" not in repr(kind)
