"""list · get · set · edit · unset · generate · matrix: shapes and exit codes."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable

import pytest

from cli.deck import Deck


def test_list_has_its_published_shape(deck: Deck) -> None:
    deck.set("API_KEY", "--description", "Billing", "--tag", "pay", "--tag", "live")
    deck.file_remote()
    [row] = deck.run("list", "--json").json["secrets"]
    assert set(row) == {
        *("name", "hint", "description", "tags", "version", "created_at", "value_changed_at"),
        *("due_at", "sealed", "origin", "uses", "sync"),
    }
    assert (row["name"], row["description"], row["tags"]) == ("API_KEY", "Billing", ["pay", "live"])
    assert (row["version"], row["sealed"], row["origin"], row["uses"]) == (1, False, "dev", 0)
    assert row["created_at"].endswith("Z")
    assert row["due_at"] is None
    assert row["sync"] == {"here": {"state": "changed_here", "checked_at": None}}


def test_list_for_people_names_the_columns_and_no_value(deck: Deck) -> None:
    value = deck.set("API_KEY")
    deck.set("SHUT", "--sealed")
    text = deck.run("list").text
    assert text.splitlines()[0].split() == ["NAME", "HINT", "AGE", "DUE", "SYNC"]
    assert "sealed" in text
    assert value not in text
    assert value[:4] in text


def test_an_empty_list_is_an_empty_answer(deck: Deck) -> None:
    assert deck.run("list", "--json").json == {"schema": 1, "secrets": []}
    done = deck.run("list")
    assert done.out == b""
    assert "keydeck set NAME" in done.err


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"abc\n", b"abc"),
        (b"abc\r\n", b"abc"),
        (b"abc", b"abc"),
        (b" a b ", b" a b "),
        (b"a\nb\n", b"a\nb\n"),
        (b"abc\n\n", b"abc\n\n"),
        (b"\xff\xfe\x00", b"\xff\xfe\x00"),
    ],
)
def test_a_value_keeps_its_bytes(deck: Deck, given: bytes, kept: bytes) -> None:
    deck.run("set", "A", given=given)
    assert deck.run("get", "A").out == kept


def test_raw_keeps_the_newline_too(deck: Deck) -> None:
    deck.run("set", "A", "--raw", given=b"abc\n")
    assert deck.run("get", "A").out == b"abc\n"


def test_get_json(deck: Deck, value: str) -> None:
    deck.set("A", value=value)
    assert deck.run("get", "A", "--json").json == {
        "schema": 1,
        "name": "A",
        "value": value,
        "encoding": "utf-8",
    }
    raw = b"\xff" + secrets.token_bytes(20)
    deck.run("set", "B", given=raw)
    answer = deck.run("--json", "get", "B").json
    assert answer["encoding"] == "base64"
    assert base64.b64decode(answer["value"]) == raw


def test_get_falls_back_to_the_other_case_and_says_so(deck: Deck, value: str) -> None:
    deck.set("Api_Key", value=value)
    done = deck.run("get", "API_KEY", "--json")
    assert done.json["name"] == "Api_Key"
    assert "Api_Key" in done.err


def test_get_of_an_unknown_name_has_near_matches(deck: Deck) -> None:
    deck.set("STRIPE_KEY")
    assert "STRIPE_KEY" in deck.fails(7, "get", "STRIPE_KYE")["hint"]


def test_copying_needs_a_terminal(deck: Deck) -> None:
    deck.set("A")
    assert "get A" in deck.fails(13, "get", "A", "-c")["hint"]


def test_sealed_is_refused_everywhere(deck: Deck) -> None:
    value = deck.set("SHUT", "--sealed")
    for words in (
        ("get", "SHUT"),
        ("get", "SHUT", "-c"),
        ("history", "SHUT", "--reveal"),
        ("export", "--format", "dotenv"),
    ):
        error = deck.fails(4, *words)
        assert "sealed" in error["message"]
        assert value not in str(error)
    deck.run("edit", "SHUT", "--description", "still sealed")
    assert deck.run("list", "--json").json["secrets"][0]["sealed"] is True


def test_a_write_says_first_where_it_goes(deck: Deck) -> None:
    done = deck.run("set", "A", "-p", "staging", given="x")
    assert done.err.splitlines()[0] == "→ acme/staging (from -p)"
    done = deck.run("set", "A", given="x")
    assert done.err.splitlines()[0] == "→ acme/dev (from KEYDECK_PROFILE)"
    assert deck.run("set", "A", "--quiet", given="x").err == ""


def test_several_profiles_at_once(deck: Deck, value: str) -> None:
    done = deck.run("set", "A", "-p", "dev,staging", "--json", given=value)
    assert [(row["profile"], row["version"]) for row in done.json["secrets"]] == [
        ("dev", 1),
        ("staging", 1),
    ]
    assert deck.get("A", "-p", "staging") == value
    deck.fails(64, "list", "-p", "dev,staging")


@pytest.mark.parametrize("words", [("A={}",), ("A", "{}"), ("A={}", "B=x")])
def test_values_on_the_command_line_work_with_a_warning(
    deck: Deck, value: str, words: tuple[str, ...]
) -> None:
    done = deck.run("set", *(word.format(value) for word in words))
    assert deck.get("A") == value
    assert "history" in done.err
    assert value not in done.err


def test_a_value_may_hold_equal_signs_and_begin_with_a_dash(deck: Deck) -> None:
    deck.run("set", "A=b=c==")
    assert deck.get("A") == "b=c=="
    deck.run("set", "A", "--", "-dash")
    assert deck.get("A") == "-dash"
    deck.run("set", "A=-dash2")
    assert deck.get("A") == "-dash2"


@pytest.mark.parametrize(
    "words",
    [
        ("A", "{}", "more"),
        ("A=x", "{}"),
        ("A", "-{}"),
        ("A", "--{}=x"),
        ("A={}", "--from-file", "f"),
    ],
)
def test_wrong_usage_repeats_no_value(deck: Deck, words: tuple[str, ...]) -> None:
    value = secrets.token_hex(16)
    filled = [word.format(value) for word in words]
    for done in (
        deck.run("set", *filled, code=64),
        deck.run("set", *filled, "--json", code=64),
    ):
        assert value not in done.err
        assert value not in done.text


def test_env_file_sets_many_or_none(deck: Deck) -> None:
    one, two = secrets.token_hex(8), secrets.token_hex(8)
    deck.run("set", "--env-file", "-", given=f"ONE={one}\n# note\nTWO='{two}'\n")
    assert deck.names() == ["ONE", "TWO"]
    assert deck.get("TWO") == two
    (deck.project / "more.env").write_text("THREE=3\nTHREE_EMPTY=\n")
    deck.fails(11, "set", "--env-file", "more.env")
    assert deck.names() == ["ONE", "TWO"]
    deck.run("set", "--env-file", "more.env", "--allow-empty")
    assert "THREE_EMPTY" in deck.names()


def test_from_file(deck: Deck, value: str) -> None:
    (deck.project / "v").write_text(value + "\n")
    deck.run("set", "A", "--from-file", "v", given="other")
    assert deck.get("A") == value
    deck.fails(7, "set", "A", "--from-file", "nowhere")


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("my-key", "my_key"),
        ("1ST", "_1ST"),
        ("a b", "a_b"),
        ("[bold]x", "bold_x"),
        ("x" * 129, "x"),
    ],
)
def test_bad_names_say_which_would_fit(deck: Deck, name: str, fits: str) -> None:
    error = deck.fails(11, "set", name, given="v")
    assert fits in error["hint"]
    assert deck.names() == []


def test_a_name_that_drives_a_terminal_is_shown_harmlessly(deck: Deck) -> None:
    name = "A\x1b[31mB\u202eC\u200b[/x]"
    done = deck.run("set", name, given="v", code=11)
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err
    done = deck.run("get", name, code=7)
    assert "\x1b" not in done.err


@pytest.mark.parametrize("given", [b"", b"\n"])
def test_empty_values_need_a_word(deck: Deck, given: bytes) -> None:
    assert "--allow-empty" in deck.fails(11, "set", "A", given=given)["hint"]
    deck.run("set", "A", "--allow-empty", given=given)
    assert deck.get("A") == ""


def test_too_large_a_value(deck: Deck) -> None:
    deck.run("set", "A", given=b"x" * (1024 * 1024))
    deck.fails(11, "set", "A", given=b"x" * (1024 * 1024 + 1))


def test_another_case_is_insisted_on(deck: Deck) -> None:
    deck.set("API_KEY")
    assert "API_KEY" in deck.fails(11, "set", "Api_Key", given="v")["message"]
    deck.run("set", "Api_Key", "--new", given="v")
    assert deck.names() == ["API_KEY", "Api_Key"]


def test_the_tenants_rule_holds(deck: Deck) -> None:
    deck.run("tenant", "add", "strict", "--names", "upper")
    deck.run("profile", "add", "dev", "-t", "strict")
    error = deck.fails(11, "set", "apiKey", "-t", "strict", given="v")
    assert "APIKEY" in error["hint"]


def test_overwriting_in_a_protected_profile_needs_its_name(deck: Deck) -> None:
    value = deck.set("A", "-p", "production")  # a new name overwrites nothing
    deck.fails(13, "set", "A", "-p", "production", given="v")
    deck.fails(13, "set", "A", "-p", "production", "-y", given="v")
    deck.fails(4, "set", "A", "-p", "production", "--confirm", "staging", given="v")
    assert deck.get("A", "-p", "production") == value
    deck.run("set", "A", "-p", "production", "--confirm", "production", given="v")
    assert deck.get("A", "-p", "production") == "v"


def test_edit_leaves_the_value(deck: Deck) -> None:
    value = deck.set("A", "--tag", "old")
    deck.run("edit", "A", "--description", "New words", "--tag", "x", "--tag", "y")
    [row] = deck.run("list", "--json").json["secrets"]
    assert (row["description"], row["tags"], row["version"]) == ("New words", ["x", "y"], 1)
    assert deck.get("A") == value
    deck.run("edit", "A", "--no-tags")
    assert deck.run("list", "--json").json["secrets"][0]["tags"] == []
    deck.fails(64, "edit", "A")
    deck.fails(7, "edit", "B", "--tag", "x")


def test_unset_needs_an_answer(deck: Deck) -> None:
    deck.set("A")
    deck.fails(13, "unset", "A")
    deck.fails(13, "unset", "A", "--force")
    deck.fails(13, "unset", "A", "--confirm", "dev")
    assert deck.names() == ["A"]
    assert deck.run("unset", "A", "-y", "--json").json["deleted"] == [
        {"name": "A", "tenant": "acme", "profile": "dev"}
    ]
    assert deck.names() == []


def test_unset_in_a_protected_profile(deck: Deck) -> None:
    deck.set("A", "-p", "production")
    deck.fails(13, "unset", "A", "-p", "production", "-y")
    deck.fails(13, "unset", "A", "-p", "production", "--confirm", "production")
    deck.run("unset", "A", "-p", "production", "-y", "--confirm", "production")


def test_unset_is_all_or_none(deck: Deck) -> None:
    deck.set("A")
    deck.fails(7, "unset", "A", "NOPE", "-y")
    assert deck.names() == ["A"]


def test_unset_says_what_would_break(deck: Deck) -> None:
    deck.set("STRIPE_KEY")
    deck.run("link", "STRIPE_KEY", "--to", "agent:billing")
    (deck.project / "pay.py").write_text('import os\nkey = os.environ["STRIPE_KEY"]\n')
    done = deck.run("unset", "STRIPE_KEY", "-y", code=4)
    assert "pay.py:2" in done.err
    assert "agent:billing" in done.err
    answer = deck.run("unset", "STRIPE_KEY", "-y", "--json", code=4).json
    assert answer["error"]["code"] == 4
    found = {(ref["kind"], ref["consumer"], ref["line"]) for ref in answer["references"]}
    assert ("agent", "agent:billing", None) in found
    assert any(ref["file"] and ref["file"].endswith("pay.py") for ref in answer["references"])
    assert deck.names() == ["STRIPE_KEY"]
    deck.run("unset", "STRIPE_KEY", "-y", "--force")
    assert deck.names() == []
    deck.run("trash", "restore", "STRIPE_KEY")
    assert deck.names() == ["STRIPE_KEY"]


def test_generate_keeps_a_value_without_showing_it(deck: Deck) -> None:
    done = deck.run("generate", "A", "--spec", "len=40,set=hex")
    value = deck.get("A")
    assert len(value) == 40
    assert value not in done.err + done.text
    deck.fails(4, "generate", "A")
    deck.fails(11, "generate", "B", "--spec", "len=banana")
    assert deck.get("A") == value


def test_matrix(deck: Deck) -> None:
    value = deck.set("A", "-p", "dev,staging")
    deck.set("A", "-p", "production")
    deck.set("B")
    answer = deck.run("matrix", "--json").json
    assert answer["tenant"] == "acme"
    assert answer["profiles"] == ["dev", "production", "staging"]
    cells = {row["name"]: row["cells"] for row in answer["rows"]}
    assert cells["A"]["dev"]["class"] == cells["A"]["staging"]["class"]
    assert cells["A"]["dev"]["class"] != cells["A"]["production"]["class"]
    assert cells["B"]["production"] == {
        "state": "missing",
        "class": None,
        "version": None,
        "due_at": None,
        "origin": None,
    }
    text = deck.run("matrix", "acme").text
    assert "missing" in text
    assert value not in text
    deck.fails(7, "matrix", "acmee")


def test_the_place_is_named_or_found(deck: Deck, unset: Callable[[str], None]) -> None:
    deck.set("A", "-t", "acme", "-p", "acme/staging")
    assert deck.names("-p", "acme/staging") == ["A"]
    unset("KEYDECK_PROFILE")
    assert "staging" in deck.fails(7, "list")["hint"]
    deck.run("profile", "use", "staging")
    assert deck.names() == ["A"]
    assert "staging" in deck.fails(7, "list", "-p", "stagin")["hint"]
    assert "acme" in deck.fails(7, "list", "-t", "amce")["hint"]
