"""Versions, trash and audit in words."""

from __future__ import annotations

import time

from keydeck.domain.model import CURRENT, PENDING, AuditRow, Trashed, VersionInfo
from keydeck.domain.safetext import clean
from keydeck.system.clock import ago, now_ms
from keydeck.tui.text import Role, Span

DAY_MS = 24 * 60 * 60 * 1000
KEPT_DAYS = 30
_ORIGINS = {
    "set": "set",
    "edit": "set",
    "import": "imported",
    "rotate": "rotated",
    "rollback": "rolled back",
    "pull": "pulled",
    "generate": "generated",
}
_STATE_ROLES: dict[str, Role] = {CURRENT: "ok", PENDING: "due"}


def when(ms: int, now: int | None = None) -> str:
    """`today 09:12`, `yesterday 09:12`, `3 Nov 09:12`, `3 Nov 2024`: local time, for people."""
    then = time.localtime(ms / 1000)
    today = time.localtime((now_ms() if now is None else now) / 1000)
    yesterday = time.localtime((now_ms() if now is None else now) / 1000 - 86400)
    clock = time.strftime("%H:%M", then)
    if then[:3] == today[:3]:
        return f"today {clock}"
    if then[:3] == yesterday[:3]:
        return f"yesterday {clock}"
    month = time.strftime("%b", then)
    if then.tm_year == today.tm_year:
        return f"{then.tm_mday} {month} {clock}"
    return f"{then.tm_mday} {month} {then.tm_year}"


def version_words(version: VersionInfo, now: int | None = None) -> tuple[Span, ...]:
    """Number, state, age, how it came, by whom."""
    return (
        (f"v{version.number}", "text"),
        (version.state, _STATE_ROLES.get(version.state, "muted")),
        (when(version.created_at, now), "text"),
        (_ORIGINS.get(version.origin, clean(version.origin)), "muted"),
        (clean(version.by), "muted"),
    )


def trashed_words(row: Trashed, now: int | None = None) -> tuple[Span, ...]:
    """Name, when it was deleted, by whom, how long it is kept."""
    today = now_ms() if now is None else now
    left = KEPT_DAYS - (today - row.deleted_at) // DAY_MS
    kept = f"{left}d left" if left > 0 else "may go"
    return (
        (clean(row.name), "text"),
        (ago(row.deleted_at, now), "text"),
        (clean(row.by), "muted"),
        (kept, "due" if left <= 3 else "muted"),
    )


def audit_words(row: AuditRow, now: int | None = None) -> tuple[Span, ...]:
    """When, what, where, which names, by whom."""
    where = "/".join(clean(part) for part in (row.tenant, row.profile) if part)
    return (
        (when(row.at, now), "muted"),
        (clean(row.action), "text"),
        (where, "muted"),
        (names_words(row), "text"),
        (f"{clean(row.user)}@{clean(row.host)}" if row.host else clean(row.user), "muted"),
    )


def names_words(row: AuditRow) -> str:
    """`STRIPE_KEY v3`, or the first name and how many more."""
    if not row.names:
        return ""
    first = clean(row.names[0])
    if len(row.names) == 1:
        return f"{first} v{row.versions[0]}" if row.versions else first
    return f"{first} and {len(row.names) - 1} more"


def rollback_words(name: str, versions: tuple[VersionInfo, ...], to: VersionInfo) -> str:
    """What going back would do: the preview before it is applied."""
    current = next((v for v in versions if v.state == CURRENT), None)
    newest = max((v.number for v in versions), default=0)
    kept = f" v{current.number} is kept, and u takes it back." if current else ""
    return (
        f"{clean(name)} gets the value of v{to.number}, of {when(to.created_at)}, as its new "
        f"v{newest + 1}.{kept}"
    )
