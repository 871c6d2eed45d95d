"""An app of panes on a terminal, drawn by Textual's way (`lines`) or by cells (`cells`)."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from keydeck.tui.guard import Guarded, run_guarded
from keydeck.tui.theme import load_theme
from keydeck.tui.widgets.base import BaseScreen
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.detail import Fact, FactLine, Facts, Head, Item
from keydeck.tui.widgets.footer import Footer, FooterKey
from keydeck.tui.widgets.grid import Grid
from keydeck.tui.widgets.header import Header, HeaderItem
from keydeck.tui.widgets.palette import PaletteRow, PaletteScreen
from keydeck.tui.widgets.rows import Lines, RowList, Slot

COLUMNS = (
    Column("name", "NAME", grow=True, least=23),
    Column("hint", "HINT", 11, drop=2),
    Column("due", "DUE", 7, right=True),
    Column("sync", "SYNC", 10),
)
NAMES = [f"KEY_{n}{' 鍵' if n % 7 == 0 else ''}" for n in range(400)]


def draw(name: str, slot: Slot) -> Lines:
    table = lay_out(COLUMNS, slot.width)
    odd = len(name) % 2
    return [
        table.line(
            {
                "name": (name, "text"),
                "hint": ("sk-a…Zx9Q", "muted"),
                "due": ("overdue", "danger") if odd else ("14d!", "due"),
                "sync": ("= in sync", "ok") if odd else ("> push", "accent"),
            }
        )
    ]


class Main(BaseScreen[None]):
    CSS = "#tree { width: 20; } #facts { width: 24; }"
    settled: ClassVar[int] = 0

    def compose(self) -> ComposeResult:
        yield Header(id="header")
        with Horizontal():
            tree: RowList[str] = RowList(
                "Profiles",
                row_id=str,
                render_row=lambda row, slot: [[(row, "bold" if row[0] != " " else "text")]],
                is_heading=lambda row: row[0] != " ",
                filterable=False,
                id="tree",
            )
            tree.set_rows(["acme", " production P", " staging", "globex", " production"])
            yield tree
            rows = RowList(
                "Secrets",
                row_id=str,
                render_row=draw,
                header=lambda width: lay_out(COLUMNS, width).header(),
                counted=True,
                subtitle="/ filter",
                id="rows",
            )
            rows.set_rows(NAMES)
            yield rows
            facts = Facts("KEY_0", id="facts")
            lines: list[FactLine] = [Fact("Value", "sk-a…Zx9Q"), Fact("Sync", "= in sync", "ok")]
            lines += [Head("Used by 40"), *(Item(f"src/pay/client.py:{n}") for n in range(40))]
            facts.show(lines)
            yield facts
        grid: Grid[str] = Grid(
            "acme: names × profiles",
            row_id=str,
            cell=lambda row, n: ("abcd"[n % 4], "muted"),
            id="grid",
        )
        grid.set_columns(["local", "dev", "test", "staging", "preview", "ci", "qa"])
        grid.set_rows(NAMES)
        yield grid
        yield Footer(id="footer")

    def on_mount(self) -> None:
        items = [HeaderItem("1 conflict", "danger", 3), HeaderItem("lock 14m", "muted", 0)]
        self.query_one(Header).show("acme / production", badge="PROTECTED", items=items)
        self.settle()

    def settle(self) -> None:
        """Say, once everything else is drawn, that it is."""
        Main.settled += 1
        self.app.call_after_refresh(self.say, f"settled {Main.settled}")

    def say(self, word: str) -> None:
        # The last line, since each update is sent from the top downwards.
        self.query_one(Footer).show([FooterKey("n", "new"), FooterKey("?", word)])


class Shown(Guarded[None]):
    """Lines, as under any other version of Textual."""

    ENABLE_COMMAND_PALETTE = False
    cell_diff = False

    def __init__(self) -> None:
        super().__init__()
        for name in ("dark", "ansi"):
            self.register_theme(load_theme(name))
        self.theme = "dark"

    def on_mount(self) -> None:
        self.main = Main()
        self.push_screen(self.main)

    def key_f5(self) -> None:
        self.main.settle()

    def key_f6(self) -> None:
        if self.screen is self.main:
            self.push_screen(PaletteScreen([PaletteRow(f"Go {n}", "g", str(n)) for n in range(30)]))

    def key_f7(self) -> None:
        self.theme = "ansi" if self.theme == "dark" else "dark"

    def key_f8(self) -> None:
        self.refresh()

    def key_f10(self) -> None:
        self.exit()


class Whole(Shown):
    """Lines, with the frame of the way by cells."""

    cell_diff = True

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        App._display(self, screen, renderable)


class ByCells(Shown):
    """Changed cells only."""

    cell_diff = True


if __name__ == "__main__":
    ways: dict[str, type[Shown]] = {"lines": Shown, "whole": Whole, "cells": ByCells}
    sys.exit(run_guarded(ways[sys.argv[1]]()))
