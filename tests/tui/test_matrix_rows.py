"""The matrix in words: letters, what is missing, due or differs."""

from __future__ import annotations

import pytest

from keydeck.domain.compare import State
from keydeck.services.matrix import INHERITED, MISSING, SET, Cell, Matrix
from keydeck.tui.screens.matrix_rows import DAY_MS, cell_words, in_words, title

NOW = 1_000 * DAY_MS
MATRIX = Matrix(
    "acme",
    ("local", "dev", "production"),
    {
        "GITHUB_TOKEN": (Cell(SET, "a", 3), Cell(SET, "a", 1), Cell(SET, "b", 9)),
        "JWT": (Cell(MISSING), Cell(INHERITED, origin="shared"), Cell(SET, "a", 1)),
    },
    {"GITHUB_TOKEN": "a", "JWT": "a"},
)


@pytest.mark.parametrize(
    ("cell", "state", "said"),
    [
        (Cell(SET, "a"), None, ("a", "muted")),
        (Cell(SET, "b"), None, ("b", "text")),
        (Cell(MISSING), None, ("missing", "due")),
        (Cell(INHERITED), None, ("inherited", "muted")),
        (Cell(SET, "b", 1, NOW - 1), None, ("b overdue", "danger")),
        (Cell(SET, "b", 1, NOW + 3 * DAY_MS), None, ("b 3d!", "due")),
        (Cell(SET, "b", 1, NOW + 30 * DAY_MS), None, ("b", "text")),
        (Cell(SET, "b"), State.PUSH, ("b > push", "accent")),
        (Cell(SET, "a"), State.CONFLICT, ("a conflict", "danger")),
        (Cell(SET, "b"), State.IN_SYNC, ("b", "text")),
    ],
)
def test_a_cell(cell: Cell, state: State | None, said: tuple[str, str]) -> None:
    assert cell_words(cell, "a", state, NOW) == said


def test_the_last_line_says_the_cell_in_words() -> None:
    def said(name: str, column: int) -> str:
        return "".join(text for text, _ in in_words(MATRIX, name, column))

    assert said("GITHUB_TOKEN", 0) == ("GITHUB_TOKEN in local: set, class a: the same value in dev")
    assert said("GITHUB_TOKEN", 2).endswith("class b: no other profile has this value")
    assert said("JWT", 0) == "JWT in local: missing, set in 2 of 3"
    assert said("JWT", 1) == "JWT in dev: inherited from shared"


def test_the_title_counts() -> None:
    assert title(MATRIX) == "acme: 2 names × 3 profiles"
    one = MATRIX._replace(profiles=("local",), rows={"A": (Cell(SET, "a"),)})
    assert title(one) == "acme: 1 name × 1 profile"
