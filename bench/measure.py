"""How figures are taken: alternating, side by side, medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

Work = Callable[[], object]


class Figure(NamedTuple):
    """One line of the table: what was measured against what, and whether the goal is met.

    `ours` and `floor` are milliseconds (medians); `goal` is a text such as `≤ 5`, judged by
    `met`. Where there is no floor the figure itself is held against the goal.
    """

    what: str
    ours: float
    against: str
    floor: float | None
    ratio: float | None
    goal: str
    met: bool | None


def elapsed(work: Work) -> float:
    """Milliseconds that `work` takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def alternate(works: Sequence[Work], rounds: int, warm: int = 2) -> list[float]:
    """Medians in milliseconds of works that take turns, so that all meet the same weather."""
    for _ in range(warm):
        for work in works:
            work()
    taken: list[list[float]] = [[] for _ in works]
    for number in range(rounds):
        order = list(enumerate(works))
        for index, work in order if number % 2 else reversed(order):
            taken[index].append(elapsed(work))
    return [statistics.median(one) for one in taken]


def at_most(what: str, ours: float, against: str, floor: float, goal: float) -> Figure:
    """A figure whose ratio to its floor should be at most `goal`."""
    ratio = ours / floor
    return Figure(what, ours, against, floor, ratio, f"≤ {goal:g}", ratio <= goal)


def at_least(what: str, ours: float, against: str, floor: float, goal: float) -> Figure:
    """A figure whose speed (floor's time by ours) should be at least `goal`."""
    ratio = floor / ours
    return Figure(what, ours, against, floor, ratio, f"≥ {goal:g}", ratio >= goal)


def under(what: str, ours: float, limit: float) -> Figure:
    """A figure that has a limit of its own, in milliseconds."""
    return Figure(what, ours, "", None, None, f"≤ {limit:g} ms", ours <= limit)


def plain(what: str, ours: float, note: str = "") -> Figure:
    """A figure without a goal."""
    return Figure(what, ours, note, None, None, "", None)


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of a table."""
    head = ("what", "ms", "against", "ms", "ratio", "goal", "")
    rows = [head, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    right = {1, 3, 4}
    lines = [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        _ms(figure.ours),
        figure.against,
        "" if figure.floor is None else _ms(figure.floor),
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        figure.goal,
        "" if figure.met is None else "met" if figure.met else "MISSED",
    )


def _ms(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"
