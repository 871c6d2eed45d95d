"""The clock: one place to read it, in Unix milliseconds, UTC."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Now, in Unix milliseconds."""
    return int(time.time() * 1000)


def rfc3339(ms: int) -> str:
    """`ms` as RFC 3339 in UTC: `2026-01-30T00:00:00Z` (milliseconds only where there are)."""
    seconds, rest = divmod(ms, 1000)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{text}.{rest:03d}Z" if rest else f"{text}Z"


def ago(ms: int, now: int | None = None) -> str:
    """How long ago, for people: `just now`, `4 min ago`, `2 h ago`, `3 days ago`."""
    seconds = max(0, ((now_ms() if now is None else now) - ms) // 1000)
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 86400:
        return f"{seconds // 3600} h ago"
    days = seconds // 86400
    return f"{days} day ago" if days == 1 else f"{days} days ago"
