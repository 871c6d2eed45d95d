"""The `.env` format: lossless, read as python-dotenv reads it, written for all readers."""

from __future__ import annotations

import io
import re
import secrets
import subprocess
from pathlib import Path

import pytest
from dotenv.parser import parse_stream
from hypothesis import assume, given
from hypothesis import strategies as st

from keydeck.domain.errors import Invalid
from keydeck.domain.secret import SecretValue
from keydeck.formats.dotenv import Dotenv, quote
from keydeck.formats.text import is_entry_name

DOTENV = Dotenv()
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
TRICKY = st.text(st.sampled_from(" \t\n\r'\"\\#$`=aé{}~!\x0b\u2028"), max_size=12)
VALUES = st.one_of(TEXT, TRICKY)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True)


def read(data: bytes) -> dict[str, str]:
    return {name: value.reveal_text() for name, value in DOTENV.parse(data).values().items()}


def sealed(values: dict[str, str]) -> dict[str, SecretValue]:
    return {name: SecretValue(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A=1", {"A": "1"}),
        ("export A=1\n", {"A": "1"}),
        ("  export\t A = x y  # c\n", {"A": "x y"}),
        ("A=", {"A": ""}),
        ("A= # only a comment\n", {"A": ""}),
        ("A=#no comment\n", {"A": "#no comment"}),
        ("A=x#y\n", {"A": "x#y"}),
        ("A==x=\n", {"A": "=x="}),
        ("A='x # y' # c\n", {"A": "x # y"}),
        ("A='it\\'s'\n", {"A": "it's"}),
        ('A="a\\nb\\t\\"c\\" \\d"\n', {"A": 'a\nb\t"c" \\d'}),
        ("A='a\\nb'\n", {"A": "a\\nb"}),
        ('A="first\nsecond"\nB=2\n', {"A": "first\nsecond", "B": "2"}),
        ('A="first\r\nsecond"\r\nB=2\r\n', {"A": "first\nsecond", "B": "2"}),
        ("A=1\rB=2\r", {"A": "1", "B": "2"}),
        ("A=${B} $C `d`\n", {"A": "${B} $C `d`"}),
        ("\ufeffA=1\n", {"A": "1"}),
        ("'A'=1\n", {"A": "1"}),
        ("# A=1\n\n\nB=2", {"B": "2"}),
        ("", {}),
        ("A=é ü\n", {"A": "é ü"}),
        ("A=1\nA=2\n", {"A": "2"}),
    ],
)
def test_it_reads_what_stands_there(text: str, values: dict[str, str]) -> None:
    assert read(text.encode()) == values


def test_places_and_problems_name_no_value() -> None:
    hidden = secrets.token_urlsafe(24)
    text = f"A=1\n\n{hidden}\nexport B='{hidden}' {hidden}\nA=2\n=x\n1{hidden}=x\nC=\"{hidden}\n"
    parsed = DOTENV.parse(text.encode())
    assert [(entry.name, entry.line) for entry in parsed.entries] == [("A", 1), ("A", 5)]
    assert [problem.partition(":")[0] for problem in parsed.problems] == [
        "line 3, column 1",
        f"line 4, column {len(hidden) + 13}",
        "line 5, column 1",
        "line 6, column 1",
        "line 7, column 1",
        "line 8, column 3",
    ]
    assert hidden not in repr(parsed)


def test_a_key_without_quotes_does_not_become_names() -> None:
    body = "\n".join(secrets.token_hex(32) + "==" for _ in range(3))
    text = f"A=1\nKEY=-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\nB=2\n"
    parsed = DOTENV.parse(text.encode())
    assert [entry.name for entry in parsed.entries] == ["A", "B"]
    assert parsed.problems == (
        "line 2, column 1: a key of several lines stands here without quotes",
    )


def test_a_tail_of_base64_does_not_become_a_name() -> None:
    tail = "aB" + secrets.token_hex(12)
    for end in ("=", "=="):
        parsed = DOTENV.parse(f"A={secrets.token_hex()}\n{tail}{end}\nB=2\n".encode())
        assert [entry.name for entry in parsed.entries] == ["A", "B"]
        assert parsed.problems == ("line 2, column 1: this is no name",)
    for value in ("", "=", "x"):  # as a name that was chosen it is written so that it reads back
        assert read(DOTENV.write({tail: SecretValue(value)})) == {tail: value}
        edited = DOTENV.edit(f"{tail}=y\n".encode(), {tail: SecretValue(value)})
        assert read(edited) == {tail: value}


