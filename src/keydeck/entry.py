"""Starts the right face: the app without a command, else the command line."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keydeck.cli.arguments import Arguments


def main(argv: list[str] | None = None) -> int:
    """Carry out a command line (this process's by default); the exit code."""
    from keydeck.cli.main import run

    return run(sys.argv[1:] if argv is None else argv, start_app)


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
