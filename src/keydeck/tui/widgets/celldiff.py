"""Only cells that changed go over the line: a pane change takes 2 KB instead of 28.

`guard.Guarded` is such an app already.

Textual resends whole lines of a widget for each change. Here what it would send is held
against what the terminal shows already, and only the runs that differ are sent, with as
little styling as they need. This overrides a private method of one version of Textual; under
any other version, and inline, Textual's own way is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple, Self, TypeVar

import textual
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

KNOWN_VERSION = "8.2.8"
_JOIN = 4
"""Unchanged cells between two runs that are sent again rather than jumped over."""
_SGR = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
_Result = TypeVar("_Result")


class Look(NamedTuple):
    """A style as the terminal is told it: attributes, foreground, background (SGR codes)."""

    attributes: str
    foreground: str
    background: str


PLAIN = Look("", "39", "49")
Cell = tuple[str, Look]
"""A character and its look; a wide character is followed by an empty cell."""


@lru_cache(maxsize=4096)
def look(style: Style | None, system: ColorSystem) -> Look:
    """A style's codes in a terminal of these colours."""
    if style is None:
        return PLAIN
    bits = style._attributes & style._set_attributes
    attributes = ";".join(code for bit, code in enumerate(_SGR) if bits & (1 << bit))
    fore, back = style.color, style.bgcolor
    return Look(
        attributes,
        ";".join(fore.downgrade(system).get_ansi_codes()) if fore is not None else "39",
        ";".join(back.downgrade(system).get_ansi_codes(False)) if back is not None else "49",
    )


def change(before: Look, after: Look) -> str:
    """The shortest sequence that turns one look into another."""
    if before == after:
        return ""
    codes: list[str] = []
    if before.attributes != after.attributes:
        # Attributes can't all be taken back one by one (1 and 2 share their end): start anew.
        codes.append("0")
        if after.attributes:
            codes.append(after.attributes)
        before = PLAIN
    if before.foreground != after.foreground:
        codes.append(after.foreground)
    if before.background != after.background:
        codes.append(after.background)
    return f"\x1b[{';'.join(codes)}m"


def cells_of(segments: Iterable[Segment], system: ColorSystem) -> list[Cell]:
    """The cells that segments fill."""
    out: list[Cell] = []
    for text, style, control in segments:
        if control:
            continue
        seen = look(style, system)
        if text.isascii():
            out += [(character, seen) for character in text]
            continue
        for character in text:
            width = cell_len(character)
            if width == 0:
                if out:
                    out[-1] = (out[-1][0] + character, out[-1][1])
                continue
            out.append((character, seen))
            if width == 2:
                out.append(("", seen))
    return out


