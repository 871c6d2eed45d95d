"""What surrounds the command line is broken or hostile: each says so, and nothing is lost."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.deck import Deck


def test_a_folder_where_a_file_is_meant(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = deck.project / "folder"
    folder.mkdir()
    for words in (
        ("import", str(folder), "-y"),
        ("set", "A", "--from-file", str(folder)),
        ("set", "--env-file", str(folder)),
    ):
        assert "no regular file" in deck.fails(4, *words)["message"]
    monkeypatch.setenv("KEYDECK_PASSPHRASE_FILE", str(folder))
    assert "no regular file" in deck.fails(4, "list")["message"]


def test_the_folder_keydeck_was_started_in_is_gone(
    deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = deck.set("A")
    gone = deck.project / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert deck.get("A") == value
    deck.fails(7, "look")
    deck.fails(7, "export", "--format", "json", "--out", "out.json")
    deck.run("unset", "A", "-y")


def test_a_missing_folder_is_what_is_named(deck: Deck) -> None:
    error = deck.fails(7, "export", "--format", "json", "--out", "no/such/out.json")
    assert error["message"] == "There is no folder no/such."


def test_a_state_folder_that_cannot_be_used_is_said_and_nothing_more(
    deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = deck.set("A")
    blocked = deck.home / "a-file"
    blocked.write_text("")
    for state in (blocked / "state", Path("/proc/none")):
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        done = deck.run("get", "A")
        assert done.text == value
        assert "can't be remembered" in done.err
        assert "can't be remembered" in deck.run("get", "A", "--quiet").err
        deck.set("A", value=value)


def test_folders_are_private_whatever_the_umask(bare: Deck) -> None:
    before = os.umask(0)
    try:
        path = bare.home / "one" / "two" / "vault.keydeck"
        bare.run("--vault", str(path), "init", "--key-file", str(bare.home / "key"))
    finally:
        os.umask(before)
    for folder in (path.parent, path.parent.parent, bare.home / "state"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_vault_that_cannot_be_looked_at_is_not_called_missing(
    bare: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYDECK_VAULT", str(bare.home / ("v" * 300)))
    for verb in ("list", "status", "doctor"):
        assert "There is no vault" not in bare.fails(1, verb)["message"]


def test_an_init_that_fails_takes_its_key_file_back(bare: Deck) -> None:
    (bare.home / "a-file").write_text("")
    path = str(bare.home / "a-file" / "vault.keydeck")
    bare.run("--vault", path, "init", "--key-file", str(bare.home / "key"), code=None)
    assert not (bare.home / "key").exists()


def test_doctor_accepts_a_restored_backup(deck: Deck) -> None:
    path = deck.home / "vault.keydeck"
    value = deck.set("A")
    shutil.copy(path, deck.home / "backup")
    deck.set("A")
    shutil.copy(deck.home / "backup", path)
    assert "doctor --accept" in deck.fails(12, "get", "A")["hint"]
    deck.fails(13, "doctor", "--accept")
    deck.fails(12, "get", "A")
    assert deck.run("doctor", "--accept", "-y", "--json").json["ok"] is True
    assert deck.get("A") == value
    assert deck.run("doctor").code == 0


def test_doctor_on_what_is_no_file(deck: Deck, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYDECK_VAULT", str(deck.project))
    answer = deck.run("doctor", "--json", code=11).json
    assert answer["checks"][0]["detail"] == "it is no regular file"


def test_help_is_one_object_too(bare: Deck) -> None:
    for words in (("--help",), ("help",), ("get", "--help"), ("help", "get"), ("tenant", "-h")):
        answer = bare.run(*words, "--json").json
        assert set(answer) == {"schema", "help"}
        assert bare.run(*words).text.strip() == answer["help"].strip()


def test_run_says_why_a_command_did_not_begin(deck: Deck) -> None:
    deck.set("SMALL")
    assert "not found" in deck.run("--json", "run", "--", "./none", code=127).error["message"]
    plain = deck.project / "plain"
    plain.write_text("")
    assert "can't be run" in deck.run("--json", "run", "--", str(plain), code=126).error["message"]
    large = "x" * (1024 * 1024)
    deck.set("LARGE", value=large)
    error = deck.run("--json", "run", "--", "true", code=126).error
    assert "LARGE has 1,048,576 characters" in error["message"]
    assert "--only" in error["hint"]
    assert "xxxx" not in json.dumps(error)
    deck.run("run", "--only", "SMALL", "--", "true")


def test_names_of_any_length_stay_readable(deck: Deck) -> None:
    long = "L" * 10_240
    value = secrets.token_urlsafe(24)
    file = deck.project / "names.json"
    file.write_text(json.dumps({long: value, "\x1b[2J": value, "GOOD": value}))
    shown = deck.run("import", str(file), "-y")
    assert max(map(len, shown.text.splitlines())) < 800
    assert "\x1b" not in shown.text
    assert value not in shown.text + shown.err
    assert deck.names() == ["GOOD"]
    rows = deck.run("import", str(file), "-y", "--json").json["rows"]
    assert {row["name"] for row in rows} == {long, "\x1b[2J", "GOOD"}


def test_a_file_that_cannot_be_read_is_named(deck: Deck) -> None:
    value = secrets.token_urlsafe(24)
    file = deck.project / "broken.json"
    file.write_text(f'{{"A": "{value}')
    error = deck.fails(11, "import", str(file), "-y")
    assert str(file) in error["message"]
    assert error["hint"]
    assert value not in json.dumps(error)


def test_a_line_that_cannot_be_read_sets_nothing(deck: Deck) -> None:
    error = deck.fails(11, "set", "--env-file", "-", given="A=1\nbad line\n")
    assert error["message"].startswith("Standard input: line 2")
    assert error["message"].endswith(". Nothing was set.")
    assert deck.names() == []


def test_a_side_is_taken_of_rows_and_targets_that_are_there(deck: Deck) -> None:
    value = deck.set("A")
    one = deck.file_remote(name="one", path="one.env")
    deck.file_remote(name="two", path="two.env")
    one.write_text(f"A={value}x\nONLY_HERE={value}\n")
    one.chmod(0o600)
    sync = ("sync", "-y", "--all-targets")
    deck.fails(7, *sync, "--ours", "A@three")
    deck.fails(7, *sync, "--theirs", "ONLY_HERE@two")
    deck.fails(7, *sync, "--theirs", "NOWHERE")
    deck.fails(64, *sync, "--theirs", "A", "--ours", "A")
    deck.run(*sync, "--theirs", "ONLY_HERE", "--ours", "A@one")
    assert deck.get("ONLY_HERE") == value


def test_a_skipped_deletion_says_what_it_needs(deck: Deck) -> None:
    deck.file_remote()
    deck.set("A")
    deck.run("sync", "-y")
    deck.run("unset", "A", "-y")
    assert "needs --prune" in deck.run("sync", "-y").text


def test_a_targets_own_file_is_the_same_from_every_folder(
    deck: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck.run("remote", "add", "here", "--kind", "file", "--path", ".env")
    deck.run("target", "add", "here", "--path", "dev.env")
    deck.set("A")
    other = deck.home / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    deck.run("sync", "-y")
    assert (deck.project / "dev.env").exists()
    assert list(other.iterdir()) == []


def test_an_address_is_checked_when_it_is_given(deck: Deck) -> None:
    error = deck.fails(11, "remote", "add", "bao", "--kind", "openbao", "--address", "ftp://x")
    assert "no address" in error["message"]
    assert deck.run("remote", "list", "--json").json["remotes"] == []


def test_what_lies_in_the_trash_is_said_before_a_second_deletion(deck: Deck) -> None:
    deck.set("A")
    deck.run("unset", "A", "-y")
    for words in (("unset", "A", "-y"), ("refs", "A"), ("get", "A")):
        assert "trash restore A" in deck.fails(7, *words)["hint"]


def test_what_a_scan_could_not_read_is_told(deck: Deck) -> None:
    deck.set("A")
    (deck.project / "huge.py").write_text("#" * 2_000_000)
    for words in (("unset", "A", "--no-input"), ("refs", "A")):
        assert "not read: huge.py" in deck.run(*words, code=None).err


def test_a_locked_vault_without_a_terminal(deck: Deck, unset: Callable[[str], None]) -> None:
    unset("KEYDECK_KEY_FILE")
    for words in (("list",), ("doctor", "--accept", "-y"), ("run", "--", "true")):
        deck.run(*words, code=125 if words[0] == "run" else 5)


def test_who_may_not_be_asked_is_told_why(deck: Deck) -> None:
    deck.set("A")
    assert "no terminal" in deck.fails(13, "unset", "A")["message"]
    assert "--no-input" in deck.fails(13, "unset", "A", "--no-input")["message"]
