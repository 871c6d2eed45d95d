"""What nobody foresaw: no value in what is said of it, and the streams' own failures."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.deck import Deck
from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.output import Output
from keydeck.cli.reading import parse, split_globals
from keydeck.cli.sync import cancelling
from keydeck.domain.errors import Usage
from keydeck.domain.secret import SecretValue
from keydeck.entry import main
from support.values import fresh


def test_an_unforeseen_error_tells_its_place_and_nothing_it_held(
    deck: Deck, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], value: str
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        held = value
        raise RuntimeError(f"cannot parse {held}")

    monkeypatch.setattr("keydeck.services.secrets.read", broken)
    for words, code in (("get", 1), ("--json", 1)):
        assert main([words, "A"] if words == "get" else [words, "get", "A"]) == code
        seen = capfd.readouterr()
        assert value not in seen.out + seen.err
        assert "Internal error: RuntimeError at cli/test_guard.py:" in seen.err
        assert "Traceback" not in seen.err
        assert str(Path(__file__).parents[2]) not in seen.err


def test_an_interrupt_ends_with_130(
    deck: Deck, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("keydeck.services.secrets.rows", interrupted)
    assert main(["list"]) == 130
    assert "Traceback" not in capfd.readouterr().err


def test_the_first_interrupt_ends_a_sync_softly_the_second_at_once() -> None:
    with cancelling() as asked:
        os.kill(os.getpid(), signal.SIGINT)
        assert asked == [signal.SIGINT]
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_closed_streams_are_no_crash(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    deck.set("A")
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["list"]) == 0
    assert main(["get", "NOPE"]) == 7


@contextmanager
def caught() -> Iterator[io.BytesIO]:
    """Standard output in an encoding that can't hold everything."""
    raw = io.BytesIO()
    before, sys.stdout = sys.stdout, io.TextIOWrapper(raw, "ascii", write_through=True)
    try:
        yield raw
    finally:
        sys.stdout = before


def test_what_an_encoding_lacks_becomes_a_question_mark() -> None:
    with caught() as raw:
        Output().line("a … b")
        assert raw.getvalue() == b"a ? b\n"


def test_a_table_is_aligned_and_cleaned() -> None:
    rows = [["A", "1", "x"], ["LONG\x1b[0m", "22", "y y"]]
    with caught() as raw:
        Output().table(["NAME", "N", "WHAT"], rows, right="N")
        assert raw.getvalue().decode().splitlines() == [
            "NAME       N  WHAT",
            "A          1  x",
            "LONG?[0m  22  y y",
        ]


def test_json_is_one_object_and_silences_the_rest() -> None:
    with caught() as raw:
        out = Output(as_json=True)
        out.line("for people")
        out.table(["A"], [["b"]])
        out.json({"a": "…"})
        out.json({"again": 1})
        assert raw.getvalue() == b'{"schema": 1, "a": "\\u2026"}\n'


def test_a_value_goes_out_byte_for_byte() -> None:
    value = SecretValue(b"\xff\x00" + fresh().reveal_bytes())
    with caught() as raw:
        Output().value(value)
        assert raw.getvalue() == value.reveal_bytes()


def _command(*options: Option, words: tuple[Word, ...] = ()) -> Command:
    return Command("x", "nothing", lambda _context, _args: 0, words, options)


@pytest.mark.parametrize(
    ("argv", "tenant", "words"),
    [
        (["-t", "acme", "A"], "acme", ["A"]),
        (["A", "-tacme", "B"], "acme", ["A", "B"]),
        (["--tenant=acme", "A"], "acme", ["A"]),
        (["-yt", "acme", "A"], "acme", ["A"]),
        (["A", "--", "-t", "B"], None, ["A", "-t", "B"]),
        (["-", "A"], None, ["-", "A"]),
        (["-t", "-5", "A"], "-5", ["A"]),
    ],
)
def test_options_and_words_may_mix(argv: list[str], tenant: str | None, words: list[str]) -> None:
    found = parse(_command(words=(Word("NAME", "a name", 0, None),)), argv)
    assert (found.text("tenant"), found.words("NAME")) == (tenant, words)


def test_an_option_whose_value_may_be_left_out() -> None:
    command = _command(
        Option(("--generate",), "make it", "SPEC", default=""), words=(Word("NAME", "a name", 0),)
    )

    def read(*argv: str) -> Arguments:
        return parse(command, argv)

    assert read("A").text("generate") is None
    assert read("A", "--generate").text("generate") == ""
    assert read("A", "--generate", "-y").text("generate") == ""
    assert read("A", "--generate", "len=4").text("generate") == "len=4"
    assert read("A", "--generate=len=4").text("generate") == "len=4"


@pytest.mark.parametrize("argv", [["-t"], ["-t", "--json"], ["--json=x"], ["-q"], ["--nope=x"]])
def test_bad_options(argv: list[str]) -> None:
    with pytest.raises(Usage):
        parse(_command(), argv)


def test_the_verb_is_found_behind_any_option() -> None:
    assert split_globals(["-t", "set", "get", "A"]) == (["-t", "set"], "get", ["A"])
    assert split_globals(["-yt", "set", "get"]) == (["-yt", "set"], "get", [])
    assert split_globals(["--json"]) == (["--json"], "", [])
