"""The plan as lines: what is ticked, what a key does to a row, what a result says."""

from __future__ import annotations

import pytest

from keydeck.domain.compare import UNREADABLE, Action, State, compare
from keydeck.domain.model import Place, Profile, Target, Tenant
from keydeck.services.sync import Plan, Report, Result, Row
from keydeck.tui.screens.sync_results import result_words
from keydeck.tui.screens.sync_rows import Board, protected_needs_name, summary

A, B, C = b"a" * 32, b"b" * 32, b"c" * 32
PROFILE = Profile(b"p" * 16, "production", protected=True)
PLACE = Place(Tenant(b"t" * 16, "acme", (PROFILE,)), PROFILE)
TARGET = Target(b"x" * 16, "bao", b"r" * 16, {})


def row(name: str, local: bytes | None, base: bytes | None, remote: object, **more: object) -> Row:
    verdict = compare(local, base, remote)  # type: ignore[arg-type]
    assert verdict is not None
    made = Row(
        name, verdict, "bao", b"u" * 16, 5 if local else None, "6" if remote else "",
        None, None, local, verdict.reason, "12 characters",
    )  # fmt: skip
    return made._replace(**more)  # type: ignore[arg-type]


ROWS = (
    row("AA_SAME", A, A, A),
    row("JWT_SECRET", B, A, C),
    row("OLD_KEY", None, A, A, uses=2),
    row("DATABASE_URL", B, A, A),
    row("GITHUB_TOKEN", A, A, B),
    row("STRANGER", None, None, A),
    row("ALSO_SAME", A, A, A),
    row("GONE_THERE", A, A, None),
)


def board(*rows: Row, protected: bool = True) -> Board:
    place = PLACE._replace(profile=PROFILE._replace(protected=protected))
    return Board(Plan(place, TARGET, "openbao", rows or ROWS, "secret/acme/production", "12", 1000))


def line_of(made: Board, name: str) -> Row:
    return next(line.row for line in made.lines() if line.row and line.row.name == name)


def words_of(made: Board, name: str) -> tuple[str, str]:
    line = next(line for line in made.lines() if line.key == name)
    words = made.words(line)
    return words.tick, words.change[0]


def test_rows_come_in_the_order_of_the_drawing_and_those_in_sync_fold() -> None:
    made = board()
    assert [line.key for line in made.lines()] == [
        "DATABASE_URL", "GITHUB_TOKEN", "JWT_SECRET", "OLD_KEY", "GONE_THERE", "STRANGER", "=",
    ]  # fmt: skip
    fold = made.words(made.lines()[-1])
    assert (fold.what[0], fold.name[0]) == ("= in sync", "2 more")
    made.unfolded = True
    assert [line.key for line in made.lines()][-2:] == ["AA_SAME", "ALSO_SAME"]


def test_only_safe_rows_are_ticked_at_first() -> None:
    made = board()
    ticks = {line.key: made.words(line).tick for line in made.lines()}
    assert ticks == {
        "DATABASE_URL": "[x]",
        "GITHUB_TOKEN": "[x]",
        "JWT_SECRET": "[?]",
        "OLD_KEY": "[ ]",
        "GONE_THERE": "[ ]",
        "STRANGER": "[ ]",
        "=": "",
    }
    assert [text for text, _ in summary(made, 2000)] == [
        "2 ticked", "1 conflict to choose", "checked just now",
    ]  # fmt: skip


def test_a_conflict_needs_a_side_and_space_takes_it_back() -> None:
    made = board()
    jwt = line_of(made, "JWT_SECRET")
    assert "o for ours or t for theirs" in made.toggle(jwt)
    assert "JWT_SECRET" not in made.choices
    assert made.theirs(jwt) == ""
    assert made.choices["JWT_SECRET"] is Action.TAKE
    assert words_of(made, "JWT_SECRET") == ("[x]", "theirs over ours v5")
    made.ours(jwt)
    assert made.choices == {**made.choices, "JWT_SECRET": Action.WRITE}
    assert made.open_conflicts == 0
    made.toggle(jwt)
    assert words_of(made, "JWT_SECRET") == ("[?]", "o ours   t theirs")


