"""Versions kept, rollback, the trash, and undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from keydeck.domain.model import Place, Secret, Trashed, VersionInfo
from keydeck.vault.vault import Vault


class Receipt(NamedTuple):
    """What a change did, enough to undo it: action, place, names with the version before.

    A version of 0 means the name did not exist; a trashed name is restored by undo.
    """

    action: str
    place: Place
    before: tuple[tuple[str, int], ...]


def versions(vault: Vault, place: Place, name: str) -> tuple[VersionInfo, ...]:
    """All kept versions, newest first; the secret may lie in the trash."""
    raise NotImplementedError


def rollback(vault: Vault, place: Place, name: str, to: int | None = None) -> Secret:
    """A new version with the value of version `to` (by default the one before the current)."""
    raise NotImplementedError


def trash(vault: Vault, place: Place) -> list[Trashed]:
    """What lies in the trash of a place, newest first."""
    raise NotImplementedError


def restore(vault: Vault, place: Place, name: str) -> Secret:
    """Take a secret out of the trash; `NotFound` (7) where it does not lie there."""
    raise NotImplementedError


def empty_trash(vault: Vault, place: Place, wanted: Sequence[str] = ()) -> int:
    """Destroy what lies in the trash (these names, or all); how many secrets."""
    raise NotImplementedError


def undo(vault: Vault, receipt: Receipt) -> str:
    """Take a change back as a new change; says in a sentence what it did.

    `Stale` (4) where a name has moved on since.
    """
    raise NotImplementedError
