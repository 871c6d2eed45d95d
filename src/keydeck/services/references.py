"""Who uses a secret: consumers declared by hand and what a scan of the project finds."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from keydeck.domain.model import Consumer, Place
from keydeck.domain.reference import Dynamic, Reference
from keydeck.vault.vault import Vault


class Dependants(NamedTuple):
    """What breaks when names go: `sure`, `perhaps`, and the look-ups nobody can know."""

    sure: tuple[Reference, ...]
    perhaps: tuple[Reference, ...]
    dynamic: tuple[Dynamic, ...]
    folder: str
    skipped: tuple[str, ...] = ()


def link(vault: Vault, place: Place, name: str, to: str) -> Consumer:
    """Declare that `to` (`agent:support`) uses a secret; the consumer is made if new."""
    raise NotImplementedError


def unlink(vault: Vault, place: Place, name: str, to: str) -> None:
    """Take a link back; `NotFound` (7) where there is none."""
    raise NotImplementedError


def linked(vault: Vault, place: Place, names: Collection[str] = ()) -> list[Reference]:
    """Declared uses of these names (all live ones by default)."""
    raise NotImplementedError


def refs(vault: Vault, place: Place, names: Collection[str], folder: str) -> Dependants:
    """Declared uses and those found under `folder` (empty: no scan)."""
    raise NotImplementedError


def dependants(vault: Vault, place: Place, names: Collection[str], folder: str) -> Dependants:
    """Like `refs`, for names about to be deleted."""
    raise NotImplementedError


def project_folder(start: str) -> str:
    """The project around `start`: the nearest folder above with a git repository or a
    `keydeck.toml`, else `start` itself; never the home folder or the root (empty then)."""
    raise NotImplementedError
