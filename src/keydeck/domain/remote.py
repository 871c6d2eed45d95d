"""What passes between a sync and any kind of remote: snapshots, writes, outcomes.

The Protocol that each kind meets is `Remote` below; the kinds live in `keydeck.remotes`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol

from keydeck.domain.record import NamedTuple
from keydeck.domain.secret import SecretValue


class Capabilities(NamedTuple):
    """What a kind of remote can prove and do (sync.md): nothing else may be claimed."""

    list_names: bool = True
    read_values: bool = True
    versions: bool = True
    updated_at: bool = True
    compare_and_set: bool = True
    delete: bool = True
    keeps_secret: bool = True  # a sealed secret may go there (false for a plain file)
    text_only: bool = True  # bytes that are no UTF-8 are refused


class Item(NamedTuple):
    """One name at a remote as it was read.

    `value` is None where it can't be read. `version` and `created` together are its identity
    (a version alone may start again); `updated_at` is Unix milliseconds or None; `note` says
    who, where the remote knows it.
    """

    name: str
    value: SecretValue | None
    version: str = ""
    created: str = ""
    updated_at: int | None = None
    note: str = ""


class Snapshot(NamedTuple):
    """Everything at a target at one moment. `version` is the whole place's (`v12`), if any."""

    items: Mapping[str, Item]
    version: str = ""
    where: str = ""  # for people: `secret/acme/production`
    warnings: tuple[str, ...] = ()


class Write(NamedTuple):
    """One change to make, guarded by what the plan saw.

    `value` None deletes. `seen` is the item the plan saw (None: the name was absent); where
    the name has moved on since, the outcome is `stale` and nothing is written.
    """

    name: str
    value: SecretValue | None
    seen: Item | None


DONE = "done"
STALE = "stale"
REFUSED = "refused"
FAILED = "failed"
SKIPPED = "skipped"


class Outcome(NamedTuple):
    """What became of one write. `code` is the exit code that its failure stands for."""

    name: str
    result: str
    version: str = ""
    created: str = ""
    error: str = ""
    code: int = 0


class Finding(NamedTuple):
    """One line of `remote test`: what was tried, whether it works, what to do if not.

    `code` is the exit code that a failed step stands for.
    """

    what: str
    ok: bool
    detail: str = ""
    code: int = 1


class Remote(Protocol):
    """One target's place on a remote, opened. Blocking calls: a face runs them in a thread.

    Errors: `NetworkError` (9: unreachable, sealed), `NotLoggedIn` (8), `PermissionDenied` (10),
    `NotFound` (7: wrong mount), `Invalid` (11: a value it can't hold), `Conflict` never.
    """

    kind: str

    @property
    def capabilities(self) -> Capabilities:
        """What can be claimed here."""
        ...

    def snapshot(self, names: Collection[str] | None = None) -> Snapshot:
        """Read the whole place (or these names of it)."""
        ...

    def verify(self, names: Collection[str]) -> Snapshot:
        """Read these names as they are after the last write, never from the past."""
        ...

    def apply(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Make the changes, yielding an outcome for each as it is known; closing it cancels.

        A row's failure is an outcome; what stops all rows (401, 403, sealed) is raised after
        the outcomes that are known.
        """
        ...

    def refuses(self, name: str, value: SecretValue) -> str:
        """Why this name or value can't be held here, in words; empty when it can."""
        ...

    def test(self) -> list[Finding]:
        """Try the connection step by step: address, log-in, mount, path."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


Progress = Callable[[int, int], None]
"""Called with (done, of): from the thread that works."""


class Line(NamedTuple):
    """One entry of a secrets file: name, value, the line it stands on (from 1)."""

    name: str
    value: SecretValue
    line: int


class Parsed(NamedTuple):
    """A secrets file, read: entries in order (the last of a doubled name counts), problems."""

    entries: tuple[Line, ...]
    problems: tuple[str, ...] = ()

    def values(self) -> dict[str, SecretValue]:
        """Name to value; of a doubled name the last."""
        return {entry.name: entry.value for entry in self.entries}


class Codec(Protocol):
    """A format of secrets file: parse and write, nothing else."""

    name: str
    suffixes: tuple[str, ...]

    def parse(self, data: bytes) -> Parsed:
        """Read it; `Invalid` (11), with the line, where it is not of this format at all."""
        ...

    def edit(self, data: bytes, changes: Mapping[str, SecretValue | None]) -> bytes:
        """`data` with these names set (None: removed); comments, order and line ends kept."""
        ...

    def write(self, values: Mapping[str, SecretValue]) -> bytes:
        """A new file with these entries, in their order."""
        ...

    def refuses(self, name: str, value: SecretValue) -> str:
        """Why this can't be held in this format, in words; empty when it can."""
        ...
