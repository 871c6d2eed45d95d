"""A new vault file: made where nothing is, with the tables of format 1."""

from __future__ import annotations

import os
import sqlite3

from keydeck.domain.errors import Refused
from keydeck.domain.safetext import clean
from keydeck.system.files import file_error, sync_folder
from keydeck.vault.constants import APPLICATION_ID, PAGE_SIZE, SCHEMA
from keydeck.vault.database import connect, set_up


def refuse_existing(path: str) -> None:
    """`Refused` (4) where anything is at `path`, a dangling symlink too."""
    if os.path.lexists(path):
        raise Refused(
            f"{clean(path)} is there already.",
            kept="It was not touched.",
            todo="Open it, or name another path.",
        )


def create_file(path: str) -> None:
    """Make an empty vault file (0600) with the schema; `Refused` (4) where anything is there."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        if not os.path.isdir(folder):
            os.makedirs(folder, mode=0o700, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        refuse_existing(path)
        raise
    except OSError as error:
        raise file_error(path, error) from None
    os.fchmod(fd, 0o600)
    os.close(fd)
    sync_folder(folder)


def create_tables(path: str) -> sqlite3.Connection:
    """A connection to an empty file, in a transaction that has made the tables."""
    connection = connect(path)
    connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
    connection.execute("PRAGMA encoding='UTF-8'")
    connection.execute("PRAGMA journal_mode=DELETE")
    set_up(connection)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    for sql in SCHEMA.values():
        connection.execute(sql)
    return connection
