"""A file's secrets against the vault, then taken over."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean
from keydeck.services import exchange
from keydeck.services.exchange import ImportPlan, ImportRow
from keydeck.system.files import read_file
from keydeck.tui.commands.command import Command
from keydeck.tui.dialogs.form import Field, Frame
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen, asked, worded
from keydeck.tui.screens.flow_parts import ConfirmPane, FlowList, error_words
from keydeck.tui.screens.importing_rows import Preview, summary
from keydeck.tui.text import Span, middle, pad
from keydeck.tui.widgets.columns import Column, lay_out
from keydeck.tui.widgets.inputs import PlainInput
from keydeck.tui.widgets.rows import Lines, RowList, Slot

LIMIT = 8 * 1024 * 1024
COLUMNS = (
    Column("tick", "", 3),
    Column("what", "WHAT", 10),
    Column("name", "NAME", grow=True, least=16),
    Column("change", "CHANGE", 34),
)
ASK = "Type the path of a dotenv, JSON or secrets.json file above; enter compares it."


class ImportScreen(FlowScreen):
    """The preview of importing `path` into the present place; with no path it asks for one."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.IMPORT  # type: ignore[assignment]
    DEFAULT_CSS = """
    ImportScreen #ask { display: none; }
    ImportScreen.-typing #ask { display: block; }
    ImportScreen #confirm { display: none; }
    ImportScreen.-asking #confirm { display: block; }
    """

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self.path = path
        self.preview: Preview | None = None
        self._done = False

    def body(self) -> Iterable[Widget]:
        """The file's path, the rows, and the question before values are replaced."""
        place = self.session.require_place()
        where = f"{clean(place.tenant.name)} / {clean(place.profile.name)}"
        self.field = PlainInput(self.path, id="file")
        self.list: FlowList[ImportRow] = FlowList(
            f"Import into {where}",
            row_id=lambda row: row.name,
            render_row=self._draw,
            header=lambda width: lay_out(COLUMNS, width).header(),
            narrow_lines=2,
            id="rows",
        )
        self.confirm = ConfirmPane("", "import", "", "F2 imports", id="confirm")
        self.field_row = Field("File", self.field)
        return Frame("Which file?", self.field_row, id="ask"), self.list, self.confirm

    def on_mount(self) -> None:
        """Ask for the file, or read it."""
        if self.path:
            self.work(self._read(), "import.read")
            return
        self.add_class("-typing")
        self.list.say((ASK, "muted"))
        self.field.focus()

    @on(PlainInput.Submitted, "#file")
    def _named(self) -> None:
        if self.field.value.strip():
            self.path = os.path.expanduser(self.field.value.strip())
            self.work(self._read(), "import.read")

    async def _read(self) -> None:
        self.preview = None
        self._done = False
        try:
            plan = await self.session.call(self._plan)
        except KeydeckError as error:
            # What was typed stays, to be corrected.
            self.add_class("-typing")
            self.list.say(*error_words(error))
            self.say_facts([("nothing was read", "danger")])
            self.field.focus()
            return
        self.remove_class("-typing")
        self.preview = Preview(plan)
        self.list.subtitle = f"{clean(os.path.basename(plan.source))}, {plan.format}"
        self.list.focus()
        if plan.rows:
            self.list.set_rows(self.preview.rows)
        else:
            self.list.say(("No secret is in this file.", "text"), *_problems(plan))
        self._refresh_facts()
        if plan.problems:
            self.tell(f"Not understood: {plan.problems[0]}", "due")

    def _plan(self) -> ImportPlan:
        place = self.session.require_place()
        path = os.path.join(self.session.folder or os.getcwd(), self.path)
        return exchange.plan_import(self.session.opened, place, read_file(path, LIMIT), path)

    def _draw(self, row: ImportRow, slot: Slot) -> Lines:
        if self.preview is None:
            return []
        tick, what, name, change = self.preview.words(row)
        if slot.lines == 1:
            cells: dict[str, Span] = {"what": what, "name": name, "change": change}
            return [lay_out(COLUMNS, slot.width).line({**cells, "tick": (tick, "text")})]
        room = max(8, slot.width - 4 - 13)
        first: list[Span] = [
            (pad(tick, 4), "text"),
            (pad(middle(name[0], room), room), name[1]),
            ("  ", "text"),
            what,
        ]
        return [first, [("    ", "text"), change]]

    # -- ticks -------------------------------------------------------------------------------

    @on(RowList.Ticked, "#rows")
    def do_import_tick(self) -> None:
        """Tick or untick the row."""
        row = self.list.selected_row
        if self.preview is None or row is None:
            return
        if self._done:
            self.tell("This import is done: R reads the file again.")
            return
        reason = self.preview.toggle(row)
        if reason:
            self.tell(reason)
        self.list.refresh_row(row.name)
        self._refresh_facts()

    @on(RowList.Opened, "#rows")
    def _opened(self) -> None:
        self.tell("Enter never applies: space ticks, A applies what is ticked.")

    def _refresh_facts(self) -> None:
        if self.preview is not None:
            self.say_facts(summary(self.preview))
        self.footer_changed()

    def footer_commands(self) -> list[Command]:
        """The footer counts what would be taken over."""
        if self.has_class("-asking"):
            return asked(self.COMMANDS, "import")
        shown = super().footer_commands()
        if self.preview is None or self._done:
            choosing = ("import.apply", "import.tick")
            return [command for command in shown if command.id not in choosing]
        return worded(shown, import_apply=f"apply {self.preview.ticked}")

    # -- applying ----------------------------------------------------------------------------

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        if command.id == "import.apply":
            return self._why_not_apply()
        if command.id == "import.confirm":
            if not self.has_class("-asking"):
                return "A applies what is ticked."
            return self.confirm.why_not()
        if command.id == "import.again" and not self.path:
            return "Name a file first."
        return super().why_not(command)

    def _why_not_apply(self) -> str:
        if self.preview is None:
            return "There is nothing to apply yet: name a file first."
        if self._done:
            return "This import is done: R reads the file again."
        return "" if self.preview.ticked else "Nothing is ticked: space ticks a row."

    def do_import_apply(self) -> None:
        """Take over what is ticked; a protected profile asks for its name before it replaces."""
        preview = self.preview
        if preview is None:
            return
        profile = preview.plan.place.profile
        if not (profile.protected and preview.overwrites):
            self.work(self._apply(""), "import.apply")
            return
        count = len(preview.taken)
        words = f"{count} value{'s' if count != 1 else ''} of {preview.plan.place.label}"
        verb = "is" if count == 1 else "are"
        self.confirm.ask(
            profile.name, "import", f"{words} {verb} replaced; the old one is kept.", "F2 imports"
        )
        self.add_class("-asking")
        self.confirm.focus()
        self.footer_changed()

    def do_import_confirm(self) -> None:
        """F2: the name was typed."""
        typed = self.confirm.typed
        self._stop_asking()
        self.work(self._apply(typed), "import.apply")

    async def _apply(self, confirm: str) -> None:
        preview = self.preview
        if preview is None or self._done:
            return
        self._done = True
        try:
            receipt = await self.session.call(
                exchange.apply_import,
                self.session.opened,
                preview.to_apply(),
                take=tuple(preview.taken),
                confirm=confirm,
            )
        except KeydeckError:
            self._done = False
            raise
        self.session.changed(receipt)
        count = len(receipt.changed)
        taken = {name for name, _, _ in receipt.changed}
        self.preview = Preview(await self.session.call(self._plan))
        self.list.set_rows(self.preview.rows)
        self.say_facts([(f"{count} imported", "ok"), ("u on the main screen undoes it", "muted")])
        self.footer_changed()
        plural = "s" if count != 1 else ""
        self.tell(
            f"{count} secret{plural} imported from {clean(os.path.basename(self.path))}.", "ok"
        )
        if taken:
            self.list.select(min(taken))

    def _stop_asking(self) -> None:
        self.remove_class("-asking")
        self.list.focus()
        self.footer_changed()

    def do_import_again(self) -> None:
        """Read the file again."""
        self.work(self._read(), "import.read")

    def do_screen_back(self) -> None:
        """Take the question back, or leave."""
        if self.has_class("-asking"):
            self._stop_asking()
        else:
            super().do_screen_back()


def _problems(plan: ImportPlan) -> list[Span]:
    return [(problem, "due") for problem in plan.problems[:10]]
