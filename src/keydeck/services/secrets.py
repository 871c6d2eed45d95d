"""The verbs on secrets: list, get, set, edit, delete to the trash, restore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from keydeck.domain.model import Base, Place, Secret
from keydeck.domain.secret import SecretValue
from keydeck.vault.vault import Vault


class Listed(NamedTuple):
    """One row of a list: a secret without its value, where it comes from, who uses it.

    `bases` is what is remembered at each of the profile's targets, by target name;
    `changed_here` says whether the value moved on since (no network was asked).
    """

    secret: Secret
    origin: str
    uses: int
    bases: dict[str, Base]

    def changed_here(self, target: str) -> bool:
        """Whether the value changed since it last agreed with that target."""
        base = self.bases.get(target)
        return base is None or base.local != self.secret.version


def names(vault: Vault, place: Place) -> list[str]:
    """Names of the live secrets of a place, sorted: one reading of the directory, no more."""
    raise NotImplementedError


def rows(vault: Vault, place: Place, wanted: Iterable[str] | None = None) -> list[Listed]:
    """Rows of these names (all live ones by default), by name."""
    raise NotImplementedError


def find(vault: Vault, place: Place, name: str) -> Secret:
    """The secret of that exact name, live; `NotFound` (7) with near matches otherwise."""
    raise NotImplementedError


def lookup(vault: Vault, place: Place, name: str) -> tuple[Secret, str]:
    """Like `find`, falling back to the other case where that is unique; the second says so."""
    raise NotImplementedError


def get(vault: Vault, place: Place, name: str, number: int | None = None) -> SecretValue:
    """The value (of a version). `Refused` (4) where the secret is sealed."""
    raise NotImplementedError


def set_value(
    vault: Vault,
    places: Sequence[Place],
    name: str,
    value: SecretValue,
    *,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    sealed: bool | None = None,
    new: bool = False,
    allow_empty: bool = False,
    origin: str = "set",
    expected: int | None = None,
) -> list[Secret]:
    """Set a value in one or more profiles of a tenant, in one transaction.

    `expected` is the version an edit began on (0: the name was free): `Stale` (4) if it has
    moved on. `Invalid` (11) for names, values, or a name that is there in another case
    (unless `new`).
    """
    raise NotImplementedError


def set_many(
    vault: Vault, place: Place, values: dict[str, SecretValue], *, origin: str = "set"
) -> list[Secret]:
    """Set many in one transaction."""
    raise NotImplementedError


def edit(
    vault: Vault,
    place: Place,
    name: str,
    *,
    description: str | None = None,
    tags: Sequence[str] | None = None,
    sealed: bool | None = None,
) -> Secret:
    """Change description, tags, sealed; the value and its age stay. Unsealing is `Refused`."""
    raise NotImplementedError


def delete(vault: Vault, place: Place, wanted: Sequence[str]) -> list[Secret]:
    """Move secrets to the trash, all or none; dependants are the caller's question."""
    raise NotImplementedError


def require_confirmed(place: Place, confirm: str, doing: str) -> None:
    """`Refused` (4) where a protected profile's name was not typed (`--confirm PROFILE`)."""
    raise NotImplementedError
