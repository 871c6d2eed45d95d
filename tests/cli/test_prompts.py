"""Questions on the terminal itself: a real pty, answers that a person would type."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from cli.deck import Deck

KEYDECK = (sys.executable, "-m", "keydeck.entry")
PASTE = "\x1b[200~{}\x1b[201~"


@contextmanager
def terminal(*words: str, code: int = 0) -> Iterator[pexpect.spawn[str]]:
    """keydeck on a terminal of its own; its exit code is checked at the end."""
    process = pexpect.spawn(
        KEYDECK[0], [*KEYDECK[1:], *words], timeout=30, dimensions=(40, 120), encoding="utf-8"
    )
    process.delaybeforesend = None
    try:
        yield process
        process.expect(pexpect.EOF)
        process.close()
        assert (process.exitstatus, process.signalstatus) == (code, None), process.before
        assert "Traceback" not in seen(process)
    finally:
        process.close(force=True)


def seen(process: pexpect.spawn[str]) -> str:
    """What was shown before the last thing that was waited for."""
    return str(process.before or "")


def found(process: pexpect.spawn[str]) -> str:
    """The first group of the last thing that was waited for."""
    assert isinstance(process.match, re.Match)
    return str(process.match[1])


def answer(process: pexpect.spawn[str], question: str, typed: str) -> None:
    """Wait for a question, then type. A raw prompt is ready once it asks for bracketed pastes."""
    process.expect(question)
    process.send(typed)


MASKED = r"{}.*\x1b\[\?2004h"


def test_a_value_is_asked_for_masked(deck: Deck, value: str) -> None:
    with terminal("set", "A") as process:
        answer(process, MASKED.format("Value of A:"), value + "\r")
        process.expect("version 1")
        assert value not in seen(process)
        assert "*" * 32 in seen(process)
    assert deck.get("A") == value


def test_typing_can_be_mended(deck: Deck) -> None:
    with terminal("set", "A") as process:
        answer(process, MASKED.format("Value of A:"), "nope\x15one é\x7f\x7f\x7fe two\x1b[D\r")
    assert deck.get("A") == "one two"


def test_a_paste_of_several_lines_keeps_every_one(deck: Deck) -> None:
    lines = "\n".join(secrets.token_urlsafe(40) for _ in range(200))
    with terminal("set", "PEM") as process:
        answer(
            process, MASKED.format("Value of PEM:"), PASTE.format(lines.replace("\n", "\r")) + "\r"
        )
    assert deck.get("PEM") == lines


def test_a_paste_without_its_marks_is_refused(deck: Deck) -> None:
    with terminal("set", "PEM", code=11) as process:
        answer(process, MASKED.format("Value of PEM:"), "one\rtwo\rthree\r")
        process.expect("--from-file")
    assert deck.names() == []


def test_a_long_line_is_not_cut(deck: Deck) -> None:
    value = secrets.token_hex(6000)
    with terminal("set", "A") as process:
        answer(process, MASKED.format("Value of A:"), value + "\r")
    assert deck.get("A") == value


def test_an_interrupt_changes_nothing_and_leaves_the_terminal_as_it_was(deck: Deck) -> None:
    with terminal("set", "A", code=130) as process:
        answer(process, MASKED.format("Value of A:"), "half\x03")
        process.expect(re.escape("\x1b[?2004l"))
    assert deck.names() == []


def test_the_terminals_echo_comes_back(deck: Deck) -> None:
    # The shell has to outlive the interrupt that the terminal sends to both.
    command = f"trap : INT; {' '.join(KEYDECK)} set A; stty -a"
    process = pexpect.spawn("sh", ["-c", command], timeout=30, encoding="utf-8")
    answer(process, MASKED.format("Value of A:"), "\x03")
    process.expect(pexpect.EOF)
    assert re.search(r"(?<!-)\bicanon\b", seen(process))
    assert re.search(r"(?<!-)\becho\b", seen(process))
    process.close()


def test_init_asks_twice_and_for_one_group_back(bare: Deck, value: str) -> None:
    with terminal("init") as process:
        answer(process, MASKED.format("Passphrase:"), value + "\r")
        answer(process, MASKED.format("Once more:"), value + "\r")
        process.expect(r"((?:[A-Z2-7]{4}-){8}[A-Z2-7]{4})")
        groups = found(process).split("-")
        answer(process, r"group (\d) of 9: ", "wrong\n")
        process.expect("another")
        process.expect(r"group (\d) of 9: ")
        process.send(groups[int(found(process)) - 1].lower() + "\n")
        process.expect("That is right")
    recovery = "-".join(groups)
    # Each of the two opens it; neither another passphrase nor a mistyped key does.
    for typed, code in ((value, 0), (recovery.lower(), 0), (value + "x", 6)):
        with terminal("tenant", "list", code=code) as process:
            answer(process, MASKED.format("Passphrase of"), typed + "\r")


def test_init_with_two_that_differ_makes_nothing(bare: Deck) -> None:
    with terminal("init", code=4) as process:
        answer(process, MASKED.format("Passphrase:"), "one\r")
        answer(process, MASKED.format("Once more:"), "two\r")
    assert not (bare.home / "vault.keydeck").exists()


def test_the_passphrase_is_never_read_from_standard_input(bare: Deck) -> None:
    phrase = secrets.token_urlsafe(12)
    (bare.project / "p").write_text(phrase)
    bare.run("init", "--passphrase-file", "p")
    done = subprocess.run(
        [*KEYDECK, "tenant", "list"],
        input=phrase.encode(),
        capture_output=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 5
    # On a terminal it is asked for there, while the value comes through the pipe.
    bare.run("list", code=5)
    with terminal("tenant", "add", "acme") as process:
        answer(process, MASKED.format("Passphrase of"), phrase + "\r")
    with terminal("profile", "add", "dev") as process:
        answer(process, MASKED.format("Passphrase of"), phrase + "\r")
    process = pexpect.spawn(
        "sh", ["-c", f"printf piped | {' '.join(KEYDECK)} set A"], timeout=30, encoding="utf-8"
    )
    answer(process, MASKED.format("Passphrase of"), phrase + "\r")
    process.expect("version 1")
    process.close()


@pytest.mark.parametrize(("typed", "code", "left"), [("y", 0, []), ("n", 4, ["A"]), ("", 4, ["A"])])
def test_a_deletion_asks(deck: Deck, typed: str, code: int, left: list[str]) -> None:
    deck.set("A")
    with terminal("unset", "A", code=code) as process:
        answer(process, r"Delete A from acme/dev\? \[y/N\]", typed + "\n")
    assert deck.names() == left


@pytest.mark.parametrize(("typed", "code", "left"), [("production", 0, []), ("prod", 4, ["A"])])
def test_a_protected_profile_asks_for_its_name(
    deck: Deck, typed: str, code: int, left: list[str]
) -> None:
    deck.set("A", "-p", "production")
    with terminal("unset", "A", "-p", "production", code=code) as process:
        answer(process, "Type it:", typed + "\n")
    assert deck.names("-p", "production") == left


def test_no_input_asks_nothing_on_a_terminal(deck: Deck) -> None:
    deck.set("A")
    with terminal("unset", "A", "--no-input", code=13):
        pass
    with terminal("set", "B", "--no-input", code=13):
        pass
    assert deck.names() == ["A"]


def test_a_sync_asks_about_each_conflict(deck: Deck) -> None:
    for name in ("A", "B"):
        deck.set(name)
    file = deck.file_remote()
    deck.run("sync", "-y")
    theirs = secrets.token_hex(8)
    file.write_text(f"A={theirs}\nB={theirs}\n")
    ours = deck.set("A")
    deck.set("B")
    with terminal("sync", code=0) as process:
        answer(process, r"A: both changed.*leave it \[enter\]\? ", "o\n")
        answer(process, r"B: both changed.*leave it \[enter\]\? ", "t\n")
        answer(process, r"Apply 1 there and 1 here\? \[y/N\]", "y\n")
        process.expect("2 done")
    assert deck.get("B") == theirs
    assert ours in file.read_text()


def test_a_value_on_a_terminal_ends_with_a_newline_and_drives_nothing(deck: Deck) -> None:
    deck.set("A", value="plain")
    with terminal("get", "A") as process:
        process.expect(pexpect.EOF)
        assert seen(process) == "plain\r\n"
    deck.run("set", "B", given="a\x1b[31mb\u202ec\nd")
    with terminal("get", "B") as process:
        process.expect(pexpect.EOF)
        assert "a\ufffd[31mb\ufffdc\r\nd\r\n" in seen(process)
        assert "\x1b" not in seen(process)


def test_copying_sends_osc_52_and_says_so(deck: Deck, value: str) -> None:
    deck.set("A", value=value)
    with terminal("get", "A", "-c") as process:
        process.expect(re.escape("\x1b]52;c;") + "([A-Za-z0-9+/=]*)\x07")
        assert base64.b64decode(found(process)).decode() == value
        process.expect("OSC 52")
        assert value not in seen(process)


def test_a_token_is_asked_for_and_sealed(deck: Deck, value: str) -> None:
    words = ("remote", "add", "bao", "--kind", "openbao", "--address", "http://127.0.0.1:1")
    with terminal(*words, "--ask-token") as process:
        answer(process, MASKED.format("Token:"), value + "\r")
    [remote] = deck.run("remote", "list", "--json").json["remotes"]
    assert remote["token"] == "vault"
    assert value not in str(remote)
    for path in Path(deck.home).rglob("*"):
        assert not path.is_file() or value.encode() not in path.read_bytes()


def test_a_terminated_prompt_leaves_with_its_signal(deck: Deck) -> None:
    with terminal("set", "A", code=143) as process:
        process.expect(MASKED.format("Value of A:"))
        process.kill(15)
        process.expect(re.escape("\x1b[?2004l"))


def test_the_app_without_a_command_needs_a_terminal(deck: Deck) -> None:
    done = subprocess.run(
        [*KEYDECK],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 13
    assert "keydeck list" in done.stderr
