"""New values made here, from the system's random source."""

from __future__ import annotations

from keydeck.domain.secret import SecretValue


def generate(spec: str = "") -> SecretValue:
    """A new value by `spec`: `len=40` (default 32), `set=alnum|hex|base64|base64url|digits|
    ascii|words`, `bytes=48` (with base64 or hex), joined by commas. `Invalid` (11) otherwise.
    """
    raise NotImplementedError


def strength(spec: str = "") -> int:
    """Bits of entropy that `spec` gives."""
    raise NotImplementedError
