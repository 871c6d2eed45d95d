"""The one writer of standard output and of standard error.

Standard output carries what was asked for and nothing else; messages for people go to standard
error. Text for people is cleaned of what drives a terminal; a value goes out as bytes, by the
one method that says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, TextIO

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean, clean_lines, shorten_middle
from keydeck.domain.secret import SecretValue

SCHEMA = 1
GAP = "  "
WIDEST = 300  # of a cell: a name at a remote may be of any length


class Output:
    """Both streams of one command. `broken` once nobody reads standard output any more."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.broken = sys.stdout is None
        self._answered = False

    # standard output

    def line(self, text: str = "") -> None:
        """One line for people on standard output; nothing with `--json`."""
        if not self.as_json:
            self._write(clean(text) + "\n")

    def text(self, text: str) -> None:
        """Several lines as they are (help), each cleaned."""
        self._write(clean_lines(text).rstrip("\n") + "\n")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> None:
        """Columns set apart by two spaces, without boxes; those named in `right` end aligned."""
        if self.as_json:
            return
        cells = [[shorten_middle(clean(cell), WIDEST) for cell in row] for row in rows]
        if not cells:
            return
        widths = [
            max([len(title), *(len(row[index]) for row in cells)])
            for index, title in enumerate(head)
        ]
        last = len(head) - 1
        for row in ([list(head)] if any(head) else []) + cells:
            parts = [
                cell.rjust(width)
                if head[index] and head[index] in right.split()
                else (cell if index == last else cell.ljust(width))
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self._write(GAP.join(parts).rstrip() + "\n")

    def json(self, answer: Mapping[str, Any]) -> None:
        """The one object of `--json`, with its schema first; nothing without `--json`."""
        if not self.as_json or self._answered:
            return
        import json

        self._answered = True
        indent = 2 if is_terminal(1) else None
        self._write(json.dumps({"schema": SCHEMA, **answer}, indent=indent) + "\n")

    def value(self, value: SecretValue) -> None:
        """A secret's value, byte for byte; on a terminal made harmless and ended by a newline."""
        if not is_terminal(1):
            self._write_bytes(value.reveal_bytes())
            return
        if not value.is_text:
            from base64 import b64encode

            self.warn("the value is no text; shown as base64. Through a pipe it comes as it is.")
            self._write_bytes(b64encode(value.reveal_bytes()) + b"\n")
            return
        text = value.reveal_text()
        shown = clean_lines(text)
        if shown.split() != text.split():
            self.warn("characters that drive a terminal are shown as \ufffd; a pipe gets them all.")
        self._write(shown + "\n")

    # standard error

    def note(self, text: str) -> None:
        """A message for people; not with `--quiet`."""
        if not self.quiet:
            self._say(clean(text))

    def warn(self, text: str) -> None:
        """A warning for people, with `--quiet` too."""
        self._say(f"keydeck: {clean(text)}")

    def error(self, error: KeydeckError, code: int, **more: object) -> None:
        """What happened, what was kept, what to do; with `--json` the object on stdout too."""
        self._say(f"keydeck: {clean(error.message)}")
        if error.todo:
            self._say(f"→ {clean(error.todo)}")
        self.json(
            {
                "error": {
                    "code": code,
                    "message": clean(error.message),
                    "hint": clean(error.todo),
                },
                **more,
            }
        )

    def progress(self, done: int, of: int) -> None:
        """How far long work is, on one line of a terminal."""
        if self.quiet or self.as_json or not is_terminal(2):
            return
        with suppress(OSError, ValueError):
            sys.stderr.write(f"\r{done}/{of}" if done < of else "\r" + " " * 24 + "\r")
            sys.stderr.flush()

    def _say(self, text: str) -> None:
        if sys.stderr is None:
            return
        with suppress(OSError, ValueError):  # nobody listens: the exit code still speaks
            _put(sys.stderr, f"{text}\n")

    # the border

    def _write(self, text: str) -> None:
        if not self.broken:
            try:
                _put(sys.stdout, text)
            except OSError as error:
                self._cut(error)

    def _write_bytes(self, data: bytes) -> None:
        if not self.broken:
            try:
                buffer: BinaryIO | None = getattr(sys.stdout, "buffer", None)
                if buffer is None:
                    raise KeydeckError("Standard output takes no bytes.")
                sys.stdout.flush()
                buffer.write(data)
                buffer.flush()
            except OSError as error:
                self._cut(error)

    def flush(self) -> None:
        """Send what is buffered; the last moment at which a broken pipe can be told."""
        if not self.broken:
            try:
                sys.stdout.flush()
            except OSError as error:
                self._cut(error)
            except ValueError:
                self.broken = True

    def _cut(self, error: OSError) -> None:
        """Nobody reads any more: the interpreter must not complain about it at its end.

        A reader who left early is no failure; anything else (a full disk) is one.
        """
        self.broken = True
        with suppress(OSError, ValueError):
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, sys.stdout.fileno())
            os.close(devnull)
        if not isinstance(error, BrokenPipeError):
            raise KeydeckError(
                f"Standard output can't be written: {os.strerror(error.errno or 0)}.",
                todo="The command itself may have been carried out: look before you repeat it.",
            ) from None


def _put(stream: TextIO, text: str) -> None:
    """Write text in the stream's encoding; what it can't hold becomes `?`."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding.lower() not in ("utf-8", "utf8"):
        text = text.encode(encoding, "replace").decode(encoding)
    stream.write(text)
    if stream is sys.stderr:
        stream.flush()


def is_terminal(descriptor: int) -> bool:
    """Whether standard input (0), output (1) or error (2) is a terminal."""
    stream = (sys.stdin, sys.stdout, sys.stderr)[descriptor]
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
