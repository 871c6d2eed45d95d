"""Sending only changed cells shows the very same screen, in a fraction of the bytes."""

from __future__ import annotations

import random
import select
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.terminal import OnTerminal

APP = Path(__file__).with_name("panes_app.py")
F5, F6, F7, F8 = "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~"
ESCAPE = "\x1b"
KEYS = [
    "\t",
    "j",
    "k",
    "G",
    "g",
    "l",
    "h",
    "\x1b[B",
    "\x1b[6~",
    "/",
    "7",
    "y",
    "\r",
    F6,
    F7,
    ESCAPE,
    ESCAPE,
]


class Panes(OnTerminal):
    """The app of panes; `settle` reads until everything typed so far is drawn."""

    def __init__(self, way: str) -> None:
        super().__init__(APP, way, environ={"TEXTUAL_DISABLE_KITTY_KEY": "1"}, size=(100, 30))
        self.settled = 1
        self._wait()
        self.settle()

    def settle(self, keys: str = "") -> int:
        """Type, wait until it is drawn; the number of bytes it took."""
        before = len(self.output)
        self.type(keys)
        for _ in range(2):  # what a key sets off may be drawn one update after its answer
            self.type(F5)
            self.settled += 1
            self._wait()
        return len(self.output) - before

    def _wait(self) -> None:
        while f"settled {self.settled}" not in self.shown.splitlines()[-1]:
            assert select.select([self.master], [], [], 10)[0], self.shown
            self.read_more()


@pytest.fixture
def start() -> Iterator[Callable[[str], Panes]]:
    running: list[Panes] = []

    def begin(way: str) -> Panes:
        running.append(Panes(way))
        return running[-1]

    yield begin
    for panes in running:
        panes.close()


def test_both_ways_show_the_same_after_any_keys(start: Callable[[str], Panes]) -> None:
    both = start("whole"), start("cells")
    by_lines, by_cells = both
    choice = random.Random(by_lines.process.pid)
    assert by_lines.cells() == by_cells.cells()
    for _ in range(20):
        keys = choice.choices(KEYS, k=4)
        for panes in both:
            for key in keys:  # one by one: a dialog that opens may or may not get the next key
                panes.settle(key)
        assert by_lines.cells() == by_cells.cells(), keys


def test_few_bytes_go_over_the_line(start: Callable[[str], Panes]) -> None:
    by_lines, by_cells = start("lines"), start("cells")
    counter = by_cells.settle()  # what the word of having settled itself costs
    assert by_cells.settle("\t") - counter < 3_500
    assert by_cells.settle("j") - counter < 900
    assert by_lines.settle("\t") - by_lines.settle() < 3_500
    assert len(by_cells.output) < len(by_lines.output) / 3


def test_nothing_is_sent_while_nothing_happens(start: Callable[[str], Panes]) -> None:
    for panes in (start("lines"), start("cells")):
        assert select.select([panes.master], [], [], 0.5)[0] == []


def test_everything_is_sent_again_when_asked_or_when_the_size_changes(
    start: Callable[[str], Panes],
) -> None:
    panes = start("cells")
    whole = [panes.settle(), panes.settle(F8)]
    panes.resize(90, 28)
    whole.append(panes.settle())
    assert whole[0] < 900
    assert min(whole[1:]) > 5_000
    assert panes.shown.splitlines()[-1].endswith(f"settled {panes.settled}")
    assert panes.shown.splitlines()[1].endswith("╮")