class Shadow:
    """What the terminal shows, cell by cell; None where that is not known."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.rows: list[list[Cell | None]] = [[None] * width for _ in range(height)]

    def update(self, pieces: Iterable[tuple[int, int, list[Cell]]]) -> str:
        """Take pieces (line, column, cells) over; the sequence that makes the terminal follow.

        The cursor is left anywhere, the look plain.
        """
        out: list[str] = []
        now = PLAIN
        touched: dict[int, list[Cell | None]] = {}
        for y, x, cells in pieces:
            if not 0 <= y < self.height:
                continue
            row = touched.get(y)
            if row is None:
                row = touched[y] = list(self.rows[y])
            end = min(x + len(cells), self.width)
            if x < end:
                row[x:end] = cells[: end - x]
        for y in sorted(touched):
            after = touched[y]
            for start, stop in _runs(self.rows[y], after):
                out.append(f"\x1b[{y + 1};{start + 1}H")
                for cell in after[start:stop]:
                    if cell is None:
                        continue
                    if cell[1] is not now:
                        out.append(change(now, cell[1]))
                        now = cell[1]
                    out.append(cell[0])
            self.rows[y] = after
        out.append(change(now, PLAIN))
        return "".join(out)


def _runs(before: list[Cell | None], after: list[Cell | None]) -> Iterator[tuple[int, int]]:
    """Where two lines differ, as half-open runs; near ones are joined."""
    if before == after:
        return
    width = len(after)
    differing = [x for x in range(width) if before[x] != after[x] and after[x] is not None]
    if not differing:
        return
    if not (_simple(before) and _simple(after)):
        # A wide or combined character: its neighbours may go with it, so the rest is sent.
        start = differing[0]
        while start > 0 and (_half(before[start]) or _half(after[start]) or after[start] is None):
            start -= 1
        yield start, width
        return
    start = end = differing[0]
    for x in differing[1:]:
        if x - end > _JOIN or None in after[end + 1 : x]:
            yield start, end + 1
            start = x
        end = x
    yield start, end + 1


@cache
def _is_known() -> bool:
    """Whether this is the version of Textual whose private method is overridden.

    Its own `__version__` costs a tenth of the start-up (it loads importlib.metadata): the name
    of its metadata's folder says the same, where it is installed as usual.
    """
    packages = os.path.dirname(os.path.dirname(textual.__file__))
    known = os.path.join(packages, f"textual-{KNOWN_VERSION}.dist-info")
    return os.path.isdir(known) or textual.__version__ == KNOWN_VERSION


def _simple(row: list[Cell | None]) -> bool:
    return all(cell is None or len(cell[0]) == 1 for cell in row)


def _half(cell: Cell | None) -> bool:
    return cell is not None and cell[0] == ""


class CellDiff(App[_Result]):
    """An app that sends only cells that changed; see `cell_diff`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shadow: Shadow | None = None

    @property
    def cell_diff(self) -> bool:
        """Whether single cells are sent; panes then show the focus by their whole frame."""
        return _is_known() and not self.is_inline

    def refresh(
        self, *, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Send everything again, whatever the terminal may show (ctrl+l, another's output)."""
        self._forget()
        return super().refresh(repaint=repaint, layout=layout, recompose=recompose)

    def _on_mount(self) -> None:
        self.app_suspend_signal.subscribe(self, lambda _: self._forget(), immediate=True)
        self.app_resume_signal.subscribe(self, lambda _: self.refresh())

    async def _on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        self._forget()

    def _forget(self) -> None:
        self._shadow = None

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send an update's cells that the terminal does not show yet."""
        driver = self._driver
        if (
            not isinstance(renderable, (LayoutUpdate, ChopsUpdate))
            or driver is None
            or not self.cell_diff
            or self.is_headless
            or self._batch_count
            or not self._running
            or self._closed
        ):
            if not (renderable is None or self.is_headless or self._batch_count):
                self._forget()
            super()._display(screen, renderable)
            return
        try:
            sequence = self._sequence(renderable)
        except Exception as error:  # noqa: BLE001 - as Textual's own does
            self._forget()
            self._handle_exception(error)
            self.post_display_hook()
            return
        if sequence:
            self._begin_update()
            try:
                driver.write(sequence)
            finally:
                self._end_update()
            driver.flush()
        self.post_display_hook()

    def _sequence(self, renderable: LayoutUpdate | ChopsUpdate) -> str:
        width, height = self.size
        if self._shadow is None or (self._shadow.width, self._shadow.height) != (width, height):
            self._shadow = Shadow(width, height)
        system = self.console._color_system or ColorSystem.TRUECOLOR
        pieces = (
            _layout(renderable, system)
            if isinstance(renderable, LayoutUpdate)
            else _chops(renderable, system)
        )
        sequence = self._shadow.update(pieces)
        position = self.screen.outer_size.clamp_offset(self.cursor_position)
        if not sequence and position == self._previous_cursor_position:
            return ""
        self._previous_cursor_position = position
        return f"{sequence}\x1b[{position.y + 1};{position.x + 1}H"


def _layout(update: LayoutUpdate, system: ColorSystem) -> Iterator[tuple[int, int, list[Cell]]]:
    for y, strips in enumerate(update.strips, update.region.y):
        cells: list[Cell] = []
        for strip in strips:
            cells += cells_of(strip, system)
        yield y, update.region.x, cells


def _chops(update: ChopsUpdate, system: ColorSystem) -> Iterator[tuple[int, int, list[Cell]]]:
    for y, x1, x2 in update.spans:
        chops: dict[int, Strip | None] = dict(update.chops[y])
        for x, strip in chops.items():
            if strip is None or x >= x2 or x + strip.cell_length <= x1:
                continue
            cells = cells_of(strip, system)
            # Beyond the span the strip may lie under another widget that was not rendered.
            first = max(0, x1 - x)
            yield y, x + first, cells[first : x2 - x]
