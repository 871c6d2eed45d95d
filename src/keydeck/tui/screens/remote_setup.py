"""Setting a remote up, and the place's target on it: kind, settings, test, plan."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.widget import Widget

from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import Remote, Target
from keydeck.domain.remote import Finding
from keydeck.domain.safetext import clean
from keydeck.remotes.registry import KINDS, find_kind
from keydeck.services import exchange
from keydeck.services import targets as service
from keydeck.tui.commands.command import Command
from keydeck.tui.screens import flow_keys
from keydeck.tui.screens.flow import FlowScreen, worded
from keydeck.tui.screens.flow_parts import FlowList, error_words
from keydeck.tui.screens.setup_form import Choice, Draft, SetupForm
from keydeck.tui.screens.setup_rows import Option, draw_option, fact_of, free_name, short_name
from keydeck.tui.text import Span
from keydeck.tui.widgets.detail import Facts, Words
from keydeck.tui.widgets.inputs import PlainInput
from keydeck.tui.widgets.masked import SecretInput
from keydeck.tui.widgets.rows import RowList

KIND, FORM, TEST = "-kind", "-form", "-test"


class RemoteSetupScreen(FlowScreen):
    """Kind, address, token, path, test; ends in the plan where `then_plan`."""

    COMMANDS: ClassVar[tuple[Command, ...]] = flow_keys.SETUP  # type: ignore[assignment]
    DEFAULT_CSS = """
    RemoteSetupScreen #kinds, RemoteSetupScreen #findings, RemoteSetupScreen #form {
        display: none; }
    RemoteSetupScreen.-kind #kinds { display: block; }
    RemoteSetupScreen.-form #form { display: block; }
    RemoteSetupScreen.-test #findings { display: block; }
    """

    def __init__(self, then_plan: bool = True) -> None:
        super().__init__()
        self.then_plan = then_plan
        self.option: Option | None = None
        self.form: SetupForm | None = None
        self._findings: list[Finding] | None = None
        self._added: dict[str, Draft] = {}
        self._busy = False

    # -- the three steps ---------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The kinds and the findings; the form comes between them when the kind is known."""
        place = self.session.require_place()
        where = f"{clean(place.tenant.name)} / {clean(place.profile.name)}"
        self.kinds: FlowList[Option] = FlowList(
            f"Where should {where} sync to?",
            row_id=lambda option: option.key,
            render_row=draw_option,
            lines=2,
            filterable=False,
            id="kinds",
        )
        self.findings = Facts("Test", id="findings")
        return self.kinds, self.findings

    def on_mount(self) -> None:
        """First the kind, or a remote that is there."""
        self._step(KIND)
        self.work(self._read_remotes(), "setup.read")

    def _step(self, step: str) -> None:
        for name in (KIND, FORM, TEST):
            self.set_class(name == step, name)
        if step == KIND:
            self.kinds.focus()
            self.say_facts([("enter chooses", "bold"), ("nothing is written yet", "muted")])
        elif step == FORM:
            self.say_facts([("F2 tests it", "bold"), ("nothing is written yet", "muted")])
        self.footer_changed()

    @property
    def step(self) -> str:
        """Which of the three steps shows."""
        return next(name for name in (KIND, FORM, TEST) if self.has_class(name))

    async def _read_remotes(self) -> None:
        known = await self.session.call(service.remotes, self.session.opened)
        there = [Option(find_kind(remote.kind), remote) for remote in known if remote.kind in KINDS]
        self.kinds.set_rows([*there, *(Option(kind) for kind in KINDS.values())])

    def footer_commands(self) -> list[Command]:
        """What F2 and esc do in this step."""
        words = {KIND: ("", "leave"), FORM: ("test", "kinds"), TEST: ("save", "correct")}
        forward, back = words[self.step]
        if self.step == TEST and not self._all_fine:
            forward = "save anyway"
        choosing = self.step == KIND
        shown = worded(
            super().footer_commands(),
            setup_choose="choose" if choosing else "",
            setup_next="" if choosing else forward,
            setup_back=back,
        )
        return [c for c in shown if c.word]

    # -- kind --------------------------------------------------------------------------------

    @on(RowList.Opened, "#kinds")
    def do_setup_choose(self) -> None:
        """To the form of the kind, or of the remote, under the cursor."""
        option = self.kinds.selected_row
        if option is not None:
            self.work(self._open_form(option), "setup.form")

    async def _open_form(self, option: Option) -> None:
        if self.form is not None and self.option == option:
            self._step(FORM)
            self.form.focus_first()
            return
        taken = await self.session.call(self._names)
        place = self.session.require_place()
        if self.form is not None:
            await self.form.remove()
        self.option = option
        first = option.known.name if option.known else free_name(short_name(option.kind), taken[0])
        self.form = SetupForm(
            option.kind,
            option.known,
            self.session.environ,
            name=free_name(first, taken[1]) if option.known else first,
            path=place.label,
            formats=tuple(exchange.formats()),
        )
        await self.mount(self.form, before=self.findings)
        self._step(FORM)

    def _names(self) -> tuple[set[str], set[str]]:
        """Names of all remotes, and of this place's targets."""
        place = self.session.require_place()
        remotes = service.remotes(self.session.opened)
        targets = service.targets(self.session.opened, place)
        return {remote.name for remote in remotes}, {target.name for target in targets}

    # -- test --------------------------------------------------------------------------------

    def why_not(self, command: Command) -> str:
        """Why a command can't work now."""
        if command.id == "setup.next" and self._busy:
            return "It is being tried."
        if command.id == "setup.choose" and self.step != KIND:
            return "The kind is chosen: esc goes back to it."
        return super().why_not(command)

    @on(PlainInput.Submitted)
    @on(SecretInput.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @on(events.DescendantFocus)
    @on(Choice.Chosen)
    def _say_help(self) -> None:
        if self.form is None or self.step != FORM:
            return
        words = self.form.help_of(self.focused)
        hint: Span = (words, "muted") if words else ("nothing is written yet", "muted")
        self.say_facts([("F2 tests it", "bold"), hint])

    def do_setup_next(self) -> None:
        """F2: test what is filled in, or save what was tested."""
        if self.step == KIND:
            self.do_setup_choose()
        elif self.step == FORM:
            self.work(self._test(), "setup.test")
        else:
            self.work(self._save(), "setup.save")

    def do_setup_back(self) -> None:
        """To the step before; what was filled in stays."""
        if self._busy:
            self.tell("It is being tried; it ends by itself.")
        elif self.step == TEST:
            self._step(FORM)
            if self.form is not None:
                self.form.focus_first()
        elif self.step == FORM:
            self._step(KIND)
        else:
            self.dismiss()

    async def _test(self) -> None:
        if self.form is None or self.option is None:
            return
        draft = self.form.draft()
        self._findings = None
        self._busy = True
        self._step(TEST)
        self.findings.focus()
        self.findings.title = f"Test of {clean(draft.name)}"
        self.findings.show([Words("Trying it …", "muted")])
        self.say_facts([("nothing is written by a test", "muted")])
        try:
            found = await self.session.call(self._try, self.option, draft)
        except KeydeckError as error:
            said = [*error_words(error), ("esc goes back to correct it.", "muted")]
            self.findings.show([Words(*span) for span in said])
            self.say_facts([("it can't work like this", "danger")])
            return
        finally:
            self._busy = False
            self.footer_changed()
        self._findings = found
        self.findings.show([fact_of(finding) for finding in found])
        self._say_findings(found)

    def _try(self, option: Option, draft: Draft) -> list[Finding]:
        remote = self._remote(option, draft)
        opened = service.open_settings(remote, draft.target, self.session.environ)
        try:
            return opened.test()
        finally:
            opened.close()

    def _remote(self, option: Option, draft: Draft) -> Remote:
        if option.known is not None:
            return option.known
        settings = dict(draft.settings)
        for key in ("path", "ca_file", "token_file"):
            if key in settings:
                path = os.path.expanduser(settings[key])
                settings[key] = os.path.join(self.session.folder or os.getcwd(), path)
        if option.kind.name == "file" and not settings.get("format"):
            from keydeck.formats.registry import guess

            settings["format"] = guess(settings.get("path", ""), b"").name
        return Remote(bytes(16), draft.name, option.kind.name, settings, draft.token)

    @property
    def _all_fine(self) -> bool:
        return bool(self._findings) and all(finding.ok for finding in self._findings or ())

    def _say_findings(self, found: list[Finding]) -> None:
        bad = sum(not finding.ok for finding in found)
        if not bad:
            self.say_facts([("all fine", "ok"), ("F2 saves it and shows the plan", "muted")])
            return
        noun = "thing needs" if bad == 1 else "things need"
        self.say_facts(
            [(f"{bad} {noun} a look", "due"), ("esc corrects, F2 saves anyway", "muted")]
        )
        self.footer_changed()

    # -- save --------------------------------------------------------------------------------

    async def _save(self) -> None:
        if self.form is None or self.option is None:
            return
        if self._findings is None:
            self.tell("It can't be saved like this: esc goes back to correct it.", "due")
            return
        draft = self.form.draft()
        target = await self.session.call(self._add, self.option, draft)
        place = self.session.require_place()
        found = await self.session.call(service.targets, self.session.opened, place)
        self.session.targets = tuple(found)
        self.session.changed()
        if self.then_plan:
            from keydeck.tui.screens.sync import SyncScreen

            self.app.switch_screen(SyncScreen(target))
        else:
            self.dismiss()

    def _add(self, option: Option, draft: Draft) -> Target:
        vault, place = self.session.opened, self.session.require_place()
        remote = self._remote(option, draft)
        if option.known is None and self._added.get(draft.name) != draft:
            service.add_remote(
                vault, draft.name, option.kind.name, remote.settings, token=draft.token
            )
            # Where adding the target fails, a second try must not stumble over the remote.
            self._added[draft.name] = draft
        return service.add_target(vault, place, remote.name, name=draft.name, settings=draft.target)
