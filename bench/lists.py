"""The list of secrets: showing many rows, and a key typed into its filter."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import DataTable

from bench.measure import Figure, at_most, under
from keydeck.tui.text import Span
from keydeck.tui.widgets.rows import RowList, Slot

SIZE = (120, 40)
ROUNDS = 9


def names(count: int) -> list[str]:
    """As secrets are called."""
    words = ("STRIPE", "MAIL", "DATABASE", "CACHE", "SEARCH", "BILLING")
    return [f"{words[number % len(words)]}_{number:06d}_KEY" for number in range(count)]


class Host(App[None]):
    """One widget, alone."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        """The widget."""
        yield self.widget


def _draw(name: str, _slot: Slot) -> Sequence[Sequence[Span]]:
    return [[(name.ljust(40), "text"), ("sk-a…Zx9Q".ljust(12), "muted"), ("= in sync", "ok")]]


def _list() -> RowList[str]:
    return RowList("Secrets", row_id=lambda name: name, render_row=_draw)


async def _shown(rows: list[str], make: Callable[[], Widget]) -> float:
    """Milliseconds from setting the rows to a settled screen."""
    widget = make()
    app = Host(widget)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        start = time.perf_counter()
        if isinstance(widget, RowList):
            widget.set_rows(rows)
        elif isinstance(widget, DataTable):
            widget.add_columns("NAME", "HINT", "SYNC")
            widget.add_rows([(name, "sk-a…Zx9Q", "= in sync") for name in rows])
        await pilot.pause()
        return (time.perf_counter() - start) * 1000


async def _filtered(rows: list[str]) -> float:
    """Milliseconds from a letter typed into the filter to a settled screen."""
    widget = _list()
    app = Host(widget)
    async with app.run_test(size=SIZE) as pilot:
        widget.set_rows(rows)
        await pilot.pause()
        taken = []
        for letter in ("b", "bi", "bil", "bill", "billi", "billin"):
            start = time.perf_counter()
            widget.set_filter(letter)
            await pilot.pause()
            taken.append((time.perf_counter() - start) * 1000)
        return statistics.median(taken)


def _median(work: Callable[[], Awaitable[float]]) -> float:
    async def once() -> float:
        return await work()

    return statistics.median(asyncio.run(once()) for _ in range(ROUNDS))


def figures() -> Iterator[Figure]:
    """Against Textual's DataTable; then figures of their own."""
    few, many = names(10_000), names(100_000)
    ours = _median(lambda: _shown(few, _list))
    table = _median(lambda: _shown(few, DataTable))
    yield at_most("list of 10,000 rows, shown", ours, "DataTable", table, 0.2)
    yield under("list of 100,000 rows, shown", _median(lambda: _shown(many, _list)), 100)
    yield under("a key in its filter, 10,000 rows", _median(lambda: _filtered(few)), 100)
