"""Rotation, thin: a new value now, the old one kept one version back."""

from __future__ import annotations

from keydeck.domain.model import Place, Secret
from keydeck.domain.secret import SecretValue
from keydeck.vault.vault import Vault


def rotate(
    vault: Vault, place: Place, name: str, value: SecretValue, *, expected: int | None = None
) -> Secret:
    """Replace the value of an existing secret; `Invalid` (11) where it is the same value."""
    raise NotImplementedError
