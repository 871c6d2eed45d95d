"""The formats by name and by file; each is imported when it is first asked for."""

from __future__ import annotations

import os
import re

from keydeck.domain.errors import Invalid
from keydeck.domain.remote import Codec
from keydeck.domain.safetext import clean

NAMES = ("dotenv", "json", "systemprompt")

_LEADING = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)


def codec(name: str) -> Codec:
    """The format called `name`; `Invalid` (11) with the list for any other word."""
    if name == "dotenv":
        from keydeck.formats.dotenv import Dotenv

        return Dotenv()
    if name == "json":
        from keydeck.formats.jsonfile import Json

        return Json()
    if name == "systemprompt":
        from keydeck.formats.systemprompt import Systemprompt

        return Systemprompt()
    raise Invalid(
        f"“{clean(name)}” is no format that is known here.",
        todo=f"Formats are {', '.join(NAMES)}.",
    )


def guess(path: str, data: bytes = b"") -> Codec:
    """The format of the file at `path`, from its name, then from how `data` begins."""
    base = os.path.basename(path).lower()
    braces = data[_end_of_comments(data) :].startswith(b"{")
    if base == "secrets.json":
        return codec("systemprompt")
    if base == ".env" or base.startswith(".env.") or base.endswith(".env"):
        return codec("dotenv")
    if base.endswith(".json") or braces:
        return codec("systemprompt" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"/" else "json")
    return codec("dotenv")


def _end_of_comments(data: bytes) -> int:
    found = _LEADING.match(data)
    return found.end() if found else 0
