"""Who is at work: the user and the host, as audit and versions name them."""

from __future__ import annotations

import os

_known: dict[int, tuple[str, str]] = {}


def author() -> tuple[str, str]:
    """The user's and the host's name; the user's number where it has no name."""
    known = _known.get(os.geteuid())
    if known is None:
        known = _known[os.geteuid()] = _ask()
    return known


def _ask() -> tuple[str, str]:
    import pwd

    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    return user, os.uname().nodename


def signature() -> str:
    """`user@host`."""
    return "@".join(author())
