"""A place in a file: its lines shown masked, or opened in the user's editor."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import SuspendNotSupported
from textual.screen import Screen

from keydeck.domain.errors import KeydeckError, NotFound
from keydeck.domain.safetext import clean
from keydeck.tui.commands.command import Command
from keydeck.tui.commands.everywhere import EVERYWHERE
from keydeck.tui.screens.excerpt import Shown, excerpt
from keydeck.tui.screens.flow import FlowScreen
from keydeck.tui.screens.flow_keys import leave
from keydeck.tui.screens.flow_parts import WordsPane, error_words
from keydeck.tui.text import Role, Span

KEYS = (
    leave(),
    Command("place.editor", "Open in editor", ("o",), "open in editor", "Opens the place there."),
    *EVERYWHERE,
)


def editor_command(environ: Mapping[str, str], path: str, line: int) -> list[str]:
    """`$VISUAL` or `$EDITOR` (else vi) on a file, at a line where the editor can."""
    words = shlex.split(environ.get("VISUAL") or environ.get("EDITOR") or "vi")
    name = os.path.basename(words[0])
    if name in {"code", "codium", "cursor", "subl", "zed"}:
        wait = [] if name == "subl" or "--wait" in words else ["--wait"]
        goto = ["--goto"] if name in {"code", "codium", "cursor"} else []
        return [*words, *wait, *goto, f"{path}:{line}"]
    if name in {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "mg"}:
        return [*words, f"+{line}", path]
    return [*words, path]


def open_in_editor(screen: Screen[None], environ: Mapping[str, str], path: str, line: int) -> None:
    """Leave the screen to the editor until it ends; `KeydeckError` where it can't start."""
    if not os.path.isfile(path):
        raise NotFound(f"There is no {clean(path)} any more.", todo="Press R to look again.")
    words = editor_command(environ, os.path.abspath(path), line)
    try:
        with screen.app.suspend():
            # The user's own program on the user's own file.
            subprocess.run(words, check=False, env=dict(environ))
    except SuspendNotSupported as error:
        raise KeydeckError("This terminal can't be left to an editor.") from error
    except OSError as error:
        raise NotFound(
            f"The editor {clean(words[0])} can't be started.", todo="Set VISUAL or EDITOR."
        ) from error
    screen.refresh(layout=True)


class PlaceScreen(FlowScreen):
    """The lines around a place, what might be a value masked."""

    COMMANDS: ClassVar[tuple[Command, ...]] = KEYS  # type: ignore[assignment]

    def __init__(self, folder: str, file: str, line: int, names: Sequence[str]) -> None:
        super().__init__()
        self.folder, self.file, self.line = folder, file, line
        self.names = frozenset(names)

    def body(self) -> list[WordsPane]:
        """One pane with the lines."""
        self.pane = WordsPane(f"{clean(self.file)}:{self.line}", id="place")
        return [self.pane]

    def on_mount(self) -> None:
        """Read the file."""
        self.work(self._read(), "place.read")

    async def _read(self) -> None:
        around = max(6, self.app.size.height // 2)
        try:
            lines = await self.session.call(
                excerpt, self.folder, self.file, self.line, self.names, around
            )
        except KeydeckError as error:
            self.pane.say(self.pane.title, *error_words(error))
            return
        at = next(index for index, line in enumerate(lines) if line.here)
        room = max(1, self.pane.body_height)
        first = min(max(0, at - room // 2), max(0, len(lines) - room))
        self.pane.show(self.pane.title, [_spans(line) for line in lines[first : first + room]])
        self.say_facts([("what might be a value is masked", "muted")])

    def do_place_editor(self) -> None:
        """Open it in the editor."""
        try:
            path = os.path.join(self.folder, self.file)
            open_in_editor(self, self.session.environ, path, self.line)
        except KeydeckError as error:
            self.tell_error(error)


def _spans(line: Shown) -> list[Span]:
    mark: Span = ("> ", "accent-bold") if line.here else ("  ", "text")
    role: Role = "bold" if line.here else "text"
    return [mark, (f"{line.number:>5}  ", "muted"), (line.text, role)]
