"""The README does as it says: its walk on a real terminal, its commands in a real shell."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.terminal import DEADLINE, OnTerminal

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "F2": "\x1bOQ",
    "F3": "\x1bOR",
    "ctrl+p": "\x10",
}

CONFIRMED = "Its name     production"

# Step → each key or text of it, in order, with what the terminal shows after it.
WALK: dict[str, list[tuple[str, str]]] = {
    "Look": [("o", "Needed, but in no file  7")],
    "Import": [
        ("j", ">   .env"),
        ("i", "2 ticked"),
        ("A", "2 secrets imported from .env"),
        ("esc", "Files with secrets"),
        ("esc", "Secrets 10"),
    ],
    "Change": [
        ("h", "add  P protect"),
        ("g", ">  production P"),
        ("enter", "acme / production  PROTECTED"),
        ("/", "n new"),
        ("SMTP", "Secrets 1 of 16"),
        ("enter", "> SMTP_PASSWORD"),
        ("r", "Rotate SMTP_PASSWORD"),
        ("F3", "Generate a value"),
        ("enter", "40 characters"),
        ("F2", "type production, then F2"),
        ("production", CONFIRMED),
        ("F2", "SMTP_PASSWORD is at version 2"),
    ],
    "See the diff": [("s", "4 ticked")],
    "Sync": [
        ("A", "To apply 4 rows, type production"),
        ("production", "> production"),
        ("F2", "4 done"),
        ("esc", "Secrets 1 of 16"),
        ("esc", "Secrets 16"),
    ],
    "Meet a conflict": [
        ("/", "n new"),
        ("JWT", "Secrets 1 of 16"),
        ("enter", "> JWT_SECRET"),
        ("r", "Rotate JWT_SECRET"),
        ("F3", "Generate a value"),
        ("enter", "40 characters"),
        ("F2", "type production, then F2"),
        ("production", CONFIRMED),
        ("F2", "JWT_SECRET is at version 2"),
        ("s", "! conflict   JWT_SECRET"),
        ("t", "theirs over ours"),
        ("A", "To apply 1 row, type production"),
        ("production", "> production"),
        ("F2", "1 done"),
        ("esc", "Secrets 1 of 16"),
        ("esc", "Secrets 16"),
    ],
    "Be warned": [
        ("/", "n new"),
        ("STRIPE_K", "Secrets 2 of 16"),
        ("enter", "> STRIPE_KEY"),
        ("d", "Breaks for sure  3"),
        ("tab", "waiting"),
        ("production", "F2 deletes"),
        ("F2", "STRIPE_KEY went to the trash"),
    ],
    "Undo": [
        ("u", "type production, then F2"),
        ("production", CONFIRMED),
        ("F2", "STRIPE_KEY came back from the trash"),
        ("?", "esc back"),
        ("ctrl+p", ""),
        (":", ""),
        ("q", ""),
    ],
}


def steps() -> dict[str, list[str]]:
    """The walk as it is written: step → its keys and typed texts, in order."""
    section = README.split("## A walk of three minutes")[1].split("\n## ")[0]
    found = {}
    for step in re.split(r"\n(?=\d+\. \*\*)", section)[1:]:
        title = re.search(r"\*\*(.+?)\.\*\*", step)
        assert title is not None
        body = step.split("Also worth a look")[0]
        found[title[1]] = [
            key or text for key, text in re.findall(r"<kbd>(.+?)</kbd>|\btype\s+`(.+?)`", body)
        ]
    return found


class Walker(OnTerminal):
    """The demo on a terminal of 100×30."""

    def __init__(self, home: Path) -> None:
        super().__init__(
            Path("-m"),
            "keydeck.entry",
            "demo",
            environ={"TMPDIR": str(home), "HOME": str(home)},
            size=(100, 30),
        )


@pytest.fixture
def walker(tmp_path: Path) -> Iterator[Walker]:
    walker = Walker(tmp_path)
    yield walker
    walker.close()


def test_the_test_presses_what_is_written() -> None:
    assert {title: [key for key, _ in keys] for title, keys in WALK.items()} == steps()


def test_the_walk_goes_as_written(walker: Walker, tmp_path: Path) -> None:
    walker.until("Secrets 8")
    for title, pressed in WALK.items():
        for key, shown in pressed:
            if title == "Meet a conflict" and key == "s":
                await_colleague(walker)
            walker.type(NAMES.get(key, key))
            if shown:
                walker.until(shown)
            if title == "Undo" and key == "?":
                break
    walker.type("\x1b")
    walker.until("SYNC")
    walker.type(":")
    walker.until("Go to:")
    walker.type("\x1b")
    walker.until("SYNC")
    walker.type("q")
    assert walker.end() == 0
    assert "are gone" in walker.screen
    assert list(tmp_path.glob("keydeck-demo*")) == []


def await_colleague(walker: Walker) -> None:
    """The colleague needs two seconds after the sync: plan until the server has changed."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        walker.type("s")
        walker.until("checked just now")
        met = "! conflict" in walker.shown
        walker.type("\x1b")
        walker.until("SYNC")
        if met:
            return
    raise AssertionError(f"the colleague did nothing:\n{walker.shown}")


def test_the_commands_work(tmp_path: Path) -> None:
    """The block of the command line, run whole by a shell that stops at the first failure."""
    section = README.split("## The command line")[1]
    block = re.search(r"```sh\n(.+?)```", section, re.DOTALL)
    assert block is not None
    programs = tmp_path / "bin"
    programs.mkdir()
    words = shlex.join([sys.executable, "-P", "-m", "keydeck.entry"])
    (programs / "keydeck").write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    (programs / "keydeck").chmod(0o755)
    (tmp_path / "passphrase").write_text(secrets.token_urlsafe(24))
    (tmp_path / "passphrase").chmod(0o600)
    project = tmp_path / "project"
    project.mkdir()
    (project / ".env").write_text(f"OPENAI_API_KEY={secrets.token_urlsafe(24)}\n")
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", block[1]],
        cwd=project,
        env={
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "VALUE": secrets.token_urlsafe(24),
        },
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OPENAI_API_KEY" in done.stdout


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_target_of_make_that_is_named_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"make ([a-z]+)", re.sub(r"`[^`]*`|[A-Za-z ,]+and make,", "", README)))
    for target in named & {"demo", "run", "test", "check", "bench"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
