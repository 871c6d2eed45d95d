"""Copying a value: what was really done, and clearing that claims only what it knows.

The terminal's own way (OSC 52) works over SSH but never answers; a local tool does answer,
so only there can a later clearing be checked.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from hashlib import blake2b
from hmac import compare_digest
from typing import NamedTuple

from keydeck.domain.secret import SecretValue

CLEAR_AFTER = 30.0
_ANSWER = 2.0  # seconds that a clipboard tool may take


class Tool(NamedTuple):
    """A local clipboard program: what takes a text from its standard input, gives it, clears."""

    name: str
    put: tuple[str, ...]
    get: tuple[str, ...]
    clear: tuple[str, ...]


_WAYLAND = Tool(
    "wl-copy", ("wl-copy", "--type", "text/plain"), ("wl-paste", "-n"), ("wl-copy", "-c")
)
_XCLIP = Tool(
    "xclip",
    ("xclip", "-selection", "clipboard", "-in"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xclip", "-selection", "clipboard", "-in"),
)
_XSEL = Tool("xsel", ("xsel", "-b", "-i"), ("xsel", "-b", "-o"), ("xsel", "-b", "-c"))
_MAC = Tool("pbcopy", ("pbcopy",), ("pbpaste",), ("pbcopy",))


def find_tool(environ: Mapping[str, str]) -> Tool | None:
    """The clipboard program of a display that is really there."""
    path = environ.get("PATH")
    wanted: list[Tool] = []
    if sys.platform == "darwin" and not environ.get("SSH_CONNECTION"):
        wanted.append(_MAC)
    if environ.get("WAYLAND_DISPLAY"):
        wanted.append(_WAYLAND)
    if environ.get("DISPLAY"):
        wanted += [_XCLIP, _XSEL]
    for tool in wanted:
        if shutil.which(tool.put[0], path=path):
            return tool
    return None


class Copied:
    """One copy: how it was made, and how to take it back. Holds no value, only a keyed hash."""

    __slots__ = ("_key", "_mark", "_write", "environ", "said", "tool")

    def __init__(
        self, value: SecretValue, write: Callable[[str], None], environ: Mapping[str, str]
    ) -> None:
        self._key = os.urandom(32)
        self._mark = self._hash(value.reveal_bytes())
        self._write = write
        self.environ = environ
        self.tool: Tool | None = None
        self.said = ""

    def _hash(self, data: bytes) -> bytes:
        return blake2b(data, key=self._key).digest()

    async def clear(self) -> str:
        """Take the value back where it is still ours; says what was done, and no more."""
        if self.tool is None:
            self._write("\x1b]52;c;\a")
            return _asked(self.environ)
        held = await _run(self.tool.get, None, self.environ)
        if held is None:
            return f"{self.tool.name} did not answer: the clipboard may still hold the value."
        if not compare_digest(self._hash(held), self._mark):
            return "The clipboard holds something else by now; it was left alone."
        self._write("\x1b]52;c;\a")
        if await _run(self.tool.clear, b"", self.environ) is None:
            return f"{self.tool.name} could not clear the clipboard: it still holds the value."
        return "The clipboard is cleared."


def _asked(environ: Mapping[str, str]) -> str:
    keeper = "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else "the terminal"
    return f"Asked to clear the clipboard; {keeper} may keep it."


async def copy(
    value: SecretValue, write: Callable[[str], None], environ: Mapping[str, str]
) -> Copied:
    """Copy by OSC 52 (written with `write`) and by a local tool where there is a display.

    The answer's `said` is the sentence for the user.
    """
    done = Copied(value, write, environ)
    data = value.reveal_bytes()
    write(f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\a")
    tool = find_tool(environ)
    if tool is not None and await _run(tool.put, data, environ) is not None:
        done.tool = tool
    if done.tool is not None:
        done.said = f"copied with {done.tool.name}"
    elif environ.get("TMUX"):
        done.said = "sent to the terminal (OSC 52); tmux passes it on only with set-clipboard on"
    else:
        done.said = "sent to the terminal (OSC 52); it never says whether it took it"
    return done


async def _run(
    command: tuple[str, ...], data: bytes | None, environ: Mapping[str, str]
) -> bytes | None:
    """Run a clipboard tool; its output, or None where it fails or hangs.

    Some tools stay behind to serve the clipboard: nothing of theirs is waited for but the
    process that was started, and output is read only where it is the answer.
    """
    reading = data is None
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=null if reading else pipe,
            stdout=pipe if reading else null,
            stderr=null,
            env={**environ},
        )
    except OSError:
        return None
    try:
        output, _ = await asyncio.wait_for(process.communicate(data), _ANSWER)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        if process.returncode is None:
            process.kill()
        return None
    return (output or b"") if process.returncode == 0 else None
