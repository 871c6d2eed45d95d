"""What the app is started with. Loads nothing: the face that starts it has no time to lose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Settings(NamedTuple):
    """The command line's and the environment's word on how the app runs.

    `path` is the vault's; `tenant` and `profile` a place to open (empty: the default);
    `folder` the project's, for scans; `theme` one of `dark light contrast ansi` (empty: by
    the terminal); `lock_after` seconds without a key (0: never).
    """

    path: str
    environ: Mapping[str, str]
    tenant: str = ""
    profile: str = ""
    folder: str = ""
    plain: bool = False
    theme: str = ""
    mouse: bool = True
    lock_after: float = 15 * 60.0


def fitting_theme(environ: Mapping[str, str]) -> str:
    """`ansi` where the terminal has sixteen colours, `light` where it says it is, else `dark`."""
    term = environ.get("TERM", "")
    if not environ.get("COLORTERM") and term in {"linux", "xterm", "screen", "tmux", "vt220"}:
        return "ansi"
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if ground in {"7", "15"} else "dark"
