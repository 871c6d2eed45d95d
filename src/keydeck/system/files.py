"""Files that hold something private: 0600, in folders 0700, never written through a symlink."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from keydeck.domain.errors import KeydeckError, NotFound, PermissionDenied, Refused
from keydeck.domain.safetext import clean


def private_folder(path: str, *, made_only: bool = False) -> str:
    """Make `path` (0700) with its parents; refuse one that is another's or a symlink.

    With `made_only` a folder that is there already is left as it is: it is the user's own.
    """
    if made_only and os.path.isdir(path):
        return path
    try:
        _make_folders(path)
    except OSError as error:
        raise file_error(path, error) from None
    info = os.lstat(path)
    if not stat.S_ISDIR(info.st_mode):
        raise Refused(f"{clean(path)} is no folder.", todo="Move it away, or name another.")
    if info.st_uid != os.geteuid():
        raise PermissionDenied(
            f"{clean(path)} belongs to another user.", todo="Use a folder of your own."
        )
    if stat.S_IMODE(info.st_mode) & 0o077:
        os.chmod(path, 0o700)
    return path


def _make_folders(path: str) -> None:
    """Make `path` with its parents, all 0700: `makedirs` would leave the parents to the umask."""
    parent = os.path.dirname(path)
    if parent and not os.path.isdir(parent):
        _make_folders(parent)
    if not os.path.isdir(path):
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)


def refuse_symlink(path: str) -> None:
    """`Refused` (4) where `path` is a symlink: what is written must land where it says."""
    if os.path.islink(path):
        raise Refused(
            f"{clean(path)} is a symbolic link, and a private file is never written through one.",
            kept="Nothing was written.",
            todo="Name the real file.",
        )


def read_file(path: str, limit: int = 64 * 1024 * 1024) -> bytes:
    """The bytes of a regular file; `NotFound`, `PermissionDenied` or `Refused` in words."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise file_error(path, error) from None
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode):
        os.close(fd)
        raise Refused(f"{clean(path)} is no regular file.", todo="Name a file.")
    with os.fdopen(fd, "rb") as file:
        if info.st_size > limit:
            raise Refused(f"{clean(path)} has {info.st_size:,} bytes; at most {limit:,} are read.")
        return file.read()


def replace_file(path: str, data: bytes, mode: int = 0o600) -> None:
    """Put `data` at `path` whole or not at all: a new file beside it, synced, then renamed.

    The temporary file lies in the same folder with `mode`, and is removed on any failure.
    """
    refuse_symlink(path)
    folder = os.path.dirname(path) or "."
    temporary = os.path.join(
        folder, f".{os.path.basename(path)}.{os.getpid()}.{os.urandom(4).hex()}"
    )
    try:
        fd = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode
        )
    except OSError as error:
        raise file_error(path, error) from None
    try:
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, mode)
            file.write(data)
            file.flush()
            os.fsync(fd)
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise file_error(path, error) from None
    sync_folder(folder)


def sync_folder(folder: str) -> None:
    """Make a rename in `folder` lasting (ignored where the file system can't)."""
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would grow beyond its limit",
    errno.EROFS: "the file system is read-only",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "a symbolic link is in the way",
    errno.ENAMETOOLONG: "the name is too long",
}


def file_error(path: str, error: OSError) -> KeydeckError:
    """An `OSError` in words, with the exit code that fits it."""
    shown = clean(path)
    if isinstance(error, FileNotFoundError):
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            return NotFound(f"There is no folder {clean(folder)}.", todo="Check the path.")
        return NotFound(f"There is no {shown}.", todo="Check the path.")
    if isinstance(error, PermissionError):
        return PermissionDenied(
            f"{shown} can't be opened: no permission.",
            kept="Nothing was changed.",
            todo="Check who owns it and its mode.",
        )
    why = _WORDS.get(error.errno or 0, os.strerror(error.errno) if error.errno else "it failed")
    return KeydeckError(
        f"{shown}: {why}.", kept="What was there before is still there.", todo="Then try again."
    )
