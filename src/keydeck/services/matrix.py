"""Names × profiles of a tenant, one letter per class of equal values, no value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from keydeck.domain.model import LIVE, Secret, Tenant
from keydeck.domain.record import NamedTuple

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault, View

SET = "set"
MISSING = "missing"
INHERITED = "inherited"


class Cell(NamedTuple):
    """One name in one profile: state, letter (equal letters in a row are equal values).

    `origin` names the profile that an inherited value comes from.
    """

    state: str
    letter: str = ""
    version: int = 0
    due_at: int | None = None
    origin: str = ""


class Matrix(NamedTuple):
    """`rows` maps a name to its cells, in the order of `profiles`; `common` a name to its
    commonest letter (muted on screen)."""

    tenant: str
    profiles: tuple[str, ...]
    rows: Mapping[str, tuple[Cell, ...]]
    common: Mapping[str, str]


class _Found(NamedTuple):
    secret: Secret
    fingerprint: bytes


def matrix(vault: Vault, tenant: Tenant) -> Matrix:
    """Read the whole tenant; values are met as fingerprints only."""
    with vault.read() as view:
        owner = next((t for t in view.tenants() if t.uid == tenant.uid), tenant)
        columns = {profile.uid: _column(view, profile.uid) for profile in owner.profiles}
    names = sorted({name for column in columns.values() for name in column})
    rows: dict[str, tuple[Cell, ...]] = {}
    common: dict[str, str] = {}
    for name in names:
        rows[name] = _row(owner, columns, name)
        letters = Counter(cell.letter for cell in rows[name] if cell.letter)
        common[name] = min(letters, key=lambda letter: (-letters[letter], letter))
    return Matrix(owner.name, tuple(profile.name for profile in owner.profiles), rows, common)


def _column(view: View, profile: bytes) -> dict[str, _Found]:
    live = [entry.name for entry in view.entries(profile) if entry.state == LIVE]
    secrets = list(view.secrets(profile, live).values())
    values = view.values(profile, secrets)
    return {
        secret.name: _Found(secret, view.fingerprint(value))
        for secret, value in zip(secrets, values, strict=True)
    }


def _row(
    tenant: Tenant, columns: Mapping[bytes, Mapping[str, _Found]], name: str
) -> tuple[Cell, ...]:
    letters: dict[bytes, str] = {}
    cells = []
    for profile in tenant.profiles:
        found = columns[profile.uid].get(name)
        base = columns.get(profile.extends or b"", {}).get(name)
        if found is not None:
            letter = letters.setdefault(found.fingerprint, _letter(len(letters)))
            cells.append(Cell(SET, letter, found.secret.version, found.secret.due_at))
        elif base is not None:
            origin = next(p.name for p in tenant.profiles if p.uid == profile.extends)
            cells.append(Cell(INHERITED, origin=origin))
        else:
            cells.append(Cell(MISSING))
    return tuple(cells)


def _letter(number: int) -> str:
    """0 → a, 25 → z, 26 → aa: as columns of a sheet are counted."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def words(name: str, profile: str, cell: Cell) -> Sequence[str]:
    """A cell in words, for the line below the matrix: name, place, what."""
    what = {
        SET: f"set, class {cell.letter}: equal letters in a row are equal values",
        MISSING: "missing: this profile has no value",
        INHERITED: f"inherited from {cell.origin}",
    }[cell.state]
    return (name, f"in {profile}:", what)
