"""history · rollback · trash · rotate: shapes and exit codes."""

from __future__ import annotations

from cli.deck import Deck


def test_history_shows_no_value_unless_asked(deck: Deck) -> None:
    first, second = deck.set("A"), deck.set("A")
    done = deck.run("history", "A", "--json")
    rows = done.json["versions"]
    assert [row["number"] for row in rows] == [2, 1]
    assert set(rows[0]) == {"number", "created_at", "by", "state", "origin"}
    assert [row["state"] for row in rows] == ["current", "kept"]
    text = done.text + deck.run("history", "A").text
    assert first not in text
    assert second not in text
    rows = deck.run("history", "A", "--reveal", "--json").json["versions"]
    assert [row["value"] for row in rows] == [second, first]
    assert first in deck.run("history", "A", "--reveal").text
    deck.fails(7, "history", "NOPE")


def test_rollback_is_a_new_version(deck: Deck) -> None:
    values = [deck.set("A") for _ in range(3)]
    deck.fails(13, "rollback", "A")
    answer = deck.run("rollback", "A", "-y", "--json").json
    assert answer["secrets"][0]["version"] == 4
    assert deck.get("A") == values[1]
    deck.run("rollback", "A", "--to", "1", "-y")
    assert deck.get("A") == values[0]
    deck.run("rollback", "A", "--to", "v3", "-y")
    assert deck.get("A") == values[2]
    deck.fails(7, "rollback", "A", "--to", "99", "-y")
    deck.fails(11, "rollback", "A", "--to", "banana", "-y")
    deck.fails(7, "rollback", "NOPE", "-y")


def test_rollback_in_a_protected_profile_needs_its_name(deck: Deck) -> None:
    deck.set("A", "-p", "production")
    deck.run("set", "A", "-p", "production", "--confirm", "production", given="v")
    deck.fails(13, "rollback", "A", "-p", "production", "-y")
    deck.run("rollback", "A", "-p", "production", "-y", "--confirm", "production")


def test_the_trash(deck: Deck) -> None:
    value = deck.set("A")
    deck.set("B")
    deck.run("unset", "A", "B", "-y")
    rows = deck.run("trash", "list", "--json").json["trash"]
    assert {row["name"] for row in rows} == {"A", "B"}
    assert set(rows[0]) == {"name", "deleted_at", "by"}
    assert "trash restore" in deck.fails(7, "get", "A")["hint"]
    deck.run("trash", "restore", "A")
    assert deck.get("A") == value
    deck.fails(7, "trash", "restore", "A")
    deck.fails(13, "trash", "empty")
    assert deck.run("trash", "empty", "-y", "--json").json["destroyed"] == 1
    assert deck.run("trash", "list", "--json").json["trash"] == []
    deck.fails(7, "trash", "restore", "B")


def test_rotate(deck: Deck) -> None:
    old = deck.set("A")
    deck.fails(13, "rotate", "A", given="new")
    assert deck.get("A") == old
    deck.run("rotate", "A", "-y", given="new\n")
    assert deck.get("A") == "new"
    done = deck.run("rotate", "A", "--generate", "len=50", "-y", "--json")
    made = deck.get("A")
    assert len(made) == 50
    assert made not in done.text + done.err
    assert done.json["secrets"][0]["version"] == 3
    deck.run("rotate", "--generate", "A", "-y")
    assert deck.get("A") != made
    deck.run("rollback", "A", "--to", "1", "-y")
    assert deck.get("A") == old


def test_rotate_goes_wrong(deck: Deck) -> None:
    value = deck.set("A")
    deck.fails(7, "rotate", "NOPE", "-y", given="x")
    deck.fails(11, "rotate", "A", "-y", given="")
    deck.fails(11, "rotate", "A", "-y", given=value)
    deck.fails(11, "rotate", "A", "-y", "--generate", "len=1")
    deck.fails(64, "rotate", "-y", given="x")
    for later in (("--verify", "true"), ("--overlap", "24h"), ("--resume",), ("--abandon",)):
        error = deck.fails(64, "rotate", "A", *later, "-y", given="x")
        assert "later release" in error["message"]
    assert deck.get("A") == value
