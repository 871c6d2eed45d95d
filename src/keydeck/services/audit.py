"""The audit: what changed, by whom, when; verified by its chain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keydeck.domain.errors import Invalid
from keydeck.domain.model import AuditRow
from keydeck.domain.safetext import clean
from keydeck.system.clock import now_ms

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def rows(vault: Vault, *, since: str = "", name: str = "") -> list[AuditRow]:
    """Audit rows, oldest first; `since` like `7d`, `12h` or `2026-01-30`; only about `name`."""
    start = _start(since)
    return [row for row in vault.audit() if row.at >= start and (not name or name in row.names)]


def _start(since: str) -> int:
    """Unix milliseconds from which on rows count."""
    if not since:
        return 0
    span = re.fullmatch(r"(\d{1,6})([mhdw])", since)
    if span:
        return now_ms() - int(span[1]) * _UNITS[span[2]] * 1000
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise Invalid(
            f"“{clean(since)}” is no time to start from.", todo="7d, 12h, or 2026-01-30."
        ) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def verify(vault: Vault) -> int:
    """Check the chain up to the signed head; how many rows. `Damaged` (12) otherwise."""
    return len(vault.audit())
