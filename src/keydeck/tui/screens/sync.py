"""The plan of a sync, row by row, applied on this screen."""

from __future__ import annotations

from typing import ClassVar

from textual.timer import Timer

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Target
from keydeck.domain.safetext import clean
from keydeck.services import sync as syncing
from keydeck.services.sync import Report
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import asked, worded
from keydeck.tui.screens.sync_plan import PlanScreen
from keydeck.tui.screens.sync_rows import Board, protected_needs_name
from keydeck.tui.screens.sync_words import Progress, effect, undo_receipt

PROGRESS_SECONDS = 0.1


class SyncScreen(PlanScreen):
    """Plan, choose, apply: one target of the present place (several: it asks which)."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.SYNC  # type: ignore[assignment]

    def __init__(self, target: Target | None = None) -> None:
        super().__init__(target)
        self.progress: Progress | None = None
        self._clock: Timer | None = None

    def on_unmount(self) -> None:
        """Nobody is here to see more rows applied."""
        if self.progress is not None:
            self.progress.cancel.set()

    @property
    def busy(self) -> bool:
        """Whether rows are being applied."""
        return self.progress is not None

    def choices_changed(self) -> None:
        """A question that was asked spoke of other rows."""
        if self.has_class("-asking"):
            self._stop_asking()

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        if command.id == "sync.apply":
            return self._why_not_apply()
        if self.progress is not None and command.id in ("sync.again", "sync.setup"):
            return "Rows are being applied: esc stops before the next one."
        return super().why_not(command)

    def _why_not_apply(self) -> str:
        if self.progress is not None:
            return "Rows are being applied already: esc stops before the next one."
        if self.board is None:
            return "There is no plan to apply: R makes one."
        if self.board.done:
            return "This plan was applied: R makes a new one."
        return "" if self.board.ticked else "Nothing is ticked: space ticks a row."

    def footer_commands(self) -> list[Command]:
        """The footer counts what apply would do, and offers only what works now."""
        board = self.board
        if self.has_class("-asking"):
            return asked(self.COMMANDS, "apply")
        shown = worded(
            super().footer_commands(),
            sync_apply=f"apply {board.ticked}" if board else "",
            screen_back="stop" if self.progress else "leave",
        )
        if board is None or board.done or self.progress is not None:
            choosing = ("sync.apply", "sync.tick", "sync.ours", "sync.theirs")
            shown = [command for command in shown if command.id not in choosing]
        if board is not None and not board.done:
            shown = [command for command in shown if command.id != "sync.again"]
        if board is not None and not board.ticked:
            shown = [command for command in shown if command.id != "sync.apply"]
        return shown

    def do_sync_apply(self) -> None:
        """Apply what is ticked; a protected profile asks for its name first."""
        board = self.board
        if board is None:
            return
        if not protected_needs_name(board):
            self.work(self._apply(""), "sync.apply")
            return
        name = board.plan.place.profile.name
        rows = f"{board.ticked} row{'s' if board.ticked != 1 else ''}"
        words = f"{clean(board.plan.place.label)} is protected. {effect(board)}"
        self.confirm.ask(name, f"apply {rows}", words, "F2 applies")
        self.add_class("-asking")
        self.confirm.focus()
        self.footer_changed()

    def do_sync_confirm(self) -> None:
        """F2: the name was typed."""
        if not self.has_class("-asking"):
            self.tell("A applies what is ticked.")
        elif not self.confirm.ready:
            self.tell(self.confirm.why_not())
        else:
            typed = self.confirm.typed
            self._stop_asking()
            self.work(self._apply(typed), "sync.apply")

    def _stop_asking(self) -> None:
        self.remove_class("-asking")
        self.plan_list.focus()
        self.footer_changed()

    async def _apply(self, confirm: str) -> None:
        board = self.board
        if board is None or self.progress is not None:
            return
        progress = self.progress = Progress()
        progress.total = board.ticked
        self._clock = self.set_interval(PROGRESS_SECONDS, self._show_progress)
        self._show_progress()
        self.footer_changed()
        try:
            report = await self.session.call(
                syncing.apply,
                self.session.opened,
                board.plan,
                dict(board.choices),
                environ=self.session.environ,
                progress=progress.told,
                cancelled=progress.cancel.is_set,
                confirm=confirm,
            )
        except KeydeckError as error:
            self.say_facts([("not applied", "danger")])
            self.tell_error(error)
            return
        finally:
            self._clock.stop()
            self.progress = None
            self.footer_changed()
        await self._applied(board, report)

    def _show_progress(self) -> None:
        if self.progress is not None:
            self.say_facts(self.progress.words())

    async def _applied(self, board: Board, report: Report) -> None:
        board.take_results(report)
        done = dict(board.choices)
        self.session.changed(
            await self.session.call(undo_receipt, self.session.opened, report, done)
        )
        self.refresh_rows()
        if report.cancelled:
            self.tell("Stopped. What was applied stays; R shows what is left.", "due")
        try:
            # What the main screen claims from now on rests on a fresh look, not on the results.
            plan = await self.session.call(
                syncing.make_plan,
                self.session.opened,
                board.plan.place,
                board.plan.target,
                environ=self.session.environ,
            )
        except KeydeckError:
            self.session.plans.pop(board.plan.target.uid, None)
            return
        self.session.planned(plan)

    def do_screen_back(self) -> None:
        """Stop applying, take the question back, or leave."""
        if self.progress is not None:
            self.progress.cancel.set()
            self._show_progress()
        elif self.has_class("-asking"):
            self._stop_asking()
        else:
            super().do_screen_back()
