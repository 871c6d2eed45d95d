"""The palette: styles ready for widgets that draw lines, made once for each theme.

palette_of(app).styles["danger"]        # a rich Style on the theme's ground
palette_of(app).lit["muted"]            # the same on the selected row
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from keydeck.tui.theme import MUTED_IS_DIM, TEXT_ON_DARK, TEXT_ON_LIGHT

if TYPE_CHECKING:
    from textual.app import App


class Palette(NamedTuple):
    """Styles that line-API widgets draw with, each on the theme's ground.

    `styles` maps a role (`text.Role`) to its style; `lit` does so on the selected row, where
    muted text turns into text.
    """

    text: Style
    accent: Style
    ok: Style
    due: Style
    danger: Style
    muted: Style
    badge: Style
    border: Style
    border_focused: Style
    cursor_row: Style
    styles: dict[str, Style]
    lit: dict[str, Style]


def palette_of(app: App[Any]) -> Palette:
    """The palette of the theme that `app` shows now; made once per theme."""
    return palette(app.current_theme)


def palette(theme: Theme) -> Palette:
    """The palette of a theme: one of ours, or any other of Textual's."""
    text = theme.foreground or (TEXT_ON_DARK if theme.dark else TEXT_ON_LIGHT)
    return _palette(
        theme.ansi,
        theme.background or ("#14171c" if theme.dark else "#fbfbf8"),
        theme.primary,
        theme.success or theme.primary,
        theme.warning or theme.primary,
        theme.error or theme.primary,
        "dim" if MUTED_IS_DIM in theme.variables else theme.secondary or text,
        text,
        theme.variables.get("block-cursor-background", theme.primary),
    )


@lru_cache(maxsize=32)
def _palette(
    ansi: bool,
    ground: str,
    accent: str,
    ok: str,
    due: str,
    danger: str,
    muted: str,
    text: str,
    row: str,
) -> Palette:
    back = _rich(ground)

    def style(colour: str, *, bold: bool = False, reverse: bool = False) -> Style:
        if colour == "dim":
            return Style(color=_rich(text), bgcolor=back, dim=True, bold=bold or None)
        return Style(color=_rich(colour), bgcolor=back, bold=bold or None, reverse=reverse or None)

    styles = {
        "text": style(text),
        "bold": style(text, bold=True),
        "accent": style(accent),
        "accent-bold": style(accent, bold=True),
        "ok": style(ok),
        "due": style(due),
        "due-bold": style(due, bold=True),
        "danger": style(danger),
        "danger-bold": style(danger, bold=True),
        "muted": style(muted),
        "muted-bold": style(muted, bold=True),
        "badge": style(danger, bold=True, reverse=True)
        if ansi
        else Style(color=back, bgcolor=_rich(danger), bold=True),
        "caret": style(text, reverse=True),
    }
    cursor_row = style(text, reverse=True) if ansi else Style(color=_rich(text), bgcolor=_rich(row))
    lit = {role: _on_row(role, normal, cursor_row, ansi=ansi) for role, normal in styles.items()}
    return Palette(
        text=styles["text"],
        accent=styles["accent"],
        ok=styles["ok"],
        due=styles["due"],
        danger=styles["danger"],
        muted=styles["muted"],
        badge=styles["badge"],
        border=styles["muted"],
        border_focused=styles["accent"],
        cursor_row=cursor_row,
        styles=styles,
        lit=lit,
    )


def _on_row(role: str, normal: Style, row: Style, *, ansi: bool) -> Style:
    bold = Style(bold=True) if normal.bold else Style.null()
    if ansi:
        return row + bold
    if role in {"badge", "caret"}:
        return normal
    if role.startswith("muted"):
        return row + bold
    return normal + Style(bgcolor=row.bgcolor)


def _rich(colour: str) -> RichColor:
    return Color.parse(colour).rich_color
