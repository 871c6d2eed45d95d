"""Themes: six tokens in a TOML file become Textual's theme (`colours.py`: ready styles of it).

A theme file is named after its theme and holds exactly `ground`, `accent`, `ok`, `due`,
`danger` and `muted`: each `#rrggbb`, or all of them the terminal's own colours (`default`,
`cyan`, `bright_red`, …, and `dim` for muted). Shipped themes lie in the package's `themes`
folder (in a checkout: beside `src`), a user's own in the config folder's `themes`.

    app.register_theme(load_theme("dark"))
"""

from __future__ import annotations

import os
from typing import NamedTuple

from textual.color import Color
from textual.theme import Theme

import keydeck
from keydeck.domain.errors import Invalid, NotFound
from keydeck.domain.names import did_you_mean
from keydeck.domain.safetext import clean
from keydeck.system.paths import config_folder

TOKENS = ("ground", "accent", "ok", "due", "danger", "muted")
SHIPPED = ("dark", "light", "contrast", "ansi")
MUTED_IS_DIM = "keydeck-muted-is-dim"
"""A variable of themes whose muted text is dim rather than of a colour."""
TEXT_ON_DARK = "#e6e6e6"
TEXT_ON_LIGHT = "#1b1d20"
_ANSI = (
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright_black", "bright_red", "bright_green", "bright_yellow", "bright_blue",
    "bright_magenta", "bright_cyan", "bright_white",
)  # fmt: skip
_SELECTED_DARK = 0.22
_SELECTED_LIGHT = 0.16


class Tokens(NamedTuple):
    """The six colours of a theme file, as written there."""

    ground: str
    accent: str
    ok: str
    due: str
    danger: str
    muted: str

    @property
    def ansi(self) -> bool:
        """Whether these are the terminal's own colours."""
        return self.ground == "default"


def theme_folders() -> list[str]:
    """Where themes are looked for: shipped ones first, the user's own last (they win)."""
    package = os.path.dirname(os.path.abspath(keydeck.__file__))
    shipped = os.path.join(package, "themes")
    if not os.path.isdir(shipped):
        shipped = os.path.join(os.path.dirname(os.path.dirname(package)), "themes")
    return [shipped, os.path.join(config_folder(), "themes")]


def theme_names(folders: list[str] | None = None) -> list[str]:
    """The names of all themes there are: the four shipped ones first, then others by name."""
    found: set[str] = set()
    for folder in theme_folders() if folders is None else folders:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        found.update(entry[:-5] for entry in entries if entry.endswith(".toml"))
    others = sorted(found.difference(SHIPPED))
    return [name for name in SHIPPED if name in found] + others


def load_theme(name: str, folders: list[str] | None = None) -> Theme:
    """The theme `name`; `NotFound` (7) with near matches, `Invalid` (11) naming file and key."""
    places = theme_folders() if folders is None else folders
    for folder in reversed(places):
        path = os.path.join(folder, f"{name}.toml")
        if os.path.basename(path) == f"{name}.toml" and os.path.isfile(path):
            return build_theme(name, read_tokens(path))
    raise NotFound(
        f"There is no theme “{clean(name)}”.",
        todo=did_you_mean(name, theme_names(places)) or "Put its file into the themes folder.",
    )


def load_themes(folders: list[str] | None = None) -> tuple[list[Theme], list[Invalid]]:
    """All themes that can be read, and what is wrong with the others' files."""
    themes: list[Theme] = []
    problems: list[Invalid] = []
    for name in theme_names(folders):
        try:
            themes.append(load_theme(name, folders))
        except Invalid as problem:
            problems.append(problem)
    return themes, problems


def read_tokens(path: str) -> Tokens:
    """The six tokens of a theme file; `Invalid` (11) names the file, the key and a near one."""
    import tomllib

    shown = clean(path)
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{shown} can't be read.", todo="Check that it is a text file.") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{shown}: {clean(str(error))}.", todo="Correct that line.") from error
    for key in table:
        if key not in TOKENS:
            raise Invalid(
                f"{shown}: “{clean(key)}” is no colour of a theme.",
                todo=did_you_mean(key, TOKENS) or f"The colours are {', '.join(TOKENS)}.",
            )
    missing = [key for key in TOKENS if key not in table]
    if missing:
        raise Invalid(
            f"{shown}: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            todo=f"A theme has all of {', '.join(TOKENS)}.",
        )
    ansi = table["ground"] == "default"
    for key, value in table.items():
        _check_colour(shown, key, value, ansi=ansi)
    return Tokens(**table)


