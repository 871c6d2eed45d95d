"""Remotes (named connections) and targets (a profile's place on one)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keydeck.domain import remote as domain_remote
from keydeck.domain.model import Place, Remote, Target
from keydeck.domain.remote import Finding
from keydeck.domain.secret import SecretValue
from keydeck.vault.vault import Vault

KINDS = ("openbao", "file")


def add_remote(
    vault: Vault,
    name: str,
    kind: str,
    settings: Mapping[str, str],
    *,
    token: SecretValue | None = None,
) -> Remote:
    """A new remote; `Invalid` (11) for an unknown kind or setting, or a taken name.

    Settings: openbao `address mount namespace ca_file token_file`; file `path format`.
    """
    raise NotImplementedError


def remotes(vault: Vault) -> list[Remote]:
    """All remotes, by name."""
    raise NotImplementedError


def find_remote(vault: Vault, name: str) -> Remote:
    """The remote of that name, or `NotFound` (7) with near matches."""
    raise NotImplementedError


def remove_remote(vault: Vault, name: str) -> None:
    """Remove a remote; `Refused` (4) while a target uses it."""
    raise NotImplementedError


def try_remote(
    vault: Vault, name: str, environ: Mapping[str, str], place: Place | None = None
) -> list[Finding]:
    """Try a remote step by step."""
    raise NotImplementedError


def add_target(
    vault: Vault, place: Place, remote: str, *, name: str = "", settings: Mapping[str, str]
) -> Target:
    """A place's target on a remote; its name is the remote's by default, the path
    `TENANT/PROFILE`. Settings: openbao `path layout`; file none."""
    raise NotImplementedError


def targets(vault: Vault, place: Place) -> list[Target]:
    """The targets of a place, by name."""
    raise NotImplementedError


def choose(vault: Vault, place: Place, wanted: Sequence[str] = ()) -> list[Target]:
    """These targets, or the only one; `NotFound` (7) for none, `Usage` (64) for several."""
    raise NotImplementedError


def remove_target(vault: Vault, place: Place, name: str) -> None:
    """Remove a target and what is remembered of it; the remote itself is not touched."""
    raise NotImplementedError


def connect(vault: Vault, target: Target, environ: Mapping[str, str]) -> domain_remote.Remote:
    """Open a target's remote; the caller closes it. Loads httpx only where it is needed."""
    raise NotImplementedError