def test_a_deletion_says_who_still_uses_it_and_waits_for_a_tick() -> None:
    made = board()
    assert words_of(made, "OLD_KEY") == ("[ ]", "still used in 2")
    made.toggle(line_of(made, "OLD_KEY"))
    assert made.choices["OLD_KEY"] is Action.DELETE_REMOTE
    made.toggle(line_of(made, "GONE_THERE"))
    assert made.choices["GONE_THERE"] is Action.DELETE_LOCAL


def test_adopt_takes_only_what_is_unmanaged() -> None:
    made = board()
    assert made.adopt(line_of(made, "STRANGER")) == ""
    assert made.choices["STRANGER"] is Action.TAKE
    assert made.adopt(line_of(made, "STRANGER")) == ""
    assert made.choices["STRANGER"] is Action.TAKE
    assert "Only a name" in made.adopt(line_of(made, "DATABASE_URL"))


def test_a_push_can_be_turned_round_and_says_so() -> None:
    made = board()
    url = line_of(made, "DATABASE_URL")
    made.theirs(url)
    assert made.choices["DATABASE_URL"] is Action.TAKE
    assert words_of(made, "DATABASE_URL") == ("[x]", "theirs over ours v5")


def test_what_cannot_be_done_says_why() -> None:
    unread = row("LISTED", None, None, UNREADABLE)
    held = row("BINARY", B, A, A, refusal="the format holds text only")
    same = row("SAME", A, A, A)
    made = board(unread, held, same)
    assert "can't be read" in made.toggle(unread)
    assert "nothing to do" in made.toggle(same)
    assert "no side to choose" in made.ours(same)
    made.choices.clear()
    assert "the format holds text only" in made.toggle(held)
    assert made.ticked == 0


def test_results_stand_where_the_changes_stood() -> None:
    made = board()
    results = (
        Result("DATABASE_URL", State.PUSH, "done", verified=True),
        Result("GITHUB_TOKEN", State.PULL, "stale", error="moved to v13, plan again", code=4),
    )
    made.take_results(Report(made.plan, results))
    assert [line.key for line in made.lines()][:2] == ["DATABASE_URL", "GITHUB_TOKEN"]
    assert words_of(made, "DATABASE_URL")[1] == "done, verified"
    assert words_of(made, "GITHUB_TOKEN")[1] == "stale: moved to v13, plan again"
    assert words_of(made, "JWT_SECRET") == ("", "left as it is")
    assert [text for text, _ in summary(made, 2000)][:2] == ["1 done", "1 stale"]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result("A", State.PUSH, "done", verified=False), "done, not verified"),
        (Result("A", State.PULL, "done", True), "done, verified"),
        (Result("A", State.PUSH, "skipped"), "left as it is"),
        (
            Result("A", State.PUSH, "failed", error="no permission\x1b[2J"),
            "failed: no permission�[2J",
        ),
    ],
)
def test_a_result_in_words(result: Result, said: str) -> None:
    assert result_words(result)[0] == said


def test_a_protected_profile_asks_only_before_values_move() -> None:
    assert protected_needs_name(board())
    assert not protected_needs_name(board(protected=False))
    assert not protected_needs_name(board(row("SAME", B, A, B)))


def test_a_sealed_secret_stays_out_of_a_plain_file() -> None:
    sealed = row("LOCKED", B, A, A, sealed=True)
    plan = Plan(PLACE, TARGET, "file", (sealed,), "/there/.env", "", 1000)
    made = Board(plan)
    assert made.ticked == 0
    assert words_of(made, "LOCKED") == ("[ ]", "sealed, stays here")
    assert "--allow-sealed LOCKED" in made.toggle(sealed)
    assert made.ticked == 0
    assert Board(plan._replace(kind="openbao")).ticked == 1
