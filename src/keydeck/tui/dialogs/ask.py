"""A question with a few answers; the cursor begins on the one that changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult

from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Frame, Line
from keydeck.tui.screens.base import BaseKeydeckModal
from keydeck.tui.text import Span
from keydeck.tui.widgets.rows import Lines, RowList, Slot

CHOOSE = Command("ask.choose", "Choose", ("enter",), "choose", "Takes the answer.")
LEAVE = Command("screen.back", "Leave", ("escape",), "back", "Changes nothing.")


class Answer(NamedTuple):
    """One answer: what comes back, its words, whether it destroys something."""

    id: str
    text: str
    destructive: bool = False


class Ask(BaseKeydeckModal[str]):
    """The id of the answer, or empty where the question was left. The first one is safe."""

    COMMANDS: ClassVar[tuple[Command, ...]] = (CHOOSE, LEAVE)
    DEFAULT_CSS = """
    Ask RowList { height: 1fr; max-height: 8; }
    """

    def __init__(self, question: str, answers: Sequence[Answer], *words: Span) -> None:
        super().__init__()
        self.question = question
        self.answers = answers
        self.words = words

    def body(self) -> ComposeResult:
        """The words, then the answers."""
        if self.words:
            with Frame(self.question):
                for span in self.words:
                    yield Line([span])
        answers = RowList[Answer](
            "Then" if self.words else self.question,
            row_id=lambda answer: answer.id,
            render_row=self._draw,
            filterable=False,
            id="answers",
        )
        answers.styles.height = len(self.answers) + 2
        yield answers

    def on_mount(self) -> None:
        """The cursor begins on the safe answer."""
        answers = self.query_one("#answers", RowList)
        answers.set_rows(self.answers)
        answers.focus()

    def _draw(self, answer: Answer, slot: Slot) -> Lines:  # noqa: ARG002
        return [[(answer.text, "danger" if answer.destructive else "text")]]

    @on(RowList.Opened)
    def _chosen(self, event: RowList.Opened) -> None:
        self.dismiss(event.row_id)

    def do_ask_choose(self) -> None:
        """Take the answer under the cursor."""
        self.query_one("#answers", RowList).action_open()

    def do_screen_back(self) -> None:
        """Leave the question."""
        self.dismiss("")