def _check_colour(shown: str, key: str, value: object, *, ansi: bool) -> None:
    if ansi:
        known = ("default", *_ANSI, *(("dim",) if key == "muted" else ()))
        if value not in known:
            near = did_you_mean(str(value), known)
            raise Invalid(
                f"{shown}: {key} = “{clean(str(value))}” is no colour of the terminal.",
                todo=near or "On the ground “default” all colours are the terminal's own.",
            )
        return
    text = value if isinstance(value, str) else ""
    digits = text[1:]
    if len(text) != 7 or text[0] != "#" or any(d not in "0123456789abcdefABCDEF" for d in digits):
        raise Invalid(
            f"{shown}: {key} = “{clean(str(value))}” is no colour.",
            todo="Write it as “#rrggbb”.",
        )


def build_theme(name: str, tokens: Tokens) -> Theme:
    """Textual's theme made of six tokens (screens.md, “A theme is six tokens”)."""
    return _ansi_theme(name, tokens) if tokens.ansi else _colour_theme(name, tokens)


def _colour_theme(name: str, tokens: Tokens) -> Theme:
    ground = Color.parse(tokens.ground)
    dark = ground.brightness < 0.5
    text = TEXT_ON_DARK if dark else TEXT_ON_LIGHT
    row = selected_ground(tokens).hex
    return Theme(
        name=name,
        primary=tokens.accent,
        secondary=tokens.muted,
        accent=tokens.accent,
        success=tokens.ok,
        warning=tokens.due,
        error=tokens.danger,
        foreground=text,
        background=tokens.ground,
        surface=tokens.ground,
        panel=tokens.ground,
        boost="#00000000",
        dark=dark,
        variables=_variables(tokens.accent, tokens.muted, text, tokens.ground, row, text),
    )


def _ansi_theme(name: str, tokens: Tokens) -> Theme:
    def ansi(colour: str) -> str:
        return "ansi_default" if colour in {"default", "dim"} else f"ansi_{colour}"

    accent, muted = ansi(tokens.accent), ansi(tokens.muted)
    plain = "ansi_default"
    variables = _variables(accent, muted, plain, plain, plain, plain)
    variables |= {
        "block-cursor-text-style": "reverse",
        "input-cursor-text-style": "reverse",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
    }
    if tokens.muted == "dim":
        variables[MUTED_IS_DIM] = "ansi_default"
    return Theme(
        name=name,
        primary=accent,
        secondary=muted,
        accent=accent,
        success=ansi(tokens.ok),
        warning=ansi(tokens.due),
        error=ansi(tokens.danger),
        foreground=plain,
        background=plain,
        surface=plain,
        panel=plain,
        boost=plain,
        dark=True,
        ansi=True,
        variables=variables,
    )


def _variables(
    accent: str, muted: str, text: str, ground: str, row: str, row_text: str
) -> dict[str, str]:
    return {
        "text-muted": muted,
        "border": accent,
        "border-blurred": muted,
        "block-cursor-foreground": row_text,
        "block-cursor-background": row,
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": text,
        "block-cursor-blurred-background": ground,
        "block-cursor-blurred-text-style": "none",
        "input-cursor-foreground": ground,
        "input-cursor-background": text,
        "input-cursor-text-style": "none",
        "input-selection-background": row,
        "input-selection-foreground": row_text,
        "footer-background": ground,
        "footer-foreground": text,
        "footer-key-foreground": accent,
        "footer-key-background": ground,
        "footer-description-foreground": text,
        "footer-description-background": ground,
        "footer-item-background": ground,
        "scrollbar": muted,
        "scrollbar-hover": accent,
        "scrollbar-active": accent,
        "scrollbar-background": ground,
        "scrollbar-background-hover": ground,
        "scrollbar-background-active": ground,
        "scrollbar-corner-color": ground,
    }


def selected_ground(tokens: Tokens) -> Color:
    """The selected row's ground: 22 % of accent over ground, 16 % on a light one."""
    ground = Color.parse(tokens.ground)
    share = _SELECTED_DARK if ground.brightness < 0.5 else _SELECTED_LIGHT
    return ground.blend(Color.parse(tokens.accent), share)


def contrast(one: str, other: str) -> float:
    """Contrast of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
