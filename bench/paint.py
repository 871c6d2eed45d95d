"""From the start of the process to the first screen, against an empty app of four panes."""

from __future__ import annotations

import compileall
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.measure import Figure, alternate, at_most, plain
from bench.room import Filled, clean_venv, workplace

SIZE = (80, 24)
ROUNDS = 20
PATIENCE = 20.0

EMPTY = """
from textual.app import App
from textual.containers import Horizontal
from textual.widgets import Static


class Empty(App):
    CSS = "Static { border: round white; width: 1fr; }"

    def compose(self):
        yield Horizontal(*(Static(f"pane {word}") for word in ("one", "two", "three", "four")))


def main():
    Empty().run()
"""


def figures() -> Iterator[Figure]:
    """The main screen of a vault of 100 and of 10,000 secrets, unlocked by a key file."""
    programs = clean_venv()
    with workplace() as folder:
        (folder / "empty.py").write_text(EMPTY)
        compileall.compile_dir(folder, quiet=2)
        small, large = Filled(folder, 100), Filled(folder, 10_000)
        for filled in (small, large):
            filled.vault.close()
        python, keydeck = str(programs / "python"), str(programs / "keydeck")
        empty = [python, "-c", "import empty; empty.main()"]
        floor, first, few, much = alternate(
            [
                partial(_until, empty, small.environ, folder, b"pane four"),
                partial(_until, [keydeck], small.environ, folder, b"Profiles"),
                partial(_until, [keydeck], small.environ, folder, b"SERVICE_000009_KEY"),
                partial(_until, [keydeck], large.environ, folder, b"SERVICE_000009_KEY"),
            ],
            ROUNDS,
        )
        yield at_most("first paint of the panes", first, "empty app of four panes", floor, 1.25)
        yield plain("100 secrets read and shown", few)
        yield plain("10,000 secrets read and shown", much)


def _until(words: list[str], environ: Mapping[str, str], folder: Path, mark: bytes) -> None:
    """Start a program on a terminal of its own and wait until it shows `mark`; then kill it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    process = subprocess.Popen(
        words,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=folder,
        env={**environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(slave)
    seen = b""
    try:
        while mark not in seen:
            if not select.select([master], [], [], PATIENCE)[0]:
                raise RuntimeError(f"{words[0]} never showed {mark!r}: {seen[-500:]!r}")
            seen += os.read(master, 65536)
    finally:
        process.kill()
        process.wait()
        os.close(master)
