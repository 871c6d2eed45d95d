"""A secrets file as a remote that needs no server: `.env`, JSON, systemprompt's `secrets.json`.

Read whole, replaced whole, under a lock on its folder (nothing is left lying beside it).
Compare-and-set is per name: a file that changed since the plan is read again, and rows whose
own value did not move go on.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from keydeck.domain.errors import KeydeckError, NotFound, Refused, Stale
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import (
    DONE,
    REFUSED,
    STALE,
    Capabilities,
    Codec,
    Finding,
    Item,
    Outcome,
    Snapshot,
    Write,
)
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.system.files import file_error, read_file, refuse_symlink, replace_file

NEW_MODE = 0o600
LOCK_SECONDS = 10.0
MAX_ROUNDS = 20

Values = Mapping[str, SecretValue]


class _State(NamedTuple):
    """The file as it was read: bytes (None where there is none), what tells a later one apart."""

    data: bytes | None
    stamp: tuple[int, int, int] = (0, 0, 0)
    mode: int = NEW_MODE

    @property
    def version(self) -> str:
        """Twelve hex digits over content, time and inode.

        Not over the content alone: an unkeyed hash that is shown would let somebody try
        guesses of a short file against it.
        """
        if self.data is None:
            return ""
        mixed = hashlib.sha256(repr(self.stamp).encode() + b"\0" + self.data)
        return mixed.hexdigest()[:12]

    @property
    def updated_at(self) -> int | None:
        """When the file was last changed, in Unix milliseconds."""
        return None if self.data is None else self.stamp[1] // 1_000_000


class FileRemote:
    """One secrets file; meets `keydeck.domain.remote.Remote`.

    Errors: `PermissionDenied` (10), `Refused` (4: a symlink, no regular file, a lock that is
    held), `Invalid` (11: not of this format).
    """

    kind = "file"

    def __init__(self, path: str, codec: Codec) -> None:
        self.path = os.path.abspath(os.path.expanduser(path))
        self._codec = codec

    @property
    def where(self) -> str:
        """The file's path, for people."""
        return clean(self.path)

    @property
    def capabilities(self) -> Capabilities:
        """No versions, and no place for what has to stay secret: it is a plain file."""
        return Capabilities(versions=False, keeps_secret=False)

    def snapshot(self, names: Collection[str] | None = None) -> Snapshot:
        """Read the file; one that is not there is empty."""
        state = self._read()
        values, problems = self._parse(state)
        items = {
            name: self._item(name, value, state)
            for name, value in values.items()
            if names is None or name in names
        }
        return Snapshot(items, state.version, self.where, (*self._warn(state), *problems))

    def verify(self, names: Collection[str]) -> Snapshot:
        """Read these names as they stand in the file now."""
        return self.snapshot(names)

    def apply(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Make all changes in one replacement of the file, or none of them."""
        possible = []
        for write in writes:
            why = self.refuses(write.name, write.value) if write.value is not None else ""
            if why:
                yield Outcome(write.name, REFUSED, error=why, code=11)
            else:
                possible.append(write)
        if possible:
            yield from self._apply(possible)

    def refuses(self, name: str, value: SecretValue) -> str:
        """Why the format can't hold this, in words."""
        return self._codec.refuses(name, value)

    def test(self) -> list[Finding]:
        """Whether the file can be read, is of its format, private, and can be replaced."""
        try:
            refuse_symlink(self.path)
            state = self._read()
            values, problems = self._parse(state)
        except KeydeckError as error:
            return [Finding("file", False, error.what, error.code)]
        count = f"{len(values)} secret{'' if len(values) == 1 else 's'}"
        there = count if state.data is not None else "not there yet"
        found = [Finding("file", True, f"{self.where}: {there}")]
        found += [Finding("format", False, problem, 11) for problem in problems[:5]]
        found += [Finding("private", False, warning) for warning in self._warn(state)]
        folder = os.path.dirname(self.path)
        writable = os.access(folder, os.W_OK | os.X_OK)
        words = "can be written to" if writable else "can't be written to"
        return [*found, Finding("folder", writable, f"{clean(folder)} {words}", 10)]

    def close(self) -> None:
        """Nothing is held open."""

    def _apply(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        with _locked(os.path.dirname(self.path)):
            for _ in range(MAX_ROUNDS):
                state = self._read()
                values, _ = self._parse(state)
                going = [write for write in writes if not _moved(write, values)]
                data = self._changed(state, values, going)
                if data is None or data == state.data:
                    break
                refuse_symlink(self.path)
                if self._stamp() == state.stamp:  # an editor that knows no lock may have saved
                    replace_file(self.path, data, state.mode)
                    state = self._read()
                    break
            else:
                raise Stale(
                    f"{self.where} keeps changing: no moment was found to write it.",
                    kept="Nothing was written.",
                    todo="Close what is writing it, then try again.",
                )
        done = {write.name for write in going}
        for write in writes:
            if write.name in done:
                yield Outcome(write.name, DONE, state.version)
            else:
                error = "It changed in the file after the plan was made."
                yield Outcome(write.name, STALE, state.version, error=error, code=4)

    def _changed(self, state: _State, values: Values, writes: Sequence[Write]) -> bytes | None:
        """The file with the changes, read again before it is trusted; None: nothing to write."""
        changes = {write.name: write.value for write in writes}
        wanted = {**values, **{name: v for name, v in changes.items() if v is not None}}
        for name, value in changes.items():
            if value is None:
                wanted.pop(name, None)
        if state.data is None:
            if not wanted:
                return None
            data = self._codec.write(wanted)
        else:
            data = self._codec.edit(state.data, changes)
        if self._codec.parse(data).values() != wanted:
            raise KeydeckError(
                f"{self.where} would not read back as it was meant to be written.",
                kept="The file was left as it is.",
                todo="Check the lines of the file that are out of the ordinary.",
            )
        return data

    def _read(self) -> _State:
        before = self._stamp()
        for _ in range(MAX_ROUNDS):
            try:
                data = read_file(self.path)
                mode = stat.S_IMODE(os.stat(self.path).st_mode) & 0o777
            except (NotFound, FileNotFoundError):
                return _State(None)
            except OSError as error:
                raise file_error(self.path, error) from None
            after = self._stamp()
            if after == before:
                return _State(data, after, mode)
            before = after
        raise Stale(f"{self.where} keeps changing while it is read.", todo="Try again.")

    def _stamp(self) -> tuple[int, int, int]:
        """Inode, time of change in nanoseconds, size; zeros where there is no file."""
        try:
            info = os.stat(self.path)
        except OSError:
            return (0, 0, 0)
        return (info.st_ino, info.st_mtime_ns, info.st_size)

    def _parse(self, state: _State) -> tuple[dict[str, SecretValue], tuple[str, ...]]:
        if state.data is None:
            return {}, ()
        parsed = self._codec.parse(state.data)
        return parsed.values(), tuple(clean(problem) for problem in parsed.problems)

    def _item(self, name: str, value: SecretValue, state: _State) -> Item:
        return Item(name, value, state.version, "", state.updated_at)

    def _warn(self, state: _State) -> tuple[str, ...]:
        if state.data is None or not state.mode & 0o077:
            return ()
        return (
            f"{self.where} can be opened by others on this machine (mode {state.mode:04o}); "
            "chmod 600 keeps it to you.",
        )


def _moved(write: Write, values: Values) -> bool:
    """Whether the name's own value is another one than the plan saw."""
    now = values.get(write.name)
    if write.seen is None or now is None:
        return (write.seen is None) != (now is None)
    return write.seen.value != now


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """One writer at a time, by a lock on the folder itself."""
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise file_error(folder, error) from None
    try:
        _wait_for(fd, folder)
        yield
    finally:
        os.close(fd)


def _wait_for(fd: int, folder: str) -> None:
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EINTR):
                return None  # a file system without locks: the check before the rename remains
        if time.monotonic() > until:
            raise Refused(
                f"Another program holds the lock on {clean(folder)}.",
                kept="Nothing was written.",
                todo="Wait for it to end, then try again.",
            )
        time.sleep(0.01)
