"""Choosing what kind of value is generated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.services import generator
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame, TextField
from keydeck.tui.screens.base import BaseKeydeckModal
from keydeck.tui.widgets.rows import Lines, RowList, Slot

TAKE = Command("generate.take", "Generate", ("enter", "f2"), "generate", "Generates a value.")
OWN = Command("generate.pane", "Own recipe", ("tab",), "own recipe", "To the field, and back.")
LEAVE = Command("screen.back", "Leave", ("escape",), "leave", "Generates nothing.")


class Recipe(NamedTuple):
    """A kind of value and how it is asked for."""

    spec: str
    words: str


RECIPES = (
    Recipe("len=40", "40 letters and digits"),
    Recipe("bytes=48", "48 random bytes in base64"),
    Recipe("bytes=32,set=hex", "32 random bytes in hex"),
    Recipe("len=32,set=base64url", "32 characters that are safe in a URL"),
    Recipe("len=24,set=ascii", "24 characters with punctuation"),
    Recipe("len=12,set=digits", "12 digits"),
)


class Generate(BaseKeydeckModal[str]):
    """The recipe that was chosen, or empty. The value itself is made by who asked."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (TAKE, OWN, LEAVE)
    DEFAULT_CSS = """
    Generate #recipes { height: 8; }
    """

    def body(self) -> Iterable[Widget]:
        """The recipes, then a field for one's own."""
        yield RowList[Recipe](
            "Generate a value",
            row_id=lambda recipe: recipe.spec,
            render_row=_draw,
            filterable=False,
            id="recipes",
        )
        yield Frame(
            "Or by a recipe of your own",
            Field("Recipe", TextField(placeholder="len=64,set=alnum", id="spec"), id="spec-field"),
        )

    def on_mount(self) -> None:
        """The first one is a good one."""
        recipes = self.query_one("#recipes", RowList)
        recipes.set_rows(RECIPES)
        recipes.focus()

    def _typed(self) -> str:
        return self.query_one("#spec", TextField).value.strip()

    @on(TextField.Changed)
    def _changed(self) -> None:
        field = self.query_one("#spec-field", Field)
        try:
            field.say(f"{generator.strength(self._typed())} bits", "ok")
        except KeydeckError:
            field.say("not yet a recipe", "muted")

    @on(TextField.Submitted)
    @on(RowList.Opened)
    def _chosen(self) -> None:
        self.start(TAKE)

    def why_not(self, command: Command) -> str:
        """A recipe of one's own has to be one."""
        if command == TAKE and self.focused is self.query_one("#spec"):
            try:
                generator.strength(self._typed())
            except KeydeckError as error:
                return f"{error.what} {error.todo}"
        return ""

    def do_generate_take(self) -> None:
        """Take the recipe under the cursor, or the one that was typed."""
        if self.focused is self.query_one("#spec"):
            self.dismiss(self._typed())
        else:
            self.dismiss(self.query_one("#recipes", RowList).highlighted or "")

    def do_generate_pane(self) -> None:
        """To the field and back."""
        recipes, spec = self.query_one("#recipes"), self.query_one("#spec")
        (recipes if self.focused is spec else spec).focus()

    def do_screen_back(self) -> None:
        """Leave."""
        self.dismiss("")


def _draw(recipe: Recipe, slot: Slot) -> Lines:
    strength = f"{generator.strength(recipe.spec)} bits"
    words = recipe.words.ljust(max(0, slot.width - len(strength) - 1))
    return [[(words, "text"), (strength, "muted")]]
