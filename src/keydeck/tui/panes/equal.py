"""Which other profiles of the tenant have a name, and which of them the same value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keydeck.domain.model import LIVE, Place, Profile
from keydeck.domain.secret import SecretValue

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault


class Elsewhere(NamedTuple):
    """A name in another profile: its version (0: not set there), whether the value is equal."""

    profile: Profile
    version: int
    equal: bool


def elsewhere(
    vault: Vault, place: Place, name: str, value: SecretValue | None = None
) -> list[Elsewhere]:
    """The name in each other profile of the tenant, held against `value` where one is given.

    Blocking: one reading of the vault; values are compared in constant time and dropped.
    """
    out: list[Elsewhere] = []
    with vault.read() as view:
        for profile in place.tenant.profiles:
            if profile.uid == place.profile.uid:
                continue
            secret = view.secret(profile.uid, name) if name else None
            if secret is None or secret.state != LIVE:
                out.append(Elsewhere(profile, 0, False))
                continue
            equal = value is not None and view.value(profile.uid, secret) == value
            out.append(Elsewhere(profile, secret.version, equal))
    return out
