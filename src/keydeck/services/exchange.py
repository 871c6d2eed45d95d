"""Import and export of files that people already have, through the preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from keydeck.domain.model import Place
from keydeck.domain.secret import SecretValue
from keydeck.vault.vault import Vault

NEW = "new"
SAME = "same"
CONFLICT = "conflict"
REFUSED = "refused"


class ImportRow(NamedTuple):
    """One entry of a file against the vault: `new`, `same`, `conflict` or `refused` (why)."""

    name: str
    state: str
    change: str
    value: SecretValue
    local_version: int | None = None
    reason: str = ""


class ImportPlan(NamedTuple):
    """What an import would do; making it changed nothing."""

    place: Place
    source: str
    format: str
    rows: tuple[ImportRow, ...]
    problems: tuple[str, ...] = ()


def plan_import(vault: Vault, place: Place, data: bytes, source: str, form: str = "") -> ImportPlan:
    """Read a file's bytes (format by name, or guessed from `source`) and compare."""
    raise NotImplementedError


def apply_import(vault: Vault, plan: ImportPlan, *, take: Collection[str] = ()) -> int:
    """Set the new rows, and of the conflicts those in `take`; how many were set.

    One transaction; `Stale` (4) where a row's secret moved on since the plan.
    """
    raise NotImplementedError


def export(
    vault: Vault, place: Place, form: str, *, allow_sealed: Collection[str] = ()
) -> tuple[SecretValue, list[str]]:
    """The file's content, and the sealed names that were left out."""
    raise NotImplementedError


def formats() -> Mapping[str, str]:
    """Name of each format and what it is."""
    raise NotImplementedError
