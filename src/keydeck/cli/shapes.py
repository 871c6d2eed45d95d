"""The JSON shapes that scripts rely on, and the words of the same for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keydeck.domain.safetext import clean
from keydeck.system.clock import now_ms, rfc3339

if TYPE_CHECKING:
    from keydeck.domain.model import Place, Secret
    from keydeck.domain.secret import SecretValue

DAY = 86_400_000
SOON = 14 * DAY
DASH = "–"


def when(ms: int | None) -> str | None:
    """A time as `--json` writes it."""
    return None if ms is None else rfc3339(ms)


def place_shape(place: Place) -> dict[str, str]:
    """Tenant and profile."""
    return {"tenant": place.tenant.name, "profile": place.profile.name}


def written(place: Place, secret: Secret) -> dict[str, Any]:
    """What a write says of one secret it changed."""
    return {"name": secret.name, **place_shape(place), "version": secret.version}


def value_shape(value: SecretValue) -> dict[str, str]:
    """A value as `--json` writes it: text, or base64 where it is none."""
    if value.is_text:
        return {"value": value.reveal_text(), "encoding": "utf-8"}
    from base64 import b64encode

    return {"value": b64encode(value.reveal_bytes()).decode("ascii"), "encoding": "base64"}


def age(ms: int, now: int | None = None) -> str:
    """How old, in two or three characters: `41d`, `3h`, `5m`."""
    seconds = max(0, (now_ms() if now is None else now) - ms) // 1000
    if seconds < 3600:
        return f"{seconds // 60}m"
    return f"{seconds // 3600}h" if seconds < 86400 else f"{seconds // 86400}d"


def due(ms: int | None, now: int | None = None) -> str:
    """When a secret is due: `49d`, `14d!` when soon, `overdue`, a dash without a date."""
    if ms is None:
        return DASH
    left = ms - (now_ms() if now is None else now)
    if left < 0:
        return "overdue"
    return f"{left // DAY}d{'!' if left <= SOON else ''}"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names joined by commas, the rest as a number."""
    known = [clean(name) for name in names]
    more = f" and {len(known) - limit} more" if len(known) > limit else ""
    return ", ".join(known[:limit]) + more


def counted(number: int, one: str, many: str = "") -> str:
    """`1 secret`, `3 secrets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def summed(counts: Mapping[str, int], order: Sequence[str] = ()) -> str:
    """`2 push, 1 conflict`: the known ones in their order, then the rest."""
    names = [*[name for name in order if name in counts], *[n for n in counts if n not in order]]
    return ", ".join(f"{counts[name]} {name.replace('_', ' ')}" for name in names)
