"""remote · target · diff · sync and --push, on a real file as the other side."""

from __future__ import annotations

import os
import secrets
import stat

import pytest

from cli.deck import Deck


def states(deck: Deck, code: int, *words: str) -> dict[str, str]:
    rows = deck.run("diff", "--json", *words, code=code).json["rows"]
    return {row["name"]: row["state"] for row in rows}


def test_diff_and_sync_have_their_published_shapes(deck: Deck) -> None:
    deck.set("A")
    deck.file_remote()
    answer = deck.run("diff", "--json", code=2).json
    assert answer["summary"] == {"push": 1}
    assert answer["rows"] == [
        {
            "name": "A",
            "state": "push",
            "target": "here",
            "local_version": 1,
            "remote_version": None,
        }
    ]
    answer = deck.run("sync", "-y", "--json").json
    assert answer["rows"] == [{"name": "A", "state": "push", "result": "done", "verified": True}]
    assert answer["summary"] == {"done": 1}
    assert states(deck, 0) == {"A": "in_sync"}
    assert deck.run("sync", "-y", "--json").json["rows"] == []


def test_the_tables_for_people_show_no_value(deck: Deck) -> None:
    value = deck.set("A")
    deck.file_remote()
    text = deck.run("diff", code=2).text
    assert "> " in text
    assert "push" in text
    assert value not in text
    done = deck.run("sync", "-y")
    assert "done, verified" in done.text
    assert value not in done.text + done.err
    assert done.err.startswith("→ acme/dev (from KEYDECK_PROFILE)")


def test_nothing_is_done_without_a_yes(deck: Deck) -> None:
    deck.set("A")
    file = deck.file_remote()
    for words in (("sync",), ("sync", "--no-input")):
        assert deck.run("--json", *words, code=13).error["code"] == 13
    assert not file.exists()


def test_pull_conflict_and_choices(deck: Deck) -> None:
    for name in ("A", "B", "C"):
        deck.set(name)
    file = deck.file_remote()
    deck.run("sync", "-y")
    theirs = {name: secrets.token_hex(12) for name in "AB"}
    ours_c = deck.get("C")
    file.write_text(f"A={theirs['A']}\nB={theirs['B']}\nC={ours_c}\n")
    ours = deck.set("B")
    deck.set("NEW")
    expected = {"A": "pull", "B": "conflict", "C": "in_sync", "NEW": "push"}
    assert states(deck, 3) == expected
    assert states(deck, 2, "--push-only", "NEW") == {"NEW": "push"}
    assert states(deck, 2, "A") == {"A": "pull"}

    before = file.read_bytes()
    deck.run("sync", "-y", "--all-or-nothing", code=3)
    assert file.read_bytes() == before
    assert deck.get("A") != theirs["A"]

    answer = deck.run("sync", "-y", "--json", code=3).json
    results = {row["name"]: row["result"] for row in answer["rows"]}
    assert results == {"A": "done", "B": "skipped", "NEW": "done"}
    assert deck.get("A") == theirs["A"]
    assert deck.get("B") == ours
    assert theirs["B"] in file.read_text()

    deck.run("sync", "-y", "--ours", "B@here")
    assert ours in file.read_text()
    assert set(states(deck, 0).values()) == {"in_sync"}


def test_deletions_go_over_only_when_asked(deck: Deck) -> None:
    deck.set("A")
    deck.set("B")
    file = deck.file_remote()
    deck.run("sync", "-y")
    deck.run("unset", "A", "-y")
    deck.run("sync", "-y")
    assert "A=" in file.read_text()
    deck.run("sync", "-y", "--prune")
    assert "A=" not in file.read_text()


def test_a_protected_profile_is_pushed_by_name_only(deck: Deck) -> None:
    deck.set("A", "-p", "production")
    file = deck.file_remote("-p", "production")
    deck.fails(13, "sync", "-p", "production", "-y")
    deck.run("sync", "-p", "production", "--confirm", "production", code=13)
    deck.fails(4, "sync", "-p", "production", "-y", "--confirm", "dev")
    assert not file.exists()
    deck.run("sync", "-p", "production", "-y", "--confirm", "production")
    assert file.exists()


def test_push_follows_a_change(deck: Deck) -> None:
    file = deck.file_remote()
    answer = deck.run("set", "A", "--push", "--json", given="one1").json
    assert answer["secrets"][0]["version"] == 1
    assert answer["rows"][0]["result"] == "done"
    assert "one1" in file.read_text()
    deck.run("rotate", "A", "--push", "-y", given="two2")
    assert "two2" in file.read_text()
    deck.set("OTHER")
    assert states(deck, 2) == {"A": "in_sync", "OTHER": "push"}
    deck.run("unset", "A", "--push", "-y", "--force")
    assert "A=" not in file.read_text()


