"""`run -- CMD`: a child with the secrets in its environment (interface.md, run)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from keydeck.domain.model import Place
from keydeck.vault.vault import Vault


class Injection(NamedTuple):
    """A child's environment, which names came from the vault, which were already set."""

    environment: Mapping[str, str]
    injected: tuple[str, ...]
    kept: tuple[str, ...]  # set already: the environment won
    refused: tuple[str, ...]  # can't be an environment variable (NUL, no UTF-8)


def prepare(
    vault: Vault,
    place: Place,
    environ: Mapping[str, str],
    *,
    only: Collection[str] = (),
    override: bool = False,
    consumer: str = "",
    clean: bool = False,
    keep: Collection[str] = (),
) -> Injection:
    """The child's environment. `only` limits to these names (`NotFound` 7 otherwise)."""
    raise NotImplementedError


def execute(command: Sequence[str], injection: Injection) -> int:
    """Run it: its exit code; 126 can't be run, 127 not found; signals are passed on."""
    raise NotImplementedError
