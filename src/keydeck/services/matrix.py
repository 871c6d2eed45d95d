"""Names × profiles of a tenant, one letter per class of equal values, no value."""

from __future__ import annotations

from typing import NamedTuple

from keydeck.domain.model import Tenant
from keydeck.vault.vault import Vault

SET = "set"
MISSING = "missing"
INHERITED = "inherited"


class Cell(NamedTuple):
    """One name in one profile: state, letter (equal letters in a row are equal values)."""

    state: str
    letter: str = ""
    version: int = 0
    due_at: int | None = None
    sync: str = ""


class Matrix(NamedTuple):
    """`rows` maps a name to its cells, in the order of `profiles`; `common` the name's
    commonest letter (muted on screen)."""

    tenant: str
    profiles: tuple[str, ...]
    rows: dict[str, tuple[Cell, ...]]
    common: dict[str, str]


def matrix(vault: Vault, tenant: Tenant) -> Matrix:
    """Read the whole tenant; values are met as fingerprints only."""
    raise NotImplementedError
