"""A command's whole process against a bare interpreter of the same environment."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, alternate, at_most
from bench.room import Filled, clean_venv, workplace

SECRETS = 100
ROUNDS = 40


def figures() -> Iterator[Figure]:
    """`get`, `list` and `set` with a key-file slot against `python -c pass`."""
    programs = clean_venv()
    with workplace() as folder:
        filled = Filled(folder, SECRETS)
        filled.vault.close()
        yield from _figures(programs, filled)


def _figures(programs: Path, filled: Filled) -> Iterator[Figure]:
    python, keydeck = str(programs / "python"), str(programs / "keydeck")
    commands = {
        "pass": [python, "-c", "pass"],
        "get": [keydeck, "get", filled.names[7]],
        "list": [keydeck, "list"],
        "list --json": [keydeck, "list", "--json"],
    }

    def run(words: list[str]) -> None:
        done = subprocess.run(words, env=filled.environ, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()

    works = [lambda words=words: run(words) for words in commands.values()]
    floor, *ours = alternate(works, ROUNDS)
    for name, taken in zip(list(commands)[1:], ours, strict=True):
        yield at_most(f"keydeck {name}, {SECRETS} secrets", taken, "python -c pass", floor, 5)
