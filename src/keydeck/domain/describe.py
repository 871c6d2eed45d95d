"""How two values differ, in words that tell no value (sync.md, Also)."""

from __future__ import annotations

from keydeck.domain.secret import SecretValue


def describe(old: SecretValue | None, new: SecretValue | None) -> str:
    """`12 characters` for a new value, `40 → 64 characters`, or for URLs the parts that differ.

    Of a URL it names scheme, user, password, host, port, database (the path) and options.
    """
    if new is None:
        return "" if old is None else "gone"
    if old is None:
        return size(new)
    parts = _url_parts(old, new)
    if parts:
        return ", ".join(parts)
    if old.is_text and new.is_text:
        return f"{old.characters} → {new.characters} characters"
    return f"{len(old)} → {len(new)} bytes"


def size(value: SecretValue) -> str:
    """`1 character`, `12 characters`, `3 lines, 1704 characters`, `16 bytes, binary`."""
    if not value.is_text:
        return f"{len(value)} bytes, binary"
    count = value.characters
    text = "1 character" if count == 1 else f"{count} characters"
    lines = len(value.reveal_text().splitlines())
    return f"{lines} lines, {text}" if lines > 1 else text


def _url_parts(old: SecretValue, new: SecretValue) -> list[str]:
    if not all(value.is_text and b"://" in value.reveal_bytes()[:32] for value in (old, new)):
        return []
    from urllib.parse import urlsplit

    try:
        before, after = (urlsplit(value.reveal_text()) for value in (old, new))
        pairs = {
            "scheme": (before.scheme, after.scheme),
            "user": (before.username, after.username),
            "password": (before.password, after.password),
            "host": (before.hostname, after.hostname),
            "port": (before.port, after.port),
            "database": (before.path, after.path),
            "options": (before.query, after.query),
        }
    except ValueError:
        return []
    return [part for part, (was, now) in pairs.items() if was != now]
