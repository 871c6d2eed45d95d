"""Outside text on its way to the screen: cleaned, literal, and measured in cells.

Everything a widget draws is a `Span`: a text and the role that colours it. `segments` turns
spans into exactly `width` cells and cleans each text once more, so no widget can be made to
write a control sequence, and nothing is ever read as markup.

    spans = [(pad("DATABASE_URL", 25), "text"), ("> push", "accent")]
    strip = Strip(segments(spans, 58, palette.styles))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from keydeck.domain.safetext import clean

Role = Literal[
    "text", "bold", "accent", "accent-bold", "ok", "due", "due-bold", "danger", "danger-bold",
    "muted", "muted-bold", "badge", "caret",
]  # fmt: skip
Span = tuple[str, Role]
"""A text and the role that colours it."""


def literal(text: str) -> Content:
    """`text` cleaned, as content that Textual never parses as markup."""
    return Content(clean(text))


def cells(text: str) -> int:
    """Width of `text` on the screen, in cells."""
    return cell_len(text)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what is lost at the end is marked `…`."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip(" ") + "…"


def middle(text: str, width: int) -> str:
    """`text` in at most `width` cells; a long one loses its middle (`ANTH…_KEY`)."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[: max(0, width)]
    tail_width = (width - 1) // 2
    head = set_cell_size(text, width - 1 - tail_width).rstrip(" ")
    tail = ""
    for character in reversed(text):
        if cell_len(character) + cell_len(tail) > tail_width:
            break
        tail = character + tail
    return f"{head}…{tail}"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` cells, cut with `…`, filled with spaces (`right`: before it)."""
    text = cut(text, width)
    fill = " " * (width - cell_len(text))
    return fill + text if right else text + fill


def wrap(text: str, width: int) -> list[str]:
    """`text` cleaned and broken at spaces into lines of at most `width` cells."""
    width = max(1, width)
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        candidate = f"{line} {word}" if line else word
        if cell_len(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        while cell_len(word) > width:
            head = set_cell_size(word, width).rstrip(" ")
            lines.append(head)
            word = word[max(1, len(head)) :]  # noqa: PLW2901 - what is left of a long word
        line = word
    lines.append(line)
    return lines


def grouped(number: int) -> str:
    """A count for people: `10 000`."""
    return f"{number:,}".replace(",", " ")


def spans_width(spans: Iterable[Span]) -> int:
    """Width of a line of spans, in cells."""
    return sum(cell_len(text) for text, _ in spans)


def segments(spans: Iterable[Span], width: int, styles: Mapping[str, Style]) -> list[Segment]:
    """`spans` as segments of exactly `width` cells together: cleaned, cut or filled."""
    out: list[Segment] = []
    left = width
    for raw, role in spans:
        if left <= 0:
            break
        text = clean(raw)
        size = cell_len(text)
        if size > left:
            text, size = set_cell_size(text, left), left
        if text:
            out.append(Segment(text, styles[role]))
            left -= size
    if left > 0:
        out.append(Segment(" " * left, styles["text"]))
    return out
