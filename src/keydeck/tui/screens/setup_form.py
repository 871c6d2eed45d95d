"""The form of a remote's set-up: made from what a kind of remote asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from keydeck.domain.model import Remote
from keydeck.domain.secret import SecretValue
from keydeck.remotes.registry import Kind, Setting
from keydeck.tui.dialogs.form import Field, Frame
from keydeck.tui.text import Span, segments
from keydeck.tui.widgets.base import Quiet
from keydeck.tui.widgets.inputs import PlainInput
from keydeck.tui.widgets.masked import SecretInput

ENVIRONMENT, TOKEN_FILE, TYPED = "environment", "file", "typed"
_LABELS = {"ca_file": "CA file", "token_file": "Its file"}
_HELP = {
    "name": "what the remote is called here",
    "file": "the secrets file: a full path, or below this folder",
    "typed": "masked, never shown again",
    "mount": "where the KV version 2 store is mounted",
    "namespace": "empty where the server has none",
    "ca_file": "a private CA of the server; empty: the system's",
    "target.path": "this profile's place below the mount",
    "target.layout": "map: one entry with all names, path: one each, auto: as it is there",
    "format": "auto: by the file's name",
}


class Draft(NamedTuple):
    """What was filled in: name, settings of the remote and of the target, a typed token."""

    name: str
    settings: dict[str, str]
    target: dict[str, str]
    token: SecretValue | None


class Choice(Quiet):
    """One of a few words: `(file)  typed  environment`; arrows, space or a click choose."""

    can_focus = True
    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,space", "step(1)", "Next", show=False, id="choice.next"),
        Binding("left,h", "step(-1)", "Before", show=False, id="choice.before"),
    ]

    class Chosen(Message):
        """Another word was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """Where."""
            return self.choice

    def __init__(self, words: Sequence[str], chosen: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.words = tuple(words)
        self.chosen = chosen if chosen in words else words[0]

    def action_step(self, step: int) -> None:
        """To the next word or the one before."""
        at = (self.words.index(self.chosen) + step) % len(self.words)
        self.choose(self.words[at])

    def choose(self, word: str) -> None:
        """Choose this word."""
        if word != self.chosen:
            self.chosen = word
            self.refresh()
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """The word that was clicked."""
        at = 0
        for word in self.words:
            at += len(word or "auto") + 4
            if event.x < at:
                self.choose(word)
                return

    def focus_regions(self) -> list[Region]:
        """The whole line."""
        return [self.size.region]

    def focus_changed(self) -> None:
        """Leave the terminal's cursor at the chosen word."""
        before = self.words[: self.words.index(self.chosen)]
        self.park_cursor(sum(len(word or "auto") + 4 for word in before), 0)

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one
        """The words, the chosen one in brackets."""
        spans: list[Span] = []
        for word in self.words:
            shown = word or "auto"
            if word == self.chosen:
                spans.append((f"[{shown}]", "accent-bold" if self.lit else "bold"))
            else:
                spans.append((f" {shown} ", "muted"))
            spans.append(("  ", "text"))
        width = self.size.width
        return Strip(segments(spans, width, self.palette.styles), width)


class SetupForm(VerticalScroll, can_focus=False):
    """The questions of one kind; for a remote that is there already only the target's.

    `known` is that remote; `path` and `name` stand in their fields at first.
    """

    DEFAULT_CSS = """
    SetupForm { height: 1fr; }
    SetupForm .-hidden { display: none; }
    """

    def __init__(
        self,
        kind: Kind,
        known: Remote | None,
        environ: Mapping[str, str],
        *,
        name: str,
        path: str,
        formats: Sequence[str],
    ) -> None:
        super().__init__(id="form")
        self.kind, self.known, self.environ = kind, known, environ
        self._first = {"name": name, "target.path": path if kind.has_paths else ""}
        self._formats = tuple(formats)
        self._fields: dict[str, PlainInput | Choice] = {}

    def compose(self) -> ComposeResult:
        """The fields in a frame."""
        title = self.kind.words if self.known is None else f"{self.known.name}: {self.kind.words}"
        with Frame(title):
            yield from self._questions()

    def _questions(self) -> Iterator[Widget]:
        yield self._text("name", "Name", self._first["name"])
        target = self.kind.target if self.kind.has_paths else ()
        if self.known is None:
            settings = {setting.name: setting for setting in self.kind.settings}
            if "address" in settings:
                yield self._question(settings.pop("address"), "")
            if "token_file" in settings:
                settings.pop("token_file")
                yield from self._token()
            if target:
                yield from (self._question(setting, "target.") for setting in target)
                target = ()
            yield from (self._question(setting, "") for setting in settings.values())
        yield from (self._question(setting, "target.") for setting in target)

    def _question(self, setting: Setting, prefix: str) -> Field:
        key = prefix + setting.name
        label = _LABELS.get(setting.name, setting.name.capitalize())
        if setting.name == "format":
            return self._choice(key, label, ("", *self._formats))
        if setting.choices:
            return self._choice(key, label, setting.choices)
        if setting.name == "path" and not prefix:
            return self._text(key, "File", setting.default)
        first, note = self._first.get(key, setting.default), ""
        if setting.name == "address":
            first, note = self._address(setting)
        return self._text(key, label, first, note)

    def _address(self, setting: Setting) -> tuple[str, str]:
        for variable in ("BAO_ADDR", "VAULT_ADDR"):
            if self.environ.get(variable):
                return self.environ[variable], f"from {variable}"
        return "", f"such as {setting.default}"

    def _token(self) -> Iterator[Field]:
        set_in = [name for name in ("BAO_TOKEN", "VAULT_TOKEN") if self.environ.get(name)]
        first = ENVIRONMENT if set_in else TYPED
        field = self._choice("token", "Token", (TYPED, TOKEN_FILE, ENVIRONMENT), first)
        yield field
        typed = SecretInput(id="set-typed")
        self.typed = typed
        yield Field("Its value", typed, id="row-typed")
        yield self._text("token_file", "Its file", "~/.vault-token", row="row-file")

    def _text(self, key: str, label: str, first: str, note: str = "", row: str = "") -> Field:
        field = PlainInput(first, id=f"set-{key.replace('.', '-')}")
        self._fields[key] = field
        return self._row(label, field, note, row)

    def _choice(self, key: str, label: str, words: Sequence[str], first: str = "") -> Field:
        field = Choice(words, first, id=f"set-{key.replace('.', '-')}")
        self._fields[key] = field
        return self._row(label, field, "", "")

    def _row(self, label: str, field: Widget, note: str, row: str) -> Field:
        made = Field(label, field, id=row or None)
        if note:
            made.say(note)
        return made

    def on_mount(self) -> None:
        """Show the fields that the choice of a token needs; begin in the first to fill in."""
        self._show_token()
        self.focus_first()

    def focus_first(self) -> None:
        """Begin where something has to be filled in, else in the first field."""
        wanted = ("address", "token", "path", "target.path", "name")
        found = [self._fields[key] for key in wanted if key in self._fields]
        empty = [f for f in found if isinstance(f, PlainInput) and not f.value]
        if not empty and "token" in self._fields and self._token_choice == TYPED:
            self.typed.focus()
        else:
            (empty or found)[0].focus()

    @property
    def _token_choice(self) -> str:
        choice = self._fields.get("token")
        return choice.chosen if isinstance(choice, Choice) else ""

    def help_of(self, field: Widget | None) -> str:
        """What the field that has the focus asks for."""
        if field is None or field.id is None:
            return ""
        key = field.id.removeprefix("set-").replace("target-", "target.")
        if key == "path" and not self.kind.has_paths:
            key = "file"
        if key == "address":
            return "such as https://bao.example.com:8200; several of one cluster: by commas"
        return self._token_help() if key == "token" else _HELP.get(key, "")

    @on(Choice.Chosen, "#set-token")
    def _show_token(self) -> None:
        choice = self._fields.get("token")
        if not isinstance(choice, Choice):
            return
        self.query_one("#row-typed").set_class(choice.chosen != TYPED, "-hidden")
        self.query_one("#row-file").set_class(choice.chosen != TOKEN_FILE, "-hidden")

    def _token_help(self) -> str:
        if self._token_choice == TYPED:
            return "typed below, sealed in the vault"
        if self._token_choice == TOKEN_FILE:
            return "the file is read each time"
        for name in ("BAO_TOKEN", "VAULT_TOKEN"):
            if self.environ.get(name):
                return f"{name} is set"
        return "BAO_TOKEN is not set; ~/.vault-token is read"

    def draft(self) -> Draft:
        """What is filled in now."""
        values = {key: _value(field) for key, field in self._fields.items()}
        name, token = values.pop("name", ""), values.pop("token", "")
        target = {
            key.removeprefix("target."): value
            for key, value in values.items()
            if key.startswith("target.") and value
        }
        settings = {k: v for k, v in values.items() if v and not k.startswith("target.")}
        if token != TOKEN_FILE:
            settings.pop("token_file", None)
        typed = self.typed.snapshot() if token == TYPED and not self.typed.is_empty else None
        return Draft(name, settings, target, typed)


def _value(field: PlainInput | Choice) -> str:
    return field.chosen if isinstance(field, Choice) else field.value.strip()
