"""Versions, trash and audit rows in words."""

from __future__ import annotations

import time

from keydeck.domain.model import AuditRow, Trashed, VersionInfo
from keydeck.tui.screens.history_rows import (
    DAY_MS,
    audit_words,
    names_words,
    rollback_words,
    trashed_words,
    version_words,
    when,
)

NOON = int(time.mktime((2026, 6, 15, 12, 0, 0, 0, 0, -1)) * 1000)


def test_a_time_is_said_as_people_do() -> None:
    assert when(NOON - 2 * 3600_000, NOON) == "today 10:00"
    assert when(NOON - DAY_MS, NOON) == "yesterday 12:00"
    assert when(NOON - 10 * DAY_MS, NOON) == "5 Jun 12:00"
    assert when(NOON - 400 * DAY_MS, NOON) == "11 May 2025"


def test_a_version_shows_how_it_came() -> None:
    made = version_words(VersionInfo(4, NOON, "you@laptop", "kept", "rollback"), NOON)
    assert [text for text, _ in made] == [
        "v4", "kept", "today 12:00", "rolled back", "you@laptop",
    ]  # fmt: skip


def test_the_trash_says_how_long_it_stays() -> None:
    made = trashed_words(Trashed("K", b"u" * 16, NOON - 28 * DAY_MS, "you"), NOON)
    assert made[3] == ("2d left", "due")
    assert trashed_words(Trashed("K", b"u" * 16, NOON, "you"), NOON)[3][0] == "30d left"


def test_outside_names_in_the_audit_are_harmless() -> None:
    row = AuditRow(
        7, NOON, "set", "me", "box\x1b]0;x", "recovery", "manage", "acme", "qa", ("A\u202eB",), (3,)
    )
    texts = " ".join(text for text, _ in audit_words(row, NOON))
    assert "\x1b" not in texts
    assert "\u202e" not in texts
    assert names_words(row) == "A�B v3"
    assert names_words(row._replace(names=("A", "B", "C"))) == "A and 2 more"


def test_the_preview_of_a_rollback_says_what_becomes_what() -> None:
    versions = (VersionInfo(5, NOON, "you", "current"), VersionInfo(4, NOON, "you"))
    said = rollback_words("JWT", versions, versions[1])
    assert said.startswith("JWT gets the value of v4, of ")
    assert said.endswith("as its new v6. v5 is kept, and u takes it back.")
