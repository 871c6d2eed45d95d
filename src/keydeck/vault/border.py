"""What SQLite raises, put into words: the one place where it becomes a `KeydeckError`."""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Final

from keydeck.domain.errors import Damaged, KeydeckError, Locked, PermissionDenied
from keydeck.domain.safetext import clean
from keydeck.vault.constants import BUSY_SECONDS

_KEPT: Final = "What was there before is still there."
DOCTOR: Final = "Run keydeck doctor; restore a backup if it finds damage."


class Border:
    """Turns what SQLite raises into a `KeydeckError`, at the one place where it comes in."""

    def __init__(self, path: str) -> None:
        self._path = clean(path)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, sqlite3.Error | UnicodeDecodeError | MemoryError | OverflowError):
            raise self.words(error) from None

    def words(self, error: BaseException) -> KeydeckError:
        """The error that says what happened to the file."""
        code = getattr(error, "sqlite_errorcode", None) or 0
        if code == sqlite3.SQLITE_IOERR_SHORT_READ:
            return damaged(self._path)
        if code & 0xFF in _WORDS:
            kind, what, kept, todo = _WORDS[code & 0xFF]
            return kind(f"{self._path} {what}", kept=kept, todo=todo)
        if isinstance(error, sqlite3.ProgrammingError):
            return Locked("The vault is locked.", todo="Unlock it again.")
        if isinstance(error, MemoryError):
            return KeydeckError(f"There is too little memory to read {self._path}.", kept=_KEPT)
        return damaged(self._path)


_UNCHANGED: Final = "Nothing was changed."
_BUSY: Final = (
    KeydeckError,
    f"has been held by another program for {BUSY_SECONDS:.0f} seconds.",
    _UNCHANGED,
    "Try again, or end the other program.",
)
_READ_ONLY: Final = (
    PermissionDenied,
    "can only be read: no permission to write it or its folder.",
    _UNCHANGED,
    "Check who owns it and its mode.",
)
_WORDS: Final[dict[int, tuple[type[KeydeckError], str, str, str]]] = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_AUTH: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: (
        PermissionDenied,
        "or its journal beside it can't be opened.",
        _UNCHANGED,
        "Check who owns the file and its folder, and their modes.",
    ),
    sqlite3.SQLITE_FULL: (
        KeydeckError,
        "can't grow: the disk is full.",
        _KEPT,
        "Make room, then try again.",
    ),
    sqlite3.SQLITE_IOERR: (
        KeydeckError,
        "can't be read or written: the disk is full, a size limit is reached, or it is failing.",
        _KEPT,
        "Make room or check the disk, then try again.",
    ),
}
"""SQLite's primary result code to what it means for a person."""


def damaged(path: str) -> Damaged:
    """A damaged file."""
    return Damaged(f"{clean(path)} is damaged.", kept="Nothing was changed.", todo=DOCTOR)
