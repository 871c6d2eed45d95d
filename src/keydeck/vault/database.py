"""The SQLite file: opened with care, its schema compared.

Nothing here knows what is stored. Never open the file by other means while it is open here:
closing any descriptor of it would drop SQLite's locks (POSIX).
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from contextlib import suppress
from typing import Any, Final

from keydeck.domain.errors import Damaged, Stale
from keydeck.domain.safetext import clean
from keydeck.system.files import file_error, refuse_symlink
from keydeck.vault.border import DOCTOR, Border, damaged
from keydeck.vault.constants import (
    APPLICATION_ID,
    BUSY_SECONDS,
    FORMAT,
    SCHEMA,
)
from keydeck.vault.protocol import NewerFormat, NotAVault

_EXPECTED: Final = [("table", name, name, sql) for name, sql in SCHEMA.items()]


def _fits(rows: list[tuple[Any, ...]]) -> bool:
    return rows == _EXPECTED or (len(rows) == len(_EXPECTED) and set(rows) == set(_EXPECTED))


def connect(path: str) -> sqlite3.Connection:
    """A connection to a file that is there, trusting nothing of it."""
    full = os.path.abspath(path)
    quoted = full.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(
        f"file:/{quoted.lstrip('/')}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    return connection


def set_up(connection: sqlite3.Connection) -> None:
    """How format 1 is written: whole at rest, removed rows zeroed."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync=ON")


class Database:
    """One connection to a vault's file, and what has to hold of the file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.border = Border(path)
        self._full = os.path.abspath(path)
        self.writing = False
        self._checked = False
        try:
            info = os.stat(path)
        except OSError as error:
            raise file_error(path, error) from None
        if not stat.S_ISREG(info.st_mode):
            raise NotAVault(f"{clean(path)} is no regular file.", todo="Name a vault.")
        self._identity = (info.st_dev, info.st_ino)
        with self.border:
            self.connection = connect(path)
        try:
            with self.border:
                self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        try:
            rows = self._schema()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
                raise self._no_vault() from None
            raise
        self._compare(rows)
        if self.one("PRAGMA application_id")[0] != APPLICATION_ID:
            raise self._no_vault()
        if self.one("PRAGMA journal_mode")[0] != "delete":
            raise Damaged(
                f"{clean(self.path)} was switched to another journal mode.",
                kept="Nothing was changed.",
                todo="Restore a backup: an open copy in that mode can be read as an older state.",
            )
        set_up(self.connection)
        self.header()

    def _schema(self) -> list[tuple[Any, ...]]:
        return self.all("SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT 20")

    def check_schema(self) -> None:
        """`Damaged` unless the schema is format 1's, letter by letter."""
        if not _fits(self._schema()):
            raise Damaged(
                f"The layout of {clean(self.path)} was changed.",
                kept="Nothing was changed.",
                todo=DOCTOR,
            )

    def _compare(self, rows: list[tuple[Any, ...]]) -> None:
        if _fits(rows):
            return
        if self.one("PRAGMA application_id")[0] != APPLICATION_ID:
            raise self._no_vault()
        if ("table", "header", "header", SCHEMA["header"]) in rows:
            self.header()
        self.check_schema()

    def _no_vault(self) -> NotAVault:
        return NotAVault(
            f"{clean(self.path)} is no keydeck vault.",
            kept="It was not touched.",
            todo="Name a vault, or make one: keydeck init. (A vault whose very beginning is"
            " damaged looks like this too: restore a backup.)",
        )

    def header(self) -> bytes:
        """The vault id; `NewerFormat` where a newer keydeck made the file."""
        rows = self.all("SELECT one, format, vault_id FROM header LIMIT 2")
        if len(rows) != 1 or rows[0][0] != 1 or type(rows[0][1]) is not int:
            raise damaged(self.path)
        _, version, vault_id = rows[0]
        if version > FORMAT:
            raise NewerFormat(
                f"{clean(self.path)} has format {version}; this keydeck knows format {FORMAT}.",
                kept="It was not touched.",
                todo="Install a newer keydeck.",
            )
        if version != FORMAT or type(vault_id) is not bytes or len(vault_id) != 16:
            raise damaged(self.path)
        return vault_id

    def all(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""
        return self.connection.execute(sql, parameters).fetchall()

    def one(self, sql: str) -> tuple[Any, ...]:
        """The first row of a statement; damage where there is none."""
        row = self.connection.execute(sql).fetchone()
        if row is None:
            raise damaged(self.path)
        return tuple(row)

    def begin(self, *, write: bool = False) -> None:
        """Begin a transaction: deferred, or with `write` the one writer's."""
        self._same_file()
        if write:
            refuse_symlink(self._full)
        with self.border:
            self.connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        self.writing = write

    def _same_file(self) -> None:
        try:
            info = os.stat(self._full)
        except OSError as error:
            raise file_error(self.path, error) from None
        if (info.st_dev, info.st_ino) != self._identity:
            raise Stale(
                f"{clean(self.path)} was replaced by another file while it was open.",
                kept="Nothing was changed.",
                todo="Lock, and unlock again to see the new one.",
            )

    def check_before_write(self) -> None:
        """What must hold before a transaction writes: the schema, and once the b-trees."""
        with self.border:
            self.check_schema()
            if not self._checked:
                if self.all("PRAGMA integrity_check") != [("ok",)]:
                    raise damaged(self.path)
                self._checked = True

    @property
    def active(self) -> bool:
        """Whether a transaction is under way; `Locked` (5) where the file was closed."""
        with self.border:
            return self.connection.in_transaction

    def commit(self) -> None:
        """End the transaction; what was written is on the disk afterwards."""
        self.writing = False
        with self.border:
            self.connection.execute("COMMIT")

    def rollback(self) -> None:
        """End the transaction as if nothing had been written."""
        self.writing = False
        with suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def vacuum(self) -> None:
        """Rewrite the file without anything that is not in use; outside a transaction."""
        with self.border:
            self.connection.execute("VACUUM")

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self.connection.close()
