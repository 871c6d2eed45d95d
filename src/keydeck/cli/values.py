"""How a value comes in: a masked prompt, standard input, a file, or the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keydeck.cli.arguments import Option
from keydeck.cli.output import is_terminal
from keydeck.domain.errors import AnswerNeeded, Invalid, Usage
from keydeck.domain.names import MAX_VALUE
from keydeck.domain.secret import SecretValue

if TYPE_CHECKING:
    from keydeck.cli.context import Context

FROM_FILE = Option(("--from-file",), "read the value from a file (- is standard input)", "FILE")
RAW = Option(("--raw",), "keep the last newline of a single line")
ALLOW_EMPTY = Option(("--allow-empty",), "an empty value is meant")

HISTORY = (
    "a value on the command line stays in the shell's history, and other programs of this "
    "machine could read it; without a value keydeck asks for it masked."
)


def trimmed(data: bytes, *, raw: bool) -> SecretValue:
    """A single line without its one final newline; several lines byte for byte."""
    if not raw and data.endswith(b"\n") and data.count(b"\n") == 1:
        data = data[:-1].removesuffix(b"\r")
    return SecretValue(data)


def from_words(words: Sequence[str]) -> dict[str, SecretValue]:
    """Values of `NAME VALUE` or `NAME=VALUE …`; empty where one name stands alone.

    `Usage` (64) where the two are mixed. No word is repeated in an error: it may be a value.
    """
    first = words[0]
    if "=" not in first:
        if len(words) > 2:
            raise Usage(
                "keydeck set takes NAME, NAME VALUE or NAME=VALUE ….",
                todo="Quote a value that holds spaces.",
            )
        return {first: _word(words[1])} if len(words) == 2 else {}
    found: dict[str, SecretValue] = {}
    for word in words:
        name, mark, value = word.partition("=")
        if not mark:
            raise Usage(
                "One of the words is not NAME=VALUE.",
                kept="Nothing was set.",
                todo="Quote a value that holds spaces.",
            )
        if name in found:
            raise Invalid("One name stands there twice.", kept="Nothing was set.")
        found[name] = _word(value)
    return found


def _word(text: str) -> SecretValue:
    return SecretValue(os.fsencode(text))


def read_value(context: Context, name: str) -> SecretValue:
    """One value from `--from-file`, standard input, or asked for on the terminal."""
    args = context.args
    source = args.text("from_file")
    if source is not None:
        return trimmed(read_source(source), raw=args.flag("raw"))
    if not is_terminal(0):
        return trimmed(read_standard_input(), raw=args.flag("raw"))
    with context.terminal() as terminal:
        if terminal is None:
            raise AnswerNeeded(
                f"There is no value for {name}, and nobody to ask.",
                kept="Nothing was changed.",
                todo="Send it through standard input, or name --from-file FILE.",
            )
        return terminal.ask_masked(f"Value of {name}: ", lines=True)


def read_source(source: str) -> bytes:
    """The bytes of a file, or of standard input for `-`."""
    if source == "-":
        return read_standard_input()
    from keydeck.system.files import read_file

    return read_file(source)


def read_standard_input(limit: int = 64 * 1024 * 1024) -> bytes:
    """All of standard input; `Invalid` (11) above `limit` bytes."""
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        return b""
    data: bytes = stream.read(limit + 1)
    if len(data) > limit:
        raise Invalid(
            f"Standard input has more than {limit:,} bytes.",
            kept="Nothing was changed.",
            todo=f"A value holds at most {MAX_VALUE:,} bytes.",
        )
    return data


def parse_lines(data: bytes, source: str) -> dict[str, SecretValue]:
    """Names and values of a dotenv file; `Invalid` (11) where a line can't be read."""
    from keydeck.formats.registry import codec

    parsed = codec("dotenv").parse(data)
    if parsed.problems:
        shown = "Standard input" if source == "-" else source
        raise Invalid(
            f"{shown}: {parsed.problems[0]}.", kept="Nothing was set.", todo="Mend that line."
        )
    return parsed.values()
