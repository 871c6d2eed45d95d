"""The `json` and `systemprompt` formats: flat objects, edited without moving anything else."""

from __future__ import annotations

import json
import secrets
import traceback

import json5
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keydeck.domain.errors import Invalid
from keydeck.domain.remote import Codec
from keydeck.domain.secret import SecretValue
from keydeck.formats.jsonfile import Json
from keydeck.formats.registry import NAMES, codec, guess
from keydeck.formats.systemprompt import Systemprompt

JSON, SYSTEMPROMPT = Json(), Systemprompt()
BOTH: list[Codec] = [JSON, SYSTEMPROMPT]
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.sampled_from('"\\/*\n\r\t ,:{}'), max_size=8),
)
NAMES_OF = st.sampled_from(["a", "b", "c", "d", "e", "F_1"])


def read(one: Codec, data: bytes) -> dict[str, str]:
    return {name: value.reveal_text() for name, value in one.parse(data).values().items()}


def sealed(values: dict[str, str]) -> dict[str, SecretValue]:
    return {name: SecretValue(value) for name, value in values.items()}


@given(st.dictionaries(NAMES_OF, TEXT), st.sampled_from(BOTH))
def test_what_is_written_reads_back(values: dict[str, str], one: Codec) -> None:
    data = one.write(sealed(values))
    assert read(one, data) == values
    assert json.loads(data) == values


COMMENTS = st.sampled_from(["", " ", "\n", "  \n  ", "/* x, } */", "// y: {\n", "\n // z\n "])
INSIDE = st.sampled_from(["", " ", "\n", "/* in , a member */", "// in a member\n"])


@st.composite
def commented(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """An object with comments and blanks anywhere between its parts."""
    values = draw(st.dictionaries(NAMES_OF, TEXT, max_size=5))
    parts = [draw(COMMENTS), "{"]
    for number, (name, value) in enumerate(values.items()):
        parts += [draw(COMMENTS), "," if number else "", draw(COMMENTS), json.dumps(name)]
        parts += [draw(INSIDE), ":", draw(INSIDE), json.dumps(value, ensure_ascii=False)]
    parts += [draw(COMMENTS), draw(st.sampled_from(["", ","])) if values else "", draw(COMMENTS)]
    return "".join([*parts, "}", draw(COMMENTS)]), values


def comments_of(text: str) -> list[str]:
    return [mark for mark in ("/* x, } */", "// y: {", "// z") for _ in range(text.count(mark))]


@given(commented())
def test_comments_are_read_as_json5_reads_them(made: tuple[str, dict[str, str]]) -> None:
    text, values = made
    assert read(SYSTEMPROMPT, text.encode()) == values
    assert json5.loads(text) == values


@given(commented(), st.dictionaries(NAMES_OF, st.one_of(st.none(), TEXT)))
def test_an_edit_makes_its_changes_and_keeps_every_comment(
    made: tuple[str, dict[str, str]], changes: dict[str, str | None]
) -> None:
    text, values = made
    wanted = {name: None if v is None else SecretValue(v) for name, v in changes.items()}
    after = SYSTEMPROMPT.edit(text.encode(), wanted)
    expected = {**values, **{name: v for name, v in changes.items() if v is not None}}
    for name in [name for name, value in changes.items() if value is None]:
        expected.pop(name, None)
    found = read(SYSTEMPROMPT, after)
    assert found == expected
    order = [name for name in values if name in expected]
    assert [name for name in found if name in values] == order
    strings = json.dumps({**values, **changes}, ensure_ascii=False)
    if not comments_of(strings):  # else a value looks like one
        assert comments_of(after.decode()) == comments_of(text)


@given(commented())
def test_an_edit_that_changes_nothing_changes_no_byte(made: tuple[str, dict[str, str]]) -> None:
    text, values = made
    assert SYSTEMPROMPT.edit(text.encode(), sealed(values)) == text.encode()


SEED = b"""// .systemprompt/profiles/local/secrets.json
{
  "database_url": "postgres://localhost:5432/db", // not in use
  /* the model */
  "anthropic": "x",

  "moltbook_builder": "y"
}
"""


def test_an_edit_of_a_commented_file_moves_nothing() -> None:
    after = SYSTEMPROMPT.edit(
        SEED, {"anthropic": SecretValue("é\n"), "moltbook_builder": None, "new": SecretValue("z")}
    )
    assert after.decode() == (
        "// .systemprompt/profiles/local/secrets.json\n{\n"
        '  "database_url": "postgres://localhost:5432/db", // not in use\n'
        '  /* the model */\n  "anthropic": "é\\n",\n  "new": "z"\n}\n'
    )


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        (b'{"a": "1"}', {"b": "2"}, b'{"a": "1", "b": "2"}'),
        (b'{"a":"1","b":"2"}', {"a": None, "c": "3"}, b'{"b":"2","c":"3"}'),
        (b'{"a": "1", "b": "2"}', {"b": None}, b'{"a": "1"}'),
        (b'{"a": "1", "b": "2"}', {"a": None}, b'{"b": "2"}'),
        (b"{}", {"a": "1"}, b'{\n  "a": "1"\n}'),
        (b"", {"a": "1"}, b'{\n  "a": "1"\n}\n'),
        (b'{\r\n\t"a" : "1"\r\n}', {"b": "2"}, b'{\r\n\t"a" : "1",\r\n\t"b" : "2"\r\n}'),
        (b'\xef\xbb\xbf{"a":"1"}', {"a": "2"}, b'\xef\xbb\xbf{"a":"2"}'),
        (b'{"a":"1","a":"2"}', {"a": "3"}, b'{"a":"1","a":"3"}'),
        (b'{"a":"1","b":"2","a":"3"}', {"a": None}, b'{"b":"2"}'),
        (
            b'{\n    "a": 5,\n    "x": {"y": [1]}\n}',
            {"a": "6"},
            b'{\n    "a": "6",\n    "x": {"y": [1]}\n}',
        ),
        (b'{\n  "a": "1",\n  "b": "2"\n}\n', {"a": None, "b": None}, b"{\n}\n"),
    ],
)
@pytest.mark.parametrize("one", BOTH)
def test_edits(before: bytes, changes: dict[str, str | None], after: bytes, one: Codec) -> None:
    wanted = {name: None if v is None else SecretValue(v) for name, v in changes.items()}
    assert one.edit(before, wanted) == after


