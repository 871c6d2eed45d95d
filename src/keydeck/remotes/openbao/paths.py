"""Paths on the server: what may stand in one, and how it is written into a URL."""

from __future__ import annotations

from urllib.parse import quote

from keydeck.domain.errors import Invalid
from keydeck.domain.safetext import clean, shorten_middle

MAX_SEGMENT = 512
_CONTROLS = frozenset((*range(0x20), *range(0x7F, 0xA0)))
_SURROGATES = range(0xD800, 0xE000)


def segment_problem(text: str) -> str:
    """Why `text` can't be one segment of a path, in words; empty when it can.

    `.` and `..` would be resolved on the way to the server and land on another path; control
    characters are refused by the server; `%2F` counts as a slash there.
    """
    problems = {
        "a part of it is empty": not text,
        f"“{text}” would lead to another path": text in (".", ".."),
        "it holds a slash": "/" in text,
        "it holds a control character": any(ord(char) in _CONTROLS for char in text),
        "it is no valid text": any(ord(char) in _SURROGATES for char in text),
        f"it is longer than {MAX_SEGMENT} characters": len(text) > MAX_SEGMENT,
    }
    return next((words for words, there in problems.items() if there), "")


def split_path(path: str, what: str) -> tuple[str, ...]:
    """The segments of `path` (a slash at either end is dropped), or `Invalid` (11)."""
    segments = tuple(path.strip("/").split("/"))
    for segment in segments:
        problem = segment_problem(segment)
        if problem:
            raise Invalid(
                f"“{shorten_middle(clean(path), 80)}” is no {what}: {problem}.",
                kept="Nothing was sent.",
                todo="Name it like acme/production.",
            )
    return segments


def url_path(*segments: str) -> str:
    """Segments as they stand in a URL: each percent-encoded, joined by slashes."""
    return "/".join(quote(segment, safe="") for segment in segments)