@pytest.mark.parametrize("data", [b"A=1\0", b"{\n}", b"\xff\xfeA\0=\0", b"just words\n"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        DOTENV.parse(data)
    assert caught.value.code == 11


def test_a_value_that_is_no_utf8_is_left_out_and_kept() -> None:
    data = b"# \xff\nA=\xfe\nB=2\n"
    assert read(data) == {"B": "2"}
    assert DOTENV.parse(data).problems[0].startswith("line 2, column 1")
    assert DOTENV.edit(data, {"B": SecretValue("3")}) == b"# \xff\nA=\xfe\nB=3\n"


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_what_is_written_reads_back(values: dict[str, str]) -> None:
    assert read(DOTENV.write(sealed(values))) == values


@given(VALUES, st.sampled_from(["", "'", '"']), st.sampled_from(["\n", "\r\n"]))
def test_quoting_reads_back_in_our_reader_and_in_python_dotenv(
    value: str, prefer: str, newline: str
) -> None:
    text = f"A={quote(value, prefer=prefer, newline=newline)} # c{newline}"
    assert read(text.encode()) == {"A": value}
    as_read_from_a_file = text.replace("\r\n", "\n")
    (binding,) = parse_stream(io.StringIO(as_read_from_a_file, newline=""))
    assert binding.value == value


LINES = st.lists(st.text(st.sampled_from("AB_ =='\"\\#\n\rn$\t\x0b"), max_size=10), max_size=8).map(
    "\n".join
)


@given(LINES)
def test_it_reads_as_python_dotenv_does(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    assume(not re.search(r"(^|\n)\s*(export\s+)?'", unix))  # quoted names, in the table above
    expected: dict[str, str] = {}
    for binding in parse_stream(io.StringIO(unix, newline="")):
        if binding.key is not None and binding.value is not None:
            expected[binding.key] = binding.value
    try:
        found = read(text.encode())
    except Invalid:
        found = {}
    names = {name for name in expected if is_entry_name(name)}
    assert found == {name: expected[name] for name in names}


@given(LINES, st.dictionaries(st.sampled_from(["A", "B", "C"]), st.one_of(st.none(), VALUES)))
def test_an_edit_makes_exactly_its_changes(text: str, changes: dict[str, str | None]) -> None:
    try:
        before = read(text.encode())
    except Invalid:
        return
    wanted = {name: None if v is None else SecretValue(v) for name, v in changes.items()}
    try:
        after = DOTENV.edit(text.encode(), wanted)
    except Invalid:  # an open quote would swallow the change
        return
    expected = {**before, **{name: v for name, v in changes.items() if v is not None}}
    for name, value in changes.items():
        if value is None:
            expected.pop(name, None)
    assert read(after) == expected


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=5))
def test_an_edit_that_changes_nothing_changes_no_byte(values: dict[str, str]) -> None:
    data = b"# c\r\n" + DOTENV.write(sealed(values)) + b"\n  # end"
    assert DOTENV.edit(data, sealed(values)) == data


def test_an_edit_keeps_everything_else() -> None:
    data = (
        b"\xef\xbb\xbf# top\r\n\r\nexport  A = one # why\r\nB='two'\t# t\r\n"
        b'C="three"\r\nD=\r\nE= # none yet\r\nF=6\r\n# end'
    )
    changes = {"A": "1", "B": "2", "C": "3", "D": "4 #", "E": "5", "F": None, "G": "a\nb"}
    wanted = {name: None if v is None else SecretValue(v) for name, v in changes.items()}
    assert DOTENV.edit(data, wanted) == (
        b"\xef\xbb\xbf# top\r\n\r\nexport  A = 1 # why\r\nB='2'\t# t\r\n"
        b'C="3"\r\nD=\'4 #\'\r\nE=5 # none yet\r\n# end\r\nG="a\\nb"\r\n'
    )


def test_of_a_doubled_name_the_last_is_set_and_all_are_removed() -> None:
    data = b"A=1\nB=2\nA=3\n"
    assert DOTENV.edit(data, {"A": SecretValue("4")}) == b"A=1\nB=2\nA=4\n"
    assert DOTENV.edit(data, {"A": None}) == b"B=2\n"


def test_an_edit_that_an_open_quote_would_swallow_is_refused() -> None:
    data = b'A=1\nB="open\n'
    with pytest.raises(Invalid, match="without touching"):
        DOTENV.edit(data, {"C": SecretValue('x" y\r')})
    assert DOTENV.edit(data, {"A": SecretValue("2")}) == b'A=2\nB="open\n'


def test_what_no_environment_can_hold_is_refused() -> None:
    assert "NUL" in DOTENV.refuses("A", SecretValue(b"a\0b"))
    assert "UTF-8" in DOTENV.refuses("A", SecretValue(b"\xff"))
    assert DOTENV.refuses("A B", SecretValue("x"))
    assert DOTENV.refuses("A", SecretValue("x")) == ""
    with pytest.raises(Invalid):
        DOTENV.write({"A": SecretValue(b"\xff")})


PORTABLE = [
    "plain",
    "postgres://user:p@host:5432/db?x=1",
    "a b  c",
    " lead and trail ",
    "$HOME `id` $(id)",
    "#hash # more",
    "a\\b",
    'say "hi"',
    "it's",
    "line\nline\n",
    "-----BEGIN KEY-----\nAA+/==\n-----END KEY-----\n",
    "é~*?[]{};&|<>!",
    "",
]


@pytest.mark.parametrize("value", PORTABLE)
def test_a_shell_reads_the_same(value: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(DOTENV.write({"A": SecretValue(value)}))
    script = '. "$0"; printf %s. "$A"'
    found = subprocess.run(["sh", "-c", script, file], capture_output=True, check=True)
    assert found.stdout.decode() == value + "."


def test_hostile_files_are_read_in_linear_time() -> None:
    for piece in ("A=x" + " " * 1_000_000, "A='" + "\\" * 999_999, 'A="\n' * 200_000, "\r" * 10**6):
        data = (piece + "\nB=2\n").encode()
        assert len(DOTENV.parse(data + b"C=3\n").entries) >= 1


def test_nothing_shown_holds_a_value() -> None:
    hidden = secrets.token_urlsafe(24)
    parsed = DOTENV.parse(f"A={hidden}\nA={hidden}\n".encode())
    assert hidden not in repr(parsed)
