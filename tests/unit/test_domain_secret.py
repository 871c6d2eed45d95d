"""A value shows itself nowhere but where it is asked for by name."""

from __future__ import annotations

import copy
import json
import pickle
import secrets
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keydeck.domain.describe import describe, size
from keydeck.domain.errors import KeydeckError
from keydeck.domain.secret import REDACTED, SecretValue


def fresh() -> tuple[str, SecretValue]:
    text = secrets.token_urlsafe(24)
    return text, SecretValue(text)


def test_no_way_of_printing_shows_it() -> None:
    text, value = fresh()
    shown = [
        repr(value),
        str(value),
        f"{value}",
        f"{value!r:>40}",
        format(value, ">60"),
        "%s %r" % (value, value),  # noqa: UP031
        str([value]),
        str({"password": value}),
        str((value,)),
    ]
    assert all(REDACTED in one and text not in one for one in shown)


def test_a_traceback_with_locals_does_not_show_it() -> None:
    def crash(value: SecretValue) -> None:
        raise RuntimeError("crash")

    text, value = fresh()
    with pytest.raises(RuntimeError) as caught:
        crash(value)
    frames = list(traceback.walk_tb(caught.tb))[-1:]
    shown = "".join(traceback.StackSummary.extract(frames, capture_locals=True).format())
    assert text not in shown
    assert REDACTED in shown


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_it_is_not_copied_or_written_by_accident(copied: object) -> None:
    text, value = fresh()
    with pytest.raises(TypeError) as caught:
        copied(value)  # type: ignore[operator]
    assert text not in str(caught.value)


def test_it_keys_no_dictionary() -> None:
    with pytest.raises(TypeError):
        hash(fresh()[1])


def test_it_has_no_room_for_more() -> None:
    with pytest.raises(AttributeError):
        fresh()[1].note = "x"  # type: ignore[attr-defined]


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_equality_is_that_of_the_bytes(one: bytes, other: bytes) -> None:
    assert (SecretValue(one) == SecretValue(other)) is (one == other)
    assert SecretValue(one) != one


@given(st.binary(max_size=200))
def test_bytes_come_back_as_they_went_in(data: bytes) -> None:
    value = SecretValue(data)
    assert value.reveal_bytes() == data
    assert len(value) == len(data)
    assert bool(value)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        assert (value.is_text, value.encoding, value.characters) == (False, "base64", len(data))
    else:
        assert (value.is_text, value.encoding, value.characters) == (True, "utf-8", len(text))
        assert value.reveal_text() == text
        assert SecretValue(text) == value


class TestDescribe:
    """How two values differ, in words that tell no value."""

    def test_lengths(self) -> None:
        assert size(SecretValue("x")) == "1 character"
        assert size(SecretValue("x" * 12)) == "12 characters"
        assert size(SecretValue("a\nb\nc\n")) == "3 lines, 6 characters"
        assert size(SecretValue(b"\xff\x00")) == "2 bytes, binary"

    def test_new_changed_and_gone(self) -> None:
        short, long = SecretValue("x" * 12), SecretValue("y" * 40)
        assert describe(None, short) == "12 characters"
        assert describe(short, long) == "12 → 40 characters"
        assert describe(short, SecretValue(b"\xff" * 9)) == "12 → 9 bytes"
        assert describe(short, None) == "gone"

    def test_a_url_says_which_part_changed_and_never_the_password(self) -> None:
        one, two = secrets.token_urlsafe(9), secrets.token_urlsafe(9)
        before = SecretValue(f"postgres://app:{one}@db-1:5432/shop?ssl=on")
        after = SecretValue(f"postgres://app:{two}@db-2:5432/shop?ssl=on")
        assert describe(before, after) == "password, host"
        moved = SecretValue(f"postgres://web:{one}@db-1:6432/other?ssl=off")
        assert describe(before, moved) == "user, port, database, options"

    @given(st.text(min_size=12, max_size=60), st.text(min_size=12, max_size=60))
    def test_no_part_of_a_value_is_told(self, one: str, two: str) -> None:
        for prefix in ("", "https://u:"):
            words = describe(
                SecretValue((prefix + one).encode("utf-8", "replace")),
                SecretValue((prefix + two).encode("utf-8", "replace")),
            )
            assert one not in words
            assert two not in words


def test_an_error_says_what_was_kept() -> None:
    error = KeydeckError("The disk is full.", kept="Nothing was changed.", todo="Make room.")
    assert error.message == "The disk is full. Nothing was changed."
    assert str(error) == error.what


def test_exit_codes_are_the_published_ones() -> None:
    def tree(kind: type[KeydeckError]) -> list[type[KeydeckError]]:
        return [kind, *(other for child in kind.__subclasses__() for other in tree(child))]

    published = {
        "KeydeckError": 1,
        "Conflict": 3,
        "Refused": 4,
        "Stale": 4,
        "Locked": 5,
        "WrongPassphrase": 6,
        "NotFound": 7,
        "NotLoggedIn": 8,
        "NetworkError": 9,
        "PermissionDenied": 10,
        "Invalid": 11,
        "Damaged": 12,
        "AnswerNeeded": 13,
        "CheckFailed": 14,
        "Usage": 64,
    }
    known = {kind.__name__: kind.code for kind in tree(KeydeckError)}
    assert published.items() <= known.items()
