"""The store as services see it: `read` and `commit`. The local file now, an agent later.

No key and no signature crosses this border. A record is named by its kind, its profile (the
key scope) and its parts; what it holds is a JSON object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from keydeck.domain.errors import Damaged, Invalid, Stale
from keydeck.domain.record import NamedTuple

Fields = Mapping[str, Any]


class Moved(Stale):
    """The store has moved on from the generation that the caller read."""


class NotAVault(Invalid):
    """The file is something else."""


class NewerFormat(Invalid):
    """The file, or a record in it, was written by a newer keydeck."""


class Older(Damaged):
    """The file is older than what this machine has seen of this vault."""


class Forked(Damaged):
    """The file has another past than what this machine has seen of this vault."""


class Key(NamedTuple):
    """Names one record. `profile` is the profile's uid for meta and value records, else b"".

    `parts` are what its id is made of, in order: uids (16 bytes), numbers, at most one name,
    last (vault.md, the table of kinds).
    """

    kind: str
    profile: bytes = b""
    parts: tuple[bytes | int | str, ...] = ()


class Record(NamedTuple):
    """What a verified read gives: the payload's fields and the SHA-256 of its seal."""

    fields: Fields
    seal: bytes


class Put(NamedTuple):
    """Write (or with `fields` None remove) one record in a commit.

    A secret's list of versions names each version's seal hash; where the version is written
    in the same commit the store fills it in (`seal` empty), since only it makes the seal.
    """

    key: Key
    fields: Fields | None


class Event(NamedTuple):
    """What the audit row of a commit says; the store adds who, scope, slot and when."""

    action: str
    tenant: str = ""
    profile: str = ""
    names: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()


class Status(NamedTuple):
    """How the store stands: its id, generation, and the way it was opened."""

    vault_id: bytes
    generation: int
    scope: str
    slot: str


class Store(Protocol):
    """A verified key-value store of sealed records under one signed root."""

    def status(self) -> Status:
        """The present state; cheap, notices what other processes committed."""
        ...

    def read(
        self, keys: Sequence[Key], generation: int | None = None
    ) -> tuple[int, list[Record | None]]:
        """Verified reads in one snapshot, and its generation; None for an absent record.

        With `generation`, raises `Moved` if the store has moved on since. `Damaged` (12)
        where anything fails to verify.
        """
        ...

    def commit(self, expected: int, event: Event, changes: Sequence[Put]) -> int:
        """Make the changes, one audit row and a new manifest in one transaction.

        Returns the new generation. Raises `Moved` if the store is not at `expected`.
        """
        ...

    def identify(self, keys: Sequence[Key]) -> list[bytes]:
        """The records' ids (16 bytes): a secret's decides on which directory page it stands."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """One writer's turn: reads and a commit inside it don't meet another writer.

        Correctness rests on `commit`'s check; a turn only keeps writers from starving.
        """
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Reads inside it see one generation, where the store can hold one (short!)."""
        ...

    def scrub(self) -> None:
        """Rewrite the file, so that no byte of what was removed is left in it.

        Removed rows are zeroed at once, but now and then the b-tree leaves a copy of a row it
        moved (4 of 6,200 were found so). Costs as much as copying the file; a failure is a
        warning, since nothing but such copies is at stake.
        """
        ...

    def audit(self, since: int = 0) -> list[Fields]:
        """Verified audit rows with a number above `since`, oldest first."""
        ...

    def close(self) -> None:
        """Forget the keys and close the file."""
        ...
