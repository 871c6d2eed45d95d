"""Reading and writing one secret in a large vault."""

from __future__ import annotations

import itertools
import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Figure, alternate, at_most, under
from bench.room import Filled, value, workplace
from keydeck.services import secrets as verbs

SECRETS = 10_000


def figures() -> Iterator[Figure]:
    """A verified read, and a whole `set` against the raw rows that it comes to."""
    with workplace() as folder:
        filled = Filled(folder, SECRETS)
        order = random.Random(1)
        names = itertools.cycle(order.sample(filled.names, 500))
        (read,) = alternate([lambda: verbs.get(filled.vault, filled.place, next(names))], 500)
        yield under(f"verified read of one secret of {SECRETS:,}", read, 0.5)
        raw = Raw(folder / "raw.db", filled.path, _rows_of_a_set(filled))
        ours, floor = alternate(
            [
                lambda: verbs.set_value(filled.vault, [filled.place], next(names), value()),
                raw.commit,
            ],
            200,
            warm=10,
        )
        yield at_most(
            f"a whole set in {SECRETS:,}", ours, f"raw commit of {len(raw.sizes)} rows", floor, 1.5
        )


def _dump(path: Path) -> dict[tuple[str, object], bytes]:
    """Every row of a vault: its table and key, and its bytes."""
    database = sqlite3.connect(path)
    rows: dict[tuple[str, object], bytes] = {}
    for table, key, body in (
        ("record", "id", "seal"),
        ("audit", "n", "seal"),
        ("leaves", "n", "hashes"),
        ("manifest", "one", "CAST(body || signature AS BLOB)"),
    ):
        for row in database.execute(f"SELECT {key}, {body} FROM {table}"):
            rows[table, row[0]] = bytes(row[1])
    database.close()
    return rows


def _rows_of_a_set(filled: Filled) -> list[int]:
    """The sizes of the rows that a `set` of an existing secret writes."""
    before = _dump(filled.path)
    verbs.set_value(filled.vault, [filled.place], filled.names[11], value())
    after = _dump(filled.path)
    return [len(body) for key, body in after.items() if before.get(key) != body]


class Raw:
    """A database as large as the vault, and commits of as many rows of the same sizes."""

    def __init__(self, path: Path, like: Path, sizes: list[int]) -> None:
        self.sizes = sizes
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(
            "PRAGMA page_size=4096; PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"
            "PRAGMA secure_delete=ON;"
            "CREATE TABLE record (id BLOB PRIMARY KEY, seal BLOB NOT NULL) WITHOUT ROWID"
        )
        self._database.execute("BEGIN")
        for body in _dump(like).values():
            self._put(len(body))
        self._database.execute("COMMIT")

    def _put(self, size: int) -> None:
        row = (os.urandom(16), os.urandom(size))
        self._database.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", row)

    def commit(self) -> None:
        """One transaction of those rows."""
        self._database.execute("BEGIN IMMEDIATE")
        for size in self.sizes:
            self._put(size)
        self._database.execute("COMMIT")
