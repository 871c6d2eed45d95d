"""What a name may be, which name would fit, and what a hint shows (interface.md, Names)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from keydeck.domain.errors import Invalid
from keydeck.domain.safetext import clean, shorten_middle
from keydeck.domain.secret import SecretValue

MAX_NAME = 128
MAX_VALUE = 1024 * 1024
HINT_FROM = 24

RULES = {
    "any": r"[A-Za-z_][A-Za-z0-9_]*",
    "upper": r"[A-Z_][A-Z0-9_]*",
    "snake": r"[a-z_][a-z0-9_]*",
}
_PLACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


def fitting(name: str, rule: str = "any") -> str:
    """The nearest name that `rule` allows: `my key` → `MY_KEY` under `upper`."""
    base = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name) if rule == "snake" else name
    base = re.sub(r"[^A-Za-z0-9_]+", "_", base).strip("_") or "NAME"
    if base[0].isdigit():
        base = f"_{base}"
    base = {"upper": base.upper(), "snake": base.lower()}.get(rule, base)
    return base[:MAX_NAME]


def is_name(name: str, rule: str = "any") -> bool:
    """Whether `name` is a secret's name under `rule` (`any`, `upper`, `snake`)."""
    return len(name) <= MAX_NAME and re.fullmatch(RULES[rule], name) is not None


def check_name(name: str, rule: str = "any") -> str:
    """`name` itself, or `Invalid` (11) with the name that would fit."""
    if is_name(name, rule):
        return name
    shown = shorten_middle(clean(name), 60)
    raise Invalid(
        f"“{shown}” is no name for a secret here.",
        kept="Nothing was changed.",
        todo=f"A name is {_words(rule)}, at most {MAX_NAME} long: {fitting(name, rule)} would fit.",
    )


def _words(rule: str) -> str:
    letters = {"any": "letters", "upper": "capital letters", "snake": "small letters"}[rule]
    return f"{letters}, digits and _, not a digit first"


def check_place_name(name: str, what: str) -> str:
    """The name of a `what` (tenant, profile, remote, target), or `Invalid` (11)."""
    if _PLACE.fullmatch(name):
        return name
    fit = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:64] or what
    raise Invalid(
        f"“{shorten_middle(clean(name), 60)}” is no name for a {what}.",
        kept="Nothing was changed.",
        todo=f"Letters, digits, _ . and -, at most 64: {fit} would fit.",
    )


def near(name: str, among: Iterable[str], limit: int = 3) -> list[str]:
    """Names like `name`, nearest first: for “did you mean”."""
    from difflib import get_close_matches

    known = {other.lower(): other for other in among}
    return [known[hit] for hit in get_close_matches(name.lower(), known, limit, 0.5)]


def did_you_mean(name: str, among: Iterable[str]) -> str:
    """A sentence with near matches, or all there is when that is little, or nothing."""
    known = sorted(among)
    hits = near(name, known)
    if hits:
        return f"Did you mean {' or '.join(_short(hit) for hit in hits)}?"
    if known and len(known) <= 8:
        return f"There is {', '.join(_short(other) for other in known)}."
    return ""


def _short(name: str) -> str:
    """A name as it may stand in a sentence: a remote's may be of any length."""
    return shorten_middle(clean(name), MAX_NAME)


def other_case(name: str, among: Iterable[str]) -> list[str]:
    """Names that differ from `name` in case only."""
    folded = name.lower()
    return [other for other in among if other != name and other.lower() == folded]


def hint(value: SecretValue) -> str:
    """First 4 and last 4 characters from 24 characters on; a length class below that."""
    if not value.is_text:
        return "binary"
    text = value.reveal_text()
    if len(text) >= HINT_FROM:
        # A key of several lines ends with a line end, which would say nothing.
        return f"{clean(text[:4])}…{clean(text.rstrip()[-4:])}"
    for least, words in ((16, "16+ chars"), (8, "8+ chars"), (1, "< 8 chars")):
        if len(text) >= least:
            return words
    return "empty"


def check_value(value: SecretValue, *, allow_empty: bool = False) -> SecretValue:
    """`value` itself, or `Invalid` (11): empty without `allow_empty`, or over 1 MiB."""
    if len(value) > MAX_VALUE:
        raise Invalid(
            f"The value has {len(value):,} bytes; a secret holds at most {MAX_VALUE:,}.",
            kept="Nothing was changed.",
            todo="Store the file elsewhere and keep its key here.",
        )
    if len(value) == 0 and not allow_empty:
        raise Invalid(
            "The value is empty.",
            kept="Nothing was changed.",
            todo="Pass --allow-empty if an empty value is meant.",
        )
    return value
