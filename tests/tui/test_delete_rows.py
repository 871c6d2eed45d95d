"""Dependants as lines, and excerpts in which no value can be read."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from keydeck.domain.errors import KeydeckError, NotFound
from keydeck.domain.reference import MENTION, Dynamic, Reference
from keydeck.services.references import Dependants
from keydeck.tui.screens.delete_rows import consequence, lines, nothing_found
from keydeck.tui.screens.excerpt import excerpt, mask_form, mask_line

FOUND = Dependants(
    (
        Reference("K", "python", file="src/pay.py", line=18, form='os.environ["K"]'),
        Reference("K", "agent", consumer="agent:billing"),
    ),
    (Reference("K", "markdown", file="docs/pay.md", line=7, certainty=MENTION),),
    (Dynamic("src/settings.py", 3), Dynamic("src/settings.py", 9)),
    "/project",
)
NAMES = frozenset({"STRIPE_KEY"})


def test_lines_stand_in_the_order_of_certainty() -> None:
    made = lines(FOUND)
    assert [(line.left, line.right) for line in made] == [
        ("Breaks for sure", "2"),
        ("agent  billing", "linked"),
        ("src/pay.py:18", 'os.environ["K"]'),
        ("Perhaps", "1"),
        ("docs/pay.md:7", "mentioned"),
        ("Can't know", ""),
        ("2 dynamic look-ups in src/settings.py", ""),
    ]
    assert [line.heading for line in made] == [True, False, False, True, False, True, False]


def test_several_names_are_told_apart() -> None:
    assert lines(FOUND, several=True)[1].right == "linked  K"


def test_nothing_found_says_where_was_looked() -> None:
    nothing = Dependants((), (), (), "/project")
    assert lines(nothing) == []
    assert "/project" in nothing_found(nothing)[1][0]
    assert "no project folder" in nothing_found(nothing._replace(folder=""))[1][0]


def test_the_consequence_names_the_remote_where_it_stays() -> None:
    assert consequence(1, ["bao"]) == (
        "It goes to the trash for 30 days. On bao it stays until a sync deletes it."
    )
    assert consequence(2, ["bao"]).endswith("On bao they stay until a sync deletes them.")
    assert consequence(1, []) == "It goes to the trash for 30 days."


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("STRIPE_KEY=%s", False),
        ("export STRIPE_KEY = %s", False),
        ('  STRIPE_KEY: "%s"', False),
        ("- STRIPE_KEY: %s  # live", False),
        ("url: ${STRIPE_KEY:-%s}", False),
        ('key = os.getenv("STRIPE_KEY", "%s")', True),
        ("const k = process.env.STRIPE_KEY || '%s'", True),
        ("run --header Authorization:%s", False),
        ("postgres://app:%s@db/prod", False),
    ],
)
def test_a_value_beside_a_name_is_masked(template: str, code: bool) -> None:
    value = secrets.token_urlsafe(24)
    shown = mask_line(template % value, NAMES, code)
    assert value not in shown
    assert "••••" in shown


def test_the_name_and_its_placeholder_stay_readable() -> None:
    line = 'charge(os.environ["STRIPE_KEY"], retry=3)'
    assert mask_line(line, NAMES, code=True) == line
    assert mask_line("key: ${STRIPE_KEY:?}", NAMES) == "key: ${STRIPE_KEY:?}"
    assert mask_form("${STRIPE_KEY:-abc}") == "${STRIPE_KEY:-••••}"
    assert mask_form('os.getenv("STRIPE_KEY")') == 'os.getenv("STRIPE_KEY")'


def test_an_excerpt_shows_the_place_and_its_neighbours_harmless(tmp_path: Path) -> None:
    value = secrets.token_urlsafe(16)
    text = "".join(f"line {n}\n" for n in range(1, 21)) + f"OTHER={value}\n\x1b[31mSTRIPE_KEY\n"
    (tmp_path / "notes.env").write_text(text)
    shown = excerpt(str(tmp_path), "notes.env", 22, NAMES, around=3)
    assert [line.number for line in shown] == [19, 20, 21, 22]
    assert [line.here for line in shown] == [False, False, False, True]
    assert value not in "".join(line.text for line in shown)
    assert "\x1b" not in shown[-1].text


def test_an_excerpt_of_a_moved_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        excerpt(str(tmp_path), "gone.py", 1, NAMES)
    (tmp_path / "short.py").write_text("one\n")
    with pytest.raises(KeydeckError, match="no line 5"):
        excerpt(str(tmp_path), "short.py", 5, NAMES)
