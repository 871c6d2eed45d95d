"""From an argument list to an exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from keydeck.cli.arguments import Arguments, Command
from keydeck.cli.output import Output
from keydeck.cli.reading import parse, parse_globals, split_globals
from keydeck.cli.table import LATER, MEANT, family_of, verbs
from keydeck.domain.errors import KeydeckError, Usage
from keydeck.domain.safetext import clean, shorten_middle

if TYPE_CHECKING:
    from types import TracebackType

INTERRUPTED = 130
RUN_FAILED = 125  # as `env` does: the command's own exit codes stay apart
RUN_CODES = (126, 127)

App = Callable[[Arguments], int]


def run(argv: Sequence[str], start_app: App, environ: Mapping[str, str] | None = None) -> int:
    """Carry out one command line; the exit code. `start_app` shows the app (no command given)."""
    out = Output(as_json=_wants(argv, "--json"), quiet=_wants(argv, "--quiet"))
    verb = ""
    try:
        before, verb, after = split_globals(argv)
        code = _dispatch(out, before, verb, after, start_app, environ or os.environ)
        out.flush()
    except KeydeckError as error:
        code = RUN_FAILED if verb == "run" and error.code not in RUN_CODES else error.code
        _finish(out, error, code)
    except KeyboardInterrupt:
        code = INTERRUPTED
        _finish(out, KeydeckError("Interrupted.", todo=""), code)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except Exception as error:  # noqa: BLE001 the last resort: a value may be in its text
        code = RUN_FAILED if verb == "run" else 1
        _finish(out, internal(error), code)
    return code


def _finish(out: Output, error: KeydeckError, code: int) -> None:
    try:
        out.error(error, code, **getattr(error, "details", {}))
        out.flush()
    except KeydeckError:
        pass  # standard output is gone; what could be said went to standard error


def internal(error: BaseException) -> KeydeckError:
    """An unforeseen error in words: its type and where, never its text or what it held."""
    frames = _frames(error.__traceback__)
    return KeydeckError(
        f"Internal error: {type(error).__name__} at {' < '.join(reversed(frames)) or 'unknown'}.",
        kept="The vault changes in whole steps only.",
        todo="Please report this line; it holds no value.",
    )


def _frames(trace: TracebackType | None) -> list[str]:
    """`services/sync.py:41`, outermost first, the last eight."""
    found = []
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename.replace(os.sep, "/").split("/")
        found.append(f"{'/'.join(path[-2:])}:{trace.tb_lineno}")
        trace = trace.tb_next
    return found[-8:]


def _wants(argv: Sequence[str], switch: str) -> bool:
    """Whether a switch was given, known before anything else so that errors have their form."""
    items = list(argv)
    return switch in (items[: items.index("--")] if "--" in items else items)


def _dispatch(
    out: Output,
    before: Sequence[str],
    verb: str,
    after: Sequence[str],
    start_app: App,
    environ: Mapping[str, str],
) -> int:
    if not verb:
        return _without_verb(out, before, start_app)
    if verb == "help":
        return _help(out, after)
    family = family_of(verb)
    if not family:
        raise unknown(verb)
    command, rest = _find(family, verb, [*before, *after])
    if command is None:
        return _help(out, [verb])
    args = parse(command, rest)
    if args.flag("help"):
        return _help(out, command.name.split())
    from keydeck.cli.context import Context

    context = Context(out, args, environ)
    try:
        return command.handler(context, args)
    finally:
        context.close()


def _without_verb(out: Output, before: Sequence[str], start_app: App) -> int:
    from keydeck.cli.start import APP_OPTIONS

    args = parse_globals(before, APP_OPTIONS)
    if args.flag("version"):
        from keydeck import __version__

        out.line(f"keydeck {__version__}")
        out.json({"version": __version__})
        return 0
    if args.flag("help"):
        return _help(out, ())
    return start_app(args)


def _find(family: str, verb: str, argv: list[str]) -> tuple[Command | None, list[str]]:
    """The command of a verb (and its sub-verb), and its arguments; None: help was asked for."""
    commands: Sequence[Command] = __import__(family, fromlist=["COMMANDS"]).COMMANDS
    for command in commands:
        if command.name == verb:
            return command, argv
    subs = [c for c in commands if c.name.split()[0] == verb]
    before, sub, after = split_globals(argv)
    for command in subs:
        if command.name == f"{verb} {sub}":
            return command, [*before, *after]
    if not sub and {"-h", "--help"} & set(before):
        return None, []
    if f"{verb} {sub}" in LATER:
        raise later(f"{verb} {sub}")
    known = ", ".join(c.name.split()[1] for c in subs)
    if not sub:
        raise Usage(f"keydeck {verb} needs one of {known}.", todo=f"keydeck {verb} --help")
    raise Usage(f"keydeck {verb} has no {_short(sub)}.", todo=f"It has {known}.")


def later(verb: str) -> Usage:
    """What is said of a published verb that is not built yet."""
    return Usage(f"keydeck {verb} comes in a later release.", kept="Nothing was done.")


def unknown(verb: str) -> Usage:
    """What is said of a word that is no verb: the nearest that is."""
    if verb in LATER:
        return later(verb)
    what = f"There is no command {_short(verb)}."
    if verb in MEANT:
        return Usage(what, todo=f"Did you mean keydeck {MEANT[verb]}?")
    from keydeck.domain.names import near

    hits = near(verb, [*verbs(), *LATER])
    todo = f"Did you mean keydeck {hits[0]}?" if hits else "keydeck --help lists them."
    return Usage(what, todo=todo)


def _short(word: str) -> str:
    return shorten_middle(clean(word), 40)


def _help(out: Output, words: Sequence[str]) -> int:
    from keydeck.cli import manual

    named = [word for word in words if not word.startswith("-")]
    if named and not family_of(named[0]):
        raise unknown(named[0])
    text = manual.help_for(" ".join(named))
    out.json({"help": text})
    if not out.as_json:
        out.text(text)
    return 0
