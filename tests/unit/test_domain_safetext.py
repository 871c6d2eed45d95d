"""Outside text comes out as one harmless line."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keydeck.domain.safetext import MARK, clean, clean_lines, shorten_middle


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_is_left_that_drives_a_terminal(text: str) -> None:
    for character in clean(text):
        # Cc: controls; Zl, Zp: separators; Cs: lone surrogates; Bidi_Control by its class.
        assert unicodedata.category(character) not in {"Cc", "Zl", "Zp", "Cs"}
        assert unicodedata.bidirectional(character) not in {
            "LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI",
        }  # fmt: skip


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) == len(text)


@pytest.mark.parametrize(
    "text",
    ["KEY[/x]", "[@click=app.quit]go[/]", "é", "日本語", "café — ok", "a b", "$(rm -rf)"],
)
def test_plain_words_stay(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x1b", "\x9b", "\x7f", "\r", "\n", "\t", "\u202e", "\u200b", "\u2066", "\ufeff",
     "\u00ad", "\u2028", "\U000e0041", "\ud800", "\u061c"],
)  # fmt: skip
def test_each_dangerous_character_is_marked(character: str) -> None:
    assert clean(f"a{character}b") == f"a{MARK}b"


def test_lines_stay_lines() -> None:
    assert clean_lines("a\tb\r\nc\x1b[31m") == f"a    b\nc{MARK}[31m"


@given(st.text(max_size=60), st.integers(0, 70))
def test_the_middle_is_lost_and_the_width_kept(text: str, width: int) -> None:
    short = shorten_middle(text, width)
    assert len(short) <= width or short == text
    if len(text) > width >= 3:
        assert len(short) == width
        assert (short[0], short[-1]) == (text[0], text[-1])
        assert "…" in short
