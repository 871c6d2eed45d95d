"""tenant · profile: shapes and exit codes."""

from __future__ import annotations

import pytest

from cli.deck import Deck


def test_tenants_and_profiles(deck: Deck) -> None:
    made = deck.run("tenant", "add", "globex", "--json").json["tenant"]
    assert made == {"name": "globex", "names": "any", "profiles": []}
    made = deck.run("profile", "add", "live", "-t", "globex", "--protected", "--json").json[
        "profile"
    ]
    assert made == {"name": "live", "tenant": "globex", "protected": True, "extends": None}
    deck.run("profile", "add", "beta", "-t", "globex")
    answer = deck.run("profile", "list", "-t", "globex", "--json").json
    assert answer["tenant"] == "globex"
    assert {row["name"]: row["extends"] for row in answer["profiles"]} == {
        "live": None,
        "beta": None,
    }
    tenants = deck.run("tenant", "list", "--json").json["tenants"]
    assert [tenant["name"] for tenant in tenants] == ["acme", "globex"]
    assert "production P" in deck.run("tenant", "list").text
    assert "protected" in deck.run("profile", "list", "-t", "globex").text


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("tenant", "add", "acme"), 11),
        (("tenant", "add", "a b"), 11),
        (("tenant", "add", "x", "--names", "loud"), 11),
        (("tenant", "add"), 64),
        (("tenant", "rename", "nobody", "x"), 7),
        (("tenant", "use", "nobody"), 7),
        (("tenant", "rules", "--names", "upper"), 64),
        (("tenant", "banana"), 64),
        (("profile", "add", "dev"), 11),
        (("profile", "add", "x", "--extends", "staging"), 64),
        (("profile", "use", "production"), 4),
        (("profile", "protect", "nobody"), 7),
        (("profile", "remove", "dev"), 13),
        (("profile", "remove", "dev", "-p", "staging", "-y"), 64),
        (("profile", "list", "-t", "nobody"), 7),
    ],
)
def test_what_goes_wrong(deck: Deck, words: tuple[str, ...], code: int) -> None:
    before = deck.run("tenant", "list", "--json").json
    deck.fails(code, *words)
    assert deck.run("tenant", "list", "--json").json == before


def test_the_mark_of_protection_is_taken_away_by_name_only(deck: Deck) -> None:
    deck.fails(13, "profile", "protect", "production", "--off")
    deck.fails(4, "profile", "protect", "production", "--off", "--confirm", "prod")
    deck.run("profile", "protect", "production", "--off", "--confirm", "production")
    deck.run("profile", "use", "production")
    deck.run("profile", "protect", "dev")
    protected = {
        row["name"]: row["protected"]
        for row in deck.run("profile", "list", "--json").json["profiles"]
    }
    assert protected == {"dev": True, "production": False, "staging": False}


def test_removing_says_how_much_went(deck: Deck) -> None:
    deck.set("A")
    deck.set("B")
    answer = deck.run("profile", "remove", "dev", "-y", "--json").json
    assert answer == {"schema": 1, "removed": "acme/dev", "secrets": 2}
    deck.fails(13, "tenant", "remove", "acme", "-y")
    deck.run("tenant", "remove", "acme", "-y", "--confirm", "production")
    assert deck.run("tenant", "list", "--json").json["tenants"] == []


def test_renaming_keeps_the_secrets(deck: Deck) -> None:
    value = deck.set("A")
    deck.run("tenant", "rename", "acme", "apex")
    assert deck.get("A", "-t", "apex") == value
    deck.fails(7, "list", "-t", "acme")
