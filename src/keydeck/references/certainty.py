"""How sure a reference is where no form decides it: strings, keys, values, comments."""

from __future__ import annotations

import re

from keydeck.domain.reference import LIKELY, MENTION
from keydeck.references.show import Lines

_LANGUAGES = "python javascript go ruby rust java php csharp c elixir perl other"
CODE = frozenset(_LANGUAGES.split())
_DATA = frozenset(("yaml", "compose", "ci", "json", "toml", "config"))
_CREDENTIAL = re.compile(
    r"(?:key|token|secret|passw(?:or)?d|passphrase|pwd|pass|credential|auth|dsn|salt|cert|jwt|pat"
    r"|pepper|webhook|private)s?(?=[_\d]|$)|apikey|(?:secret|token)_"
    r"|(?:database|db|redis|mongo|mongodb|postgres|postgresql|mysql|amqp|rabbitmq|broker|sentry"
    r"|connection|webhook)_(?:\w+_)?(?:url|uri|string)$",
    re.IGNORECASE,
)


def looks_secret(name: str) -> bool:
    """Whether a name sounds like a credential (`STRIPE_KEY`, `database_url`)."""
    return _CREDENTIAL.search(name) is not None


def is_environments(name: str) -> bool:
    """Whether a placeholder's name is an environment's rather than a template's variable."""
    return len(name) > 1 and (name.isupper() or (looks_secret(name) and "_" in name))


def of_bare_name(kind: str, data: bytes, at: int, name: bytes) -> str:
    """How sure a name that stands in no form is; empty where it is only a common word."""
    before, after = data[at - 1 : at] if at else b"", data[at + len(name) : at + len(name) + 1]
    quoted = before in (b'"', b"'", b"`") and after == before
    if quoted and (kind in CODE or kind in _DATA):
        return LIKELY
    if kind in _DATA and _is_key_or_value(data, at, at + len(name)):
        return LIKELY
    plain = name.islower() and b"_" not in name
    return "" if plain and not quoted else MENTION


_BEFORE = re.compile(rb"(?:^|[\n\r:=,\[-]|(?<!\$)\{)[ \t]*+[\"']?\Z")
_AFTER = re.compile(rb"[\"']?[ \t]*+(?:[:=,\]}#\r\n]|\Z)")


def _is_key_or_value(data: bytes, start: int, end: int) -> bool:
    """Whether the name is all of a key or of a value of YAML, JSON, TOML or the like."""
    window = data[max(0, start - 40) : start]
    return _BEFORE.search(window) is not None and _AFTER.match(data, end) is not None


_SLASHES = (b"//", b"*", b"/*")
_HASH = (b"#",)
_COMMENTS: dict[str, tuple[bytes, ...]] = {
    **dict.fromkeys(("python", "ruby", "shell", "dockerfile", "make", "perl", "elixir"), _HASH),
    **dict.fromkeys(("yaml", "compose", "ci", "toml", "env-example"), _HASH),
    "config": (b"#", b";", b"//", b"<!--"),
    "php": (b"#", *_SLASHES),
    "template": (b"<!--",),
    "docs": (),
    "text": (b"#", b"//"),
    "json": (b"//",),
}


def is_commented(kind: str, lines: Lines, at: int) -> bool:
    """Whether the line at `at` is a comment (one after code on its line is not seen)."""
    start = lines.start(at)
    head = lines.data[start : min(at, start + 200)].lstrip()
    return head.startswith(_COMMENTS.get(kind, _SLASHES))
