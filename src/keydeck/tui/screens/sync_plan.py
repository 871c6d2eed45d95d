"""The plan of a sync on the screen: read, shown, chosen from; nothing is applied here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from typing import Any

from textual import on
from textual.widget import Widget

from keydeck.domain.compare import State
from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Target
from keydeck.domain.safetext import clean
from keydeck.services import sync as syncing
from keydeck.services import targets as targeting
from keydeck.services.sync import Plan
from keydeck.tui.screens.flow import FlowScreen
from keydeck.tui.screens.flow_parts import ConfirmPane, FlowList, WordsPane, error_words
from keydeck.tui.screens.sync_results import result_advice
from keydeck.tui.screens.sync_rows import Board, Line, summary
from keydeck.tui.screens.sync_table import detail_lines, draw, table
from keydeck.tui.screens.sync_words import in_short, where_words
from keydeck.tui.widgets.rows import Lines, RowList, Slot


class PlanScreen(FlowScreen):
    """The plan of one target of the present place (several: it asks which)."""

    DEFAULT_CSS = """
    PlanScreen #details { height: 5; }
    PlanScreen #confirm { display: none; }
    PlanScreen.-asking #confirm { display: block; }
    PlanScreen.-asking #details { display: none; }
    PlanScreen #targets { display: none; }
    PlanScreen.-choosing #targets { display: block; }
    PlanScreen.-choosing #plan, PlanScreen.-choosing #details { display: none; }
    """

    def __init__(self, target: Target | None = None) -> None:
        super().__init__()
        self.target = target
        self.board: Board | None = None

    @property
    def busy(self) -> bool:
        """Whether rows are being applied."""
        return False

    def choices_changed(self) -> None:
        """Other rows are ticked now."""

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
        await self.read(self.target)

    async def read(self, target: Target) -> None:
        """Read both sides and show the plan, or what went wrong."""
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
        self.refresh_rows()
        if not plan.rows:
            self.plan_list.say(
                ("Nothing is on either side yet.", "text"),
                ("n on the main screen makes a secret; then come back.", "muted"),
            )
        warning = clean(plan.warnings[0]) if plan.warnings else ""
        where = clean(plan.where)
        self.plan_list.status = warning.replace(where, os.path.basename(where) or where)

    def refresh_rows(self) -> None:
        """Show the board as it is now."""
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
        self.work(self.read(self.target), "sync.read")

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
        self.refresh_rows()

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
        if self.board.done or self.busy:
            self.tell("This plan was applied: R makes a new one.")
            return
        if line.row is None:
            self.tell("These rows are the same on both sides: there is nothing to do.")
            return
        reason = getattr(self.board, how)(line.row)
        if reason:
            self.tell(reason)
        self.choices_changed()
        self.plan_list.refresh_row(line.key)
        self.say_facts(summary(self.board))
        self.footer_changed()

    def do_sync_again(self) -> None:
        """Read both sides again."""
        if self.target is not None:
            self.work(self.read(self.target), "sync.read")

    def do_sync_setup(self) -> None:
        """Set up a remote; the plan follows there."""
        from keydeck.tui.screens.remote_setup import RemoteSetupScreen

        self.app.switch_screen(RemoteSetupScreen())
