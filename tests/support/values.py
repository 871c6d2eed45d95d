"""Values for tests, made when they are needed."""

from __future__ import annotations

import secrets

from keydeck.domain.secret import SecretValue


def fresh(length: int = 24) -> SecretValue:
    """A value made now, of about 4/3 of `length` characters."""
    return SecretValue(secrets.token_urlsafe(length))
