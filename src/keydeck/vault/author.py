"""Who is at work: the user and the host, as audit and versions name them."""

from __future__ import annotations

import os


def author() -> tuple[str, str]:
    """The user's and the host's name; the user's number where it has no name."""
    import pwd

    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        user = str(os.geteuid())
    return user, os.uname().nodename


def signature() -> str:
    """`user@host`."""
    return "@".join(author())
