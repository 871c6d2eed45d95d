"""The plan of a sync, row by row, applied on this screen."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from keydeck.domain.compare import State
from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Target
from keydeck.domain.safetext import clean
from keydeck.services import sync as syncing
from keydeck.services import targets as targeting
from keydeck.services.sync import Plan, Report
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen, asked, worded
from keydeck.tui.screens.flow_parts import ConfirmPane, FlowList, WordsPane, error_words
from keydeck.tui.screens.sync_rows import Board, Line, protected_needs_name, summary
from keydeck.tui.screens.sync_table import detail_lines, draw, table
from keydeck.tui.screens.sync_words import Progress, effect, in_short, result_advice, where_words
from keydeck.tui.widgets.rows import Lines, RowList, Slot

PROGRESS_SECONDS = 0.1


class SyncScreen(FlowScreen):
    """Plan, choose, apply: one target of the present place (several: it asks which)."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.SYNC  # type: ignore[assignment]
    DEFAULT_CSS = """
    SyncScreen #details { height: 5; }
    SyncScreen #confirm { display: none; }
    SyncScreen.-asking #confirm { display: block; }
    SyncScreen.-asking #details { display: none; }
    SyncScreen #targets { display: none; }
    SyncScreen.-choosing #targets { display: block; }
    SyncScreen.-choosing #plan, SyncScreen.-choosing #details { display: none; }
    """

    def __init__(self, target: Target | None = None) -> None:
        super().__init__()
        self.target = target
        self.board: Board | None = None
        self.progress: Progress | None = None
        self._clock: Timer | None = None

    # -- what it shows -----------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The plan, or the choice of a target; below it the details, or the last question."""
        self.plan_list: FlowList[Line] = FlowList(
            "Sync",
            row_id=lambda line: line.key,
            row_text=lambda line: line.row.name if line.row else "in sync",
            render_row=self._draw,
            header=lambda width: table(width, bool(self.board and self.board.done)).header(),
            narrow_lines=2,
            id="plan",
        )
        self.target_list: FlowList[Target] = FlowList(
            "Sync with which target?",
            row_id=lambda target: target.name,
            render_row=self._draw_target,
            filterable=False,
            id="targets",
        )
        self.details = WordsPane(id="details")
        self.confirm = ConfirmPane("", "apply", "", "F2 applies", id="confirm")
        return self.plan_list, self.target_list, self.details, self.confirm

    def on_mount(self) -> None:
        """Find the target, then read it."""
        self.work(self._begin(), "sync.begin")

    def on_unmount(self) -> None:
        """Nobody is here to see more rows applied."""
        if self.progress is not None:
            self.progress.cancel.set()

    def _draw(self, line: Line, slot: Slot) -> Lines:
        return draw(self.board, line, slot) if self.board else []

    def _draw_target(self, target: Target, slot: Slot) -> Lines:  # noqa: ARG002
        path = clean(target.settings.get("path", ""))
        plan = self.session.plans.get(target.uid)
        known = f"   {in_short(plan)}" if plan else ""
        return [[(clean(target.name).ljust(20), "text"), (f"  {path}{known}", "muted")]]

    # -- reading -----------------------------------------------------------------------------

    async def _begin(self) -> None:
        place = self.session.require_place()
        if self.target is None:
            vault = self.session.opened
            found = await self.session.call(targeting.targets, vault, place)
            if not found:
                self.do_sync_setup()
                return
            if len(found) > 1:
                self.add_class("-choosing")
                self.target_list.set_rows(found)
                self.target_list.focus()
                return
            self.target = found[0]
        await self._read(self.target)

    async def _read(self, target: Target) -> None:
        self.remove_class("-choosing")
        place = self.session.require_place()
        where = f"{clean(place.tenant.name)} / {clean(place.profile.name)}"
        self.plan_list.title = f"Sync {where} → {clean(target.name)}"
        self.plan_list.focus()
        self.board = None
        self.plan_list.say((f"Reading both sides of {clean(target.name)} …", "muted"))
        try:
            plan = await self.session.call(
                syncing.make_plan, self.session.opened, place, target, environ=self.session.environ
            )
        except KeydeckError as error:
            self._failed(error)
            return
        self.session.planned(plan)
        self._show(plan)

    def _failed(self, error: KeydeckError) -> None:
        self.board = None
        self.plan_list.say(*error_words(error), ("R tries again, esc leaves.", "muted"))
        self.details.say("")
        self.say_facts([("no plan", "danger")])
        self.footer_changed()

    def _show(self, plan: Plan) -> None:
        self.board = Board(plan)
        self.plan_list.subtitle = where_words(plan, self.narrow)
        self._refresh_rows()
        if not plan.rows:
            self.plan_list.say(
                ("Nothing is on either side yet.", "text"),
                ("n on the main screen makes a secret; then come back.", "muted"),
            )
        self.plan_list.status = clean(plan.warnings[0]) if plan.warnings else ""

    def _refresh_rows(self) -> None:
        if self.board is None:
            return
        self.plan_list.set_rows(self.board.lines())
        self.say_facts(summary(self.board))
        self._show_details()
        self.footer_changed()

    # -- the cursor and the rows -------------------------------------------------------------

    @on(RowList.Highlighted, "#plan")
    def _moved(self) -> None:
        self._show_details()

    def _show_details(self) -> None:
        line = self.plan_list.selected_row
        if self.board is None or line is None:
            self.details.say("")
        elif line.row is None:
            self.details.say(
                "In sync", (f"{line.folded} names are the same on both sides.", "muted")
            )
        elif line.key in self.board.results:
            result = self.board.results[line.key]
            self.details.say(
                clean(line.key), *result_advice(result, self.board.choices.get(line.key))
            )
        else:
            # A coroutine made here and cancelled before it began would complain.
            read: Any = partial(self._read_details, line)
            self.run_worker(read, group="details", exclusive=True)

    async def _read_details(self, line: Line) -> None:
        board, row = self.board, line.row
        if board is None or row is None:
            return
        sides = await self.session.call(syncing.details, self.session.opened, board.plan, row)
        if self.plan_list.highlighted == line.key:
            lines = detail_lines(sides, self.details.body_width)
            self.details.show(clean(row.name), lines)

    @on(RowList.Opened, "#targets")
    def _target_chosen(self, event: RowList.Opened) -> None:
        self.target = next(t for t in self.target_list.rows if t.name == event.row_id)
        self.work(self._read(self.target), "sync.read")

    @on(RowList.Opened, "#plan")
    def do_sync_unfold(self) -> None:
        """Show or hide what is in sync; on other rows say what applies them."""
        line = self.plan_list.selected_row
        if self.board is None or line is None:
            return
        if line.row is not None and line.row.state is not State.IN_SYNC:
            self.tell("Enter never applies: space ticks, A applies what is ticked.")
            return
        self.board.unfolded = not self.board.unfolded
        self._refresh_rows()

    @on(RowList.Ticked, "#plan")
    def do_sync_tick(self) -> None:
        """Tick or untick the row."""
        self._choose("toggle")

    def do_sync_ours(self) -> None:
        """Settle the row with what is here."""
        self._choose("ours")

    def do_sync_theirs(self) -> None:
        """Settle the row with what is there."""
        self._choose("theirs")

    def do_sync_adopt(self) -> None:
        """Take a name that is only there into the vault."""
        self._choose("adopt")

    def _choose(self, how: str) -> None:
        line = self.plan_list.selected_row
        if self.board is None or line is None:
            return
        if self.board.done or self.progress is not None:
            self.tell("This plan was applied: R makes a new one.")
            return
        if line.row is None:
            self.tell("These rows are the same on both sides: there is nothing to do.")
            return
        reason = getattr(self.board, how)(line.row)
        if reason:
            self.tell(reason)
        self.plan_list.refresh_row(line.key)
        self.say_facts(summary(self.board))
        self.footer_changed()

    # -- applying ----------------------------------------------------------------------------

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
        self.session.changed()
        self._refresh_rows()
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

    # -- the rest ----------------------------------------------------------------------------

    def do_sync_again(self) -> None:
        """Read both sides again."""
        if self.target is not None:
            self.work(self._read(self.target), "sync.read")

    def do_sync_setup(self) -> None:
        """Set up a remote; the plan follows there."""
        from keydeck.tui.screens.remote_setup import RemoteSetupScreen

        self.app.switch_screen(RemoteSetupScreen())

    def do_screen_back(self) -> None:
        """Stop applying, take the question back, or leave."""
        if self.progress is not None:
            self.progress.cancel.set()
            self._show_progress()
        elif self.has_class("-asking"):
            self._stop_asking()
        else:
            super().do_screen_back()
