"""What a name may be, which one would fit, and what a hint gives away."""

from __future__ import annotations

import re
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keydeck.domain.errors import Invalid
from keydeck.domain.names import (
    MAX_NAME,
    MAX_VALUE,
    RULES,
    check_name,
    check_place_name,
    check_value,
    did_you_mean,
    fitting,
    hint,
    is_name,
    near,
    other_case,
)
from keydeck.domain.secret import SecretValue

RULE = st.sampled_from(sorted(RULES))
HOSTILE = [
    "a b",
    "1ST",
    "",
    "A-B",
    "KEY[/x]",
    "K\x1b[2J",
    "K\u202eEY",
    "Ä",
    "A" * 129,
    "a.b",
    "A\n",
]


@pytest.mark.parametrize("name", ["A", "_", "a1", "STRIPE_KEY", "camelCase", "A" * 128])
def test_names_that_are_taken(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", HOSTILE)
def test_names_that_are_refused_with_one_that_fits(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_name(name)
    assert caught.value.code == 11
    fit = re.search(r": (\S+) would fit", caught.value.todo)
    assert fit is not None
    assert is_name(fit[1])
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", caught.value.message)


@given(st.text(max_size=200), RULE)
def test_the_name_offered_is_one_that_the_rule_allows(name: str, rule: str) -> None:
    assert is_name(fitting(name, rule), rule)


@given(st.from_regex(RULES["any"], fullmatch=True), RULE)
def test_a_name_that_fits_stays_as_it_is(name: str, rule: str) -> None:
    if is_name(name, rule):
        assert fitting(name, rule) == name.strip("_") or "_" in (name[0], name[-1])
        assert check_name(name, rule) == name


def test_rules() -> None:
    assert fitting("my key", "upper") == "MY_KEY"
    assert fitting("stripeKey", "snake") == "stripe_key"
    assert fitting("2FA", "any") == "_2FA"
    with pytest.raises(Invalid, match="no name"):
        check_name("stripe_key", "upper")
    with pytest.raises(Invalid, match="no name"):
        check_name("STRIPE_KEY", "snake")


@pytest.mark.parametrize("name", ["acme", "production", "eu-1", "a.b", "_x", "9"])
def test_place_names(name: str) -> None:
    assert check_place_name(name, "tenant") == name


@pytest.mark.parametrize("name", ["", "a/b", "..", "-p", ".hidden", "a b", "x" * 65, "é", "a\x00"])
def test_place_names_that_would_be_a_path_or_an_option_are_refused(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_place_name(name, "profile")
    fit = re.search(r": (\S+) would fit", caught.value.todo)
    assert fit is not None
    assert check_place_name(fit[1], "profile")


def test_the_name_length_is_counted_not_cut() -> None:
    assert is_name("A" * MAX_NAME)
    assert not is_name("A" * (MAX_NAME + 1))
    assert len(fitting("A" * 500)) == MAX_NAME


class TestHint:
    """First and last 4 characters, only from 24 characters on."""

    def test_classes(self) -> None:
        classes = {0: "empty", 1: "< 8 chars", 7: "< 8 chars", 8: "8+ chars", 23: "16+ chars"}
        for length, expected in classes.items():
            assert hint(SecretValue("x" * length)) == expected
        assert hint(SecretValue(b"\xff\xfe")) == "binary"

    def test_a_long_value(self) -> None:
        middle = secrets.token_hex(16)
        assert hint(SecretValue(f"sk-a{middle}Zx9Q")) == "sk-a…Zx9Q"

    def test_a_key_of_several_lines(self) -> None:
        body = secrets.token_urlsafe(30)
        assert hint(SecretValue(f"-----BEGIN X-----\n{body}\n-----END X-----\n")) == "----…----"

    @given(st.text(max_size=80))
    def test_it_shows_at_most_a_third(self, text: str) -> None:
        try:
            value = SecretValue(text)
        except UnicodeEncodeError:
            return
        shown = hint(value)
        if len(text) < 24:
            assert text == "" or shown in {"< 8 chars", "8+ chars", "16+ chars"}
        else:
            assert len(shown) == 4 + 1 + min(4, len(text.rstrip()))
            assert shown.isprintable() or not text.isprintable()

    def test_what_drives_a_terminal_is_gone(self) -> None:
        assert "\x1b" not in hint(SecretValue("\x1b]0;" + "x" * 30))


class TestValues:
    """Empty and oversized values are refused before anything is written."""

    def test_bounds(self) -> None:
        full = SecretValue(b"x" * MAX_VALUE)
        assert check_value(full) is full
        with pytest.raises(Invalid, match=r"1,048,577 bytes"):
            check_value(SecretValue(b"x" * (MAX_VALUE + 1)))

    def test_empty(self) -> None:
        with pytest.raises(Invalid, match="empty"):
            check_value(SecretValue(""))
        assert len(check_value(SecretValue(""), allow_empty=True)) == 0


class TestNear:
    """Near matches, for “did you mean”."""

    def test_nearest_first(self) -> None:
        names = ["STRIPE_KEY", "STRIPE_SECRET", "DATABASE_URL"]
        assert near("STRIPE_KEI", names)[0] == "STRIPE_KEY"
        assert did_you_mean("stripe_kay", names).startswith("Did you mean STRIPE_KEY")

    def test_a_short_list_is_named_whole(self) -> None:
        assert did_you_mean("zzzz", ["b", "a"]) == "There is a, b."
        assert did_you_mean("zzzz", []) == ""

    def test_hostile_names_come_out_harmless(self) -> None:
        assert "\x1b" not in did_you_mean("KEY", ["KEY\x1b[2J"])

    def test_other_case(self) -> None:
        assert other_case("api_key", ["API_KEY", "api_key", "Api_Key", "x"]) == [
            "API_KEY",
            "Api_Key",
        ]
