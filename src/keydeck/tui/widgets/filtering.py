"""A filter typed into a pane's border: its text, and which rows it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from keydeck.tui.text import Span, cells
from keydeck.tui.widgets.matching import ranked, subsequence, substring

Row = TypeVar("Row")


class Filtering:
    """What was typed, and the folded texts of the rows it is held against."""

    LARGE = 20_000
    """From here on subsequences are looked for after a pause (42 ms at 100,000 rows)."""
    PAUSE = 0.15

    def __init__(self) -> None:
        self.text = ""
        self.typing = False
        self._texts: list[str] | None = None

    def forget_texts(self) -> None:
        """The rows are others now."""
        self._texts = None

    def matches(
        self,
        rows: Sequence[Row],
        row_text: Callable[[Row], str],
        is_heading: Callable[[Row], bool] | None,
        subsequences: bool,
    ) -> list[int] | None:
        """Indexes of the rows that stay; None for all of them.

        Grouped rows keep their order, and each heading stays that has a row left; others come
        in order of rank.
        """
        query = self.text.strip().casefold()
        if not query:
            return None
        if self._texts is None:
            self._texts = [row_text(row).casefold() for row in rows]
        texts = self._texts
        hits = substring(texts, query)
        if subsequences and len(query) > 1:
            hits += subsequence(texts, query, set(hits))
        if is_heading is None:
            return ranked(texts, query, hits)
        return _with_headings(rows, sorted(hits), is_heading)

    def consumes(self, key: str, character: str | None) -> bool:
        """Whether a key is typed into the filter."""
        return self.typing and (key == "backspace" or _printable(character))

    def typed(self, key: str, character: str | None) -> str | None:
        """The filter after a key, or None where the key is not its own."""
        if key == "backspace":
            return self.text[:-1]
        if key == "ctrl+u":
            return ""
        if character is not None and _printable(character):
            return self.text + character
        return None

    def spans(self, width: int) -> list[Span]:
        """How it stands in the border: its end where it is long, with a caret while typed."""
        if not (self.typing or self.text):
            return []
        shown = self.text
        while cells(shown) > width:
            shown = shown[1:]
        spans: list[Span] = [("/ ", "accent"), (shown, "text")]
        if self.typing:
            spans.append((" ", "caret"))
        return spans


def _printable(character: str | None) -> bool:
    return character is not None and len(character) == 1 and character.isprintable()


def _with_headings(
    rows: Sequence[Row], hits: list[int], is_heading: Callable[[Row], bool]
) -> list[int]:
    kept = set(hits)
    out: list[int] = []
    heading: int | None = None
    for index, row in enumerate(rows):
        if is_heading(row):
            heading = index
        elif index in kept:
            if heading is not None:
                out.append(heading)
                heading = None
            out.append(index)
    return out
