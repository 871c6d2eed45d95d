"""The audit: what changed, by whom, when; verified by its chain."""

from __future__ import annotations

from keydeck.domain.model import AuditRow
from keydeck.vault.vault import Vault


def rows(vault: Vault, *, since: str = "", name: str = "") -> list[AuditRow]:
    """Audit rows, oldest first; `since` like `7d`, `12h` or a date; only about `name`."""
    raise NotImplementedError


def verify(vault: Vault) -> int:
    """Check the chain up to the signed head; how many rows. `Damaged` (12) otherwise."""
    raise NotImplementedError
