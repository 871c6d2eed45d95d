"""Rotation, thin: a new value now, the old one kept one version back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keydeck.domain.errors import Invalid
from keydeck.domain.model import Place, Secret
from keydeck.domain.names import check_value
from keydeck.domain.secret import SecretValue
from keydeck.services.secrets import find_in, require_version

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault


def rotate(
    vault: Vault, place: Place, name: str, value: SecretValue, *, expected: int | None = None
) -> Secret:
    """Replace the value of an existing secret; `Invalid` (11) where it is the same value."""
    check_value(value)
    with vault.write("rotate", place.tenant.name, place.profile.name, [name]) as change:
        secret = find_in(change, place, name)
        if expected is not None:
            require_version(place, name, secret, expected)
        if change.value(place.profile.uid, secret) == value:
            raise Invalid(
                f"The new value of {name} is the one it has.",
                kept="Nothing was changed.",
                todo="Give another value, or --generate one.",
            )
        return change.set_value(place.profile.uid, name, value, origin="rotate")
