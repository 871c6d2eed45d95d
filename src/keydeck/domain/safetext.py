"""Outside text made safe: the one place where it is stripped of what drives a terminal.

Names from a remote, file contents, server errors: all of it passes `clean` before it is
shown on either face. What is shown after that is a literal: a face never parses it as markup.
"""

from __future__ import annotations

import re

# C0 (tab and newline too: one line in, one line out), DEL, C1, soft hyphen, zero-width and
# bidi controls (Unicode TR9 and TR36), line and paragraph separators, tag characters,
# interlinear marks, lone surrogates, byte order mark.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
MARK = "\ufffd"


def clean(text: str) -> str:
    """`text` as one harmless line: every character that could drive a terminal becomes `�`."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(MARK, text)


def clean_lines(text: str) -> str:
    """Like `clean`, line by line: newlines stay, tabs become four spaces."""
    return "\n".join(clean(line.replace("\t", "    ")) for line in text.splitlines())


def shorten_middle(text: str, width: int) -> str:
    """`text` cut to `width` characters by losing its middle (`…`)."""
    if len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    head = (width - 1 + 1) // 2
    tail = width - 1 - head
    return f"{text[:head]}…{text[len(text) - tail :]}" if tail else f"{text[:head]}…"
