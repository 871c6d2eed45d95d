"""Variables that would make the screen library write, send or load something: taken away.

It reads them when it is first imported, so this runs before that.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# What only tunes the picture. Everything else that begins with TEXTUAL goes, known or not:
# TEXTUAL_LOG and TEXTUAL_DEBUG write key strokes and pastes to files, TEXTUAL (devtools) and
# TEXTUAL_DEVTOOLS_* send them to a host, TEXTUAL_DRIVER imports any class, TEXTUAL_SCREENSHOT*
# writes what is revealed, TEXTUAL_PRESS presses keys.
KEPT = frozenset(
    {
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DIM_FACTOR",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
        "TEXTUAL_THEME",
    }
)


def scrub_environment(environ: MutableMapping[str, str] | None = None) -> list[str]:
    """Remove what is dangerous from `environ` (this process's by default); the names removed."""
    variables = os.environ if environ is None else environ
    gone = sorted(name for name in variables if name.startswith("TEXTUAL") and name not in KEPT)
    for name in gone:
        del variables[name]
    return gone
