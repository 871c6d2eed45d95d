"""init · status · lock · doctor · help, and every word that is none."""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.deck import Deck
from keydeck.cli.table import LATER, MEANT, family_of, verbs


@pytest.fixture
def passphrase(bare: Deck) -> str:
    """A passphrase in the file `passphrase`."""
    made = secrets.token_urlsafe(16)
    (bare.project / "passphrase").write_text(made + "\n")
    return made


def test_init_without_a_terminal(
    bare: Deck, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = bare.run("init", "--passphrase-file", "passphrase", "--json").json
    vault = Path(answer["vault"])
    assert answer["ways"] == ["passphrase"]
    assert stat.S_IMODE(os.stat(vault).st_mode) == 0o600
    bare.fails(4, "init", "--passphrase-file", "passphrase")
    bare.fails(5, "tenant", "list")
    monkeypatch.setenv("KEYDECK_PASSPHRASE_FILE", "passphrase")
    bare.run("tenant", "add", "acme")
    (bare.project / "passphrase").write_text(secrets.token_urlsafe(16))
    bare.fails(6, "tenant", "list")
    monkeypatch.setenv("KEYDECK_PASSPHRASE_FILE", "nowhere")
    bare.fails(7, "tenant", "list")


def test_init_with_a_key_file_and_a_recovery_file(
    bare: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = bare.run("init", "--key-file", "key", "--recovery-file", "recovery", "--json")
    assert done.json["ways"] == ["keyfile", "recovery"]
    key = (bare.project / "recovery").read_text().strip()
    assert [len(group) for group in key.split("-")] == [4] * 9
    assert key not in done.text + done.err
    for name in ("key", "recovery"):
        assert stat.S_IMODE(os.stat(bare.project / name).st_mode) == 0o600
    monkeypatch.setenv("KEYDECK_KEY_FILE", "key")
    bare.run("tenant", "add", "acme")


def test_init_that_fails_leaves_nothing(bare: Deck) -> None:
    assert "--passphrase-file" in bare.fails(5, "init")["hint"]
    bare.fails(7, "init", "--passphrase-file", "nowhere", "--recovery-file", "r")
    (bare.project / "there").write_text("")
    bare.fails(4, "init", "--key-file", "k", "--recovery-file", "there")
    assert sorted(os.listdir(bare.project)) == ["there"]
    assert not (bare.home / "vault.keydeck").exists()


def test_status_asks_for_nothing(deck: Deck, unset: Callable[[str], None]) -> None:
    answer = deck.run("status", "--json").json
    assert (answer["unlocked"], answer["place"], answer["tenants"]) == (True, "acme/dev", ["acme"])
    assert "acme/dev" in deck.run("status").text
    unset("KEYDECK_KEY_FILE")
    answer = deck.run("status", "--json").json
    assert (answer["unlocked"], answer["ways"]) == (False, ["keyfile"])
    deck.fails(5, "list")


def test_no_vault(bare: Deck) -> None:
    assert "keydeck init" in bare.fails(7, "list")["hint"]
    bare.fails(7, "status")
    bare.fails(7, "list", "--vault", "nowhere")


def test_not_a_vault(deck: Deck) -> None:
    (deck.project / "text").write_text("just text")
    deck.fails(11, "list", "--vault", "text")


def test_a_damaged_vault(deck: Deck) -> None:
    deck.set("A")
    path = deck.home / "vault.keydeck"
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = secrets.token_bytes(len(data) - len(data) // 2)
    path.write_bytes(data)
    deck.fails(12, "get", "A")


def test_lock_says_that_nothing_stays_unlocked(bare: Deck) -> None:
    assert "Nothing stays unlocked" in bare.run("lock").err
    assert bare.run("lock", "--json").json["locked"] is True


def test_doctor(deck: Deck) -> None:
    answer = deck.run("doctor", "--json").json
    assert answer["ok"] is True
    assert set(answer["checks"][0]) == {"what", "ok", "detail", "todo", "code"}
    assert "ok" in deck.run("doctor").text
    (deck.home / "vault.keydeck").write_text("just text")
    assert deck.run("doctor", "--json", code=None).json["ok"] is False


@pytest.mark.parametrize("verb", sorted(LATER))
def test_later_verbs_say_so(bare: Deck, verb: str) -> None:
    error = bare.fails(64, *verb.split())
    assert error["message"].startswith(f"keydeck {verb} comes in a later release.")


@pytest.mark.parametrize("word", sorted(MEANT))
def test_words_of_other_tools_lead_to_ours(bare: Deck, word: str) -> None:
    assert f"Did you mean keydeck {MEANT[word]}?" == bare.fails(64, word)["hint"]


def test_what_is_meant_is_there() -> None:
    for word in MEANT.values():
        verb = word.split()[0]
        assert family_of(verb) or verb in LATER
    assert not set(MEANT) & (set(verbs()) | LATER)


def test_near_words_and_nonsense(bare: Deck) -> None:
    assert "keydeck rotate" in bare.fails(64, "rotat")["hint"]
    assert "--help" in bare.fails(64, "qqqqq\x1b[0m")["hint"]


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_has_help(bare: Deck, verb: str) -> None:
    text = bare.run(verb, "--help").text
    assert f"keydeck {verb}" in text
    assert bare.run("help", verb).text == text


def test_the_overview_lists_every_verb(bare: Deck) -> None:
    text = bare.run("--help").text
    assert bare.run("help").text == text
    for verb in verbs():
        assert f" {verb} " in text
    bare.fails(64, "help", "banana")


def test_version(bare: Deck) -> None:
    from keydeck import __version__

    assert bare.run("--version").text == f"keydeck {__version__}\n"
    assert bare.run("--version", "--json").json["version"] == __version__


def test_global_options_stand_anywhere(deck: Deck) -> None:
    deck.set("A", "-p", "staging")
    for words in (
        ("-t", "acme", "-p", "staging", "--json", "list"),
        ("list", "-t", "acme", "-p", "staging", "--json"),
        ("--json", "-tacme", "list", "--profile=staging"),
    ):
        assert [row["name"] for row in deck.run(*words).json["secrets"]] == ["A"]
    assert deck.run("trash", "--json", "list", "-p", "staging").json["trash"] == []
    assert deck.run("--json", "trash", "-p", "staging", "list").json["trash"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--banana"),
        ("list", "surplus"),
        ("get",),
        ("get", "A", "B"),
        ("--banana",),
        ("--banana", "list"),
        ("list", "-t"),
        ("trash",),
        ("trash", "banana"),
        ("--json=yes", "list"),
    ],
)
def test_wrong_usage(deck: Deck, words: tuple[str, ...]) -> None:
    done = deck.run(*words, code=64)
    assert done.out == b""
    assert done.err.startswith("keydeck: ")
    assert "→ " in done.err


def test_without_a_command_and_without_a_terminal(bare: Deck) -> None:
    assert "keydeck list" in bare.run(code=13).err
    assert "keydeck list" in bare.run("--json", code=64).error["hint"]
    bare.run("--no-input", code=64)


def test_a_reader_who_leaves_is_no_failure(deck: Deck) -> None:
    for number in range(40):
        deck.run("set", "--env-file", "-", given=f"NAME_{number}=x\n")
    command = f"{sys.executable} -m keydeck.entry list --json | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"{")


def test_a_full_standard_output_is_an_error(deck: Deck) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    deck.set("A")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "keydeck.entry", "get", "A"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"keydeck: Standard output can't be written")
