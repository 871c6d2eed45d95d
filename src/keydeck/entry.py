"""Starts the right face: the app without a command, else the command line."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from keydeck.cli.arguments import Arguments

COLLECT_FROM = 100_000  # objects made and not yet freed


def main(argv: list[str] | None = None) -> int:
    """Carry out a command line (this process's by default); the exit code.

    As the program itself a command does not return: see `_leave`.
    """
    from keydeck.cli.main import run

    if argv is not None:
        return run(argv, start_app)
    # A command makes little garbage and is over soon: one run of the collector less for each
    # thousand objects is a twentieth of its time.
    gc.set_threshold(COLLECT_FROM)
    shown = []

    def show(args: Arguments) -> int:
        shown.append(args)
        return start_app(args)

    code = run(sys.argv[1:], show)
    if not shown:
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """End the process at once: the vault is closed and the streams are flushed.

    Taking the interpreter down module by module would cost over half of its start.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def start_app(args: Arguments) -> int:
    """Show the app; `AnswerNeeded` (13) without a terminal, with what to use instead."""
    from keydeck.domain.errors import Usage

    if args.flag("no_input") or args.flag("json"):
        raise Usage(
            "The app asks and shows: --json and --no-input go with a command.",
            todo="Use a command: keydeck list, keydeck diff, keydeck --help.",
        )
    # Before Textual is imported: some of its variables make it write what it shows to files.
    from keydeck.system.environment import scrub_environment

    scrub_environment()
    from keydeck.system.paths import default_vault
    from keydeck.tui.settings import Settings
    from keydeck.tui.start import run

    return run(
        Settings(
            path=args.text("vault") or default_vault(),
            environ=os.environ,
            tenant=args.text("tenant") or "",
            profile=args.text("profile") or "",
            folder=_folder(),
            plain=args.flag("plain"),
            theme=args.text("theme") or "",
            mouse=not args.flag("no_mouse"),
        )
    )


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
