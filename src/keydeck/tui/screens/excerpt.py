"""A few lines of a file around a place, with all that might be a value masked.

A line that uses a secret's name often stands beside a value: a default, a sample, a second
key. Better to hide a harmless word than to show one value.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean
from keydeck.system.files import read_file

MASK = "••••"
_LIMIT = 4 * 1024 * 1024
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_DEFAULT = re.compile(r"(\$\{[A-Za-z_][A-Za-z0-9_]*:?[-=+])([^}]*)\}")
_QUOTED = re.compile(r"""(["'`])((?:\\.|(?!\1).)*)\1""")
_ASSIGNED = re.compile(
    r"""^(\s*(?:[-*]\s+)?(?:(?:export|set|env|ENV|ARG)\s+)?["']?[A-Za-z_][\w.-]*["']?\s*(?:=|:(?=\s|$))\s*)(\S.*)$"""
)
_TOKEN = re.compile(r"[A-Za-z0-9+/_=.:~@%-]{12,}")
_URL_LOGIN = re.compile(r"(://)[^/\s@]+@")
_PLACEHOLDER = re.compile(r"\$\{?[A-Za-z_]|\{\{|%\(|environ|getenv|process\.env|env\(|secrets\.")
_CODE = {".py", ".js", ".ts", ".jsx", ".tsx", ".mjs", ".go", ".rb", ".rs", ".java", ".php", ".c"}


class Shown(NamedTuple):
    """One line of an excerpt: its number (from 1), its text made safe, whether it is the place."""

    number: int
    text: str
    here: bool


def mask_form(form: str) -> str:
    """A placeholder as it stands, without the default it may carry."""
    form = _DEFAULT.sub(lambda hit: f"{hit[1]}{MASK}}}" if hit[2] else hit[0], form)
    return _QUOTED.sub(lambda hit: _quoted(hit, frozenset()), form)


def mask_line(text: str, names: frozenset[str] = frozenset(), code: bool = False) -> str:
    """One line with defaults, quoted texts, assigned words and long tokens masked.

    `names` (of secrets) stay, as do other names in capitals; `code` says that the right side
    of `=` is an expression.
    """
    masked = _URL_LOGIN.sub(rf"\1{MASK}@", text)
    masked = _DEFAULT.sub(lambda hit: f"{hit[1]}{MASK}}}" if hit[2] else hit[0], masked)
    masked = _QUOTED.sub(lambda hit: _quoted(hit, names), masked)
    assigned = _ASSIGNED.match(masked)
    if assigned and not code and not _PLACEHOLDER.search(assigned[2]) and MASK not in assigned[2]:
        masked = f"{assigned[1]}{MASK}"
    return _TOKEN.sub(lambda hit: _token(hit, names), masked)


def _quoted(hit: re.Match[str], names: frozenset[str]) -> str:
    text = hit[2]
    plain = len(text) < 3 or text in names or (_NAME.fullmatch(text) and "_" in text)
    if plain or MASK in text or _PLACEHOLDER.search(text):
        return hit[0]
    return f"{hit[1]}{MASK}{hit[1]}"


def _token(hit: re.Match[str], names: frozenset[str]) -> str:
    text = hit[0]
    if text in names or _NAME.fullmatch(text.rstrip("=:")):
        return text
    digits = any(letter.isdigit() for letter in text)
    letters = any(letter.isalpha() for letter in text)
    mixed = (digits and letters) or (
        len(text) >= 20
        and "/" not in text
        and "." not in text
        and "_" not in text
        and "-" not in text
    )
    return MASK if mixed and not any(name in text for name in names) else text


def excerpt(
    folder: str, file: str, line: int, names: frozenset[str], around: int = 6
) -> list[Shown]:
    """The lines around `line` of `file` under `folder`, masked.

    Raises `NotFound` or `PermissionDenied` where the file can't be read, `KeydeckError`
    where the line is no longer there.
    """
    path = os.path.join(folder, file)
    text = read_file(path, _LIMIT).decode("utf-8", "replace")
    all_lines = text.splitlines()
    if not 1 <= line <= len(all_lines):
        raise KeydeckError(
            f"{clean(file)} has no line {line} any more.", todo="Press R to look again."
        )
    code = os.path.splitext(file)[1] in _CODE
    first = max(1, line - around)
    last = min(len(all_lines), line + around)
    return [
        Shown(number, _shown(all_lines[number - 1], names, code), number == line)
        for number in range(first, last + 1)
    ]


def _shown(text: str, names: frozenset[str], code: bool) -> str:
    return clean(mask_line(text[:400].replace("\t", "    "), names, code))