def test_push_without_a_target_changes_nothing(deck: Deck) -> None:
    deck.fails(7, "set", "A", "--push", given="x")
    assert deck.names() == []


def test_push_to_a_protected_profile_asks_before_anything_changes(deck: Deck) -> None:
    deck.file_remote("-p", "production")
    deck.fails(13, "set", "A", "--push", "-p", "production", given="x")
    assert deck.names("-p", "production") == []
    words = ("set", "A", "--push", "-p", "production", "--confirm", "production")
    deck.run(*words, given="x")
    assert deck.names("-p", "production") == ["A"]


def test_several_targets_are_named(deck: Deck) -> None:
    deck.set("A")
    one = deck.file_remote(name="one", path="one.env")
    two = deck.file_remote(name="two", path="two.env")
    assert {row["target"] for row in deck.run("diff", "--json", code=2).json["rows"]} == {
        "one",
        "two",
    }
    deck.fails(64, "sync", "-y")
    deck.run("sync", "-y", "--target", "one")
    assert (one.exists(), two.exists()) == (True, False)
    answer = deck.run("sync", "-y", "--all-targets", "--json").json
    assert [row["target"] for row in answer["rows"]] == ["two"]
    deck.fails(7, "sync", "-y", "--target", "three")
    row = deck.run("list", "--json").json["secrets"][0]
    assert row["sync"]["one"]["state"] == "unchanged_here"
    assert row["sync"]["one"]["checked_at"].endswith("Z")


def test_a_sealed_secret_does_not_go_to_a_plain_file(deck: Deck) -> None:
    deck.set("SHUT", "--sealed")
    file = deck.file_remote()
    deck.run("sync", "-y", code=4)
    assert not file.exists() or "SHUT" not in file.read_text()
    deck.run("sync", "-y", "--allow-sealed", "SHUT")
    assert "SHUT=" in file.read_text()


def test_remotes_and_targets(deck: Deck) -> None:
    file = deck.file_remote()
    [remote] = deck.run("remote", "list", "--json").json["remotes"]
    assert remote == {
        "name": "here",
        "kind": "file",
        "settings": {"path": str(file), "format": "dotenv"},
        "token": None,
    }
    [target] = deck.run("target", "list", "--json").json["targets"]
    assert target == {"name": "here", "remote": "here", "settings": {}}
    assert "here" in deck.run("remote", "list").text
    answer = deck.run("remote", "test", "here", "--json", code=None)
    assert set(answer.json) == {"schema", "ok", "steps"}
    deck.fails(4, "remote", "remove", "here")
    deck.run("target", "remove", "here")
    deck.run("remote", "remove", "here")
    assert deck.run("remote", "list", "--json").json["remotes"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("remote", "add", "x"), 64),
        (("remote", "add", "x", "--kind", "banana"), 11),
        (("remote", "add", "x", "--kind", "systemprompt"), 64),
        (("remote", "add", "x", "--kind", "file"), 11),
        (("remote", "add", "x", "--kind", "file", "--path", "a", "--mount", "m"), 11),
        (("remote", "add", "here", "--kind", "file", "--path", "a.env"), 11),
        (("remote", "add", "x", "--kind", "openbao", "--ask-token"), 13),
        (("remote", "test", "nobody"), 7),
        (("remote", "remove", "nobody"), 7),
        (("remote", "policy"), 64),
        (("target", "add", "nobody"), 7),
        (("target", "add", "here"), 11),
        (("target", "remove", "nobody"), 7),
        (("diff", "-p", "staging"), 7),
        (("diff", "NOPE"), 7),
        (("diff", "--out", "plan"), 64),
        (("sync", "--apply", "plan"), 64),
        (("sync", "-y", "--ours", "NOPE"), 7),
        (("sync", "-y", "--push-only", "--pull-only"), 64),
    ],
)
def test_what_goes_wrong(deck: Deck, words: tuple[str, ...], code: int) -> None:
    deck.set("A")
    deck.file_remote()
    deck.fails(code, *words)


def test_a_server_that_is_not_there(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAO_TOKEN", secrets.token_hex(8))
    deck.set("A")
    deck.run("remote", "add", "bao", "--kind", "openbao", "--address", "http://127.0.0.1:1")
    deck.run("target", "add", "bao")
    deck.fails(9, "diff")
    done = deck.run("remote", "test", "bao", "--json", code=9)
    assert done.json["ok"] is False
    deck.run("set", "B", "--push", given="kept here", code=9)
    assert deck.get("B") == "kept here"


def test_the_file_is_private(deck: Deck) -> None:
    deck.set("A")
    file = deck.file_remote()
    deck.run("sync", "-y")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