def test_a_comma_after_the_last_member_stays() -> None:
    before = b'{\n  "a": "1", // one\n}\n'
    after = SYSTEMPROMPT.edit(before, {"b": SecretValue("2")})
    assert after == b'{\n  "a": "1", // one\n  "b": "2",\n}\n'


def test_members_that_are_no_text() -> None:
    data = b'{"a": 5, "b": true, "c": null, "d": {"x": "y"}, "e": [1], "f": "\\ud800", "g": ""}'
    parsed = JSON.parse(data)
    assert read(JSON, data) == {"a": "5", "b": "true", "g": ""}
    assert [problem.partition(": ")[2] for problem in parsed.problems] == [
        "a is no string; its JSON text is taken",
        "b is no string; its JSON text is taken",
        "c is null; left out",
        "d holds an object, not a text; left out",
        "e holds a list, not a text; left out",
        "f holds text that is no UTF-8; left out",
    ]
    with pytest.raises(Invalid, match="d holds an object"):
        JSON.edit(data, {"d": SecretValue("z")})
    long = b'{"a": ' + b"7" * 10_000 + b"}"
    assert len(JSON.parse(long).entries[0].value) == 10_000


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b'{"a": "1",}', "line 1, column 11"),
        (b"[1]", "line 1, column 1"),
        (b'{\n "a" "x"}', "line 2, column 6"),
        (b'{\n\n"a": "\nx"}', "line 3, column 7"),
        (b'{"a": 1} x', "line 1, column 10"),
        (b'{"a": tru}', "line 1, column 7"),
        (b'{"a": "x"', "line 1, column 10"),
        (b"", "line 1, column 1"),
        (b'{"a":' * 100_000, "too deeply"),
        (b'{"a": "\0"}', "NUL"),
        (b"\xff\xfe{\0}\0", "UTF-16"),
    ],
)
def test_what_is_no_such_file_says_where(data: bytes, where: str) -> None:
    with pytest.raises(Invalid, match=where):
        JSON.parse(data)


def test_no_error_holds_a_value() -> None:
    hidden = secrets.token_urlsafe(24)
    for data in (f'{{"a": "{hidden}" x}}', f'{{"a": "{hidden}\n"}}', f"{{{hidden}: 1}}"):
        for one in BOTH:
            with pytest.raises(Invalid) as caught:
                one.parse(data.encode())
            error: BaseException | None = caught.value
            assert hidden not in "".join(traceback.format_exception(caught.value))
            while error is not None:
                assert hidden not in repr(vars(error)) or error is caught.value.__context__
                error = error.__cause__


def test_comments_in_plain_json_point_to_the_other_format() -> None:
    with pytest.raises(Invalid) as caught:
        JSON.parse(SEED)
    assert "systemprompt" in caught.value.todo


def test_refusals() -> None:
    for one in BOTH:
        assert "UTF-8" in one.refuses("a", SecretValue(b"\xff"))
        assert one.refuses("a b", SecretValue("x"))
        assert one.refuses("a", SecretValue("a\0b")) == ""


@pytest.mark.parametrize(
    ("path", "data", "name"),
    [
        (".env", b"A=1", "dotenv"),
        ("x/.env.production", b"{", "dotenv"),
        ("prod.env", b"", "dotenv"),
        (".systemprompt/profiles/p/secrets.json", b"{}", "systemprompt"),
        ("a.json", b'{"a": "1"}', "json"),
        ("a.json", b'// c\n{"a": "1"}', "systemprompt"),
        ("-", b"\xef\xbb\xbf \n{", "json"),
        ("-", b"/* c */ {", "systemprompt"),
        ("-", b"A=1", "dotenv"),
        ("-", b"", "dotenv"),
    ],
)
def test_the_format_is_guessed(path: str, data: bytes, name: str) -> None:
    assert guess(path, data).name == name


def test_formats_are_known_by_name() -> None:
    assert [codec(name).name for name in NAMES] == list(NAMES)
    with pytest.raises(Invalid, match="no format"):
        codec("yaml")
