"""run"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keydeck.cli.arguments import Arguments, Command, Option
from keydeck.domain.errors import Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context


def _names(given: str | None) -> list[str]:
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def run(context: Context, args: Arguments) -> int:
    """A command with the secrets in its environment; its exit code and signals pass through."""
    from keydeck.cli.shapes import listed
    from keydeck.services import run as running

    if not args.after:
        raise Usage("keydeck run needs a command after --.", todo="keydeck run -- CMD ARGUMENTS")
    place = context.place()
    injection = running.prepare(
        context.vault,
        place,
        context.environ,
        only=_names(args.text("only")),
        override=args.flag("override"),
        consumer=args.text("as") or "",
        clean_env=args.flag("clean"),
        keep=_names(args.text("keep")),
    )
    out = context.out
    if injection.kept:
        out.note(f"{listed(injection.kept)}: set already, that wins; --override turns it round.")
    if injection.refused:
        out.warn(f"{listed(injection.refused)}: can't be an environment variable, left out.")
    context.close()  # the keys are not needed while the command runs
    out.flush()
    return running.execute(args.after, injection)


COMMANDS = (
    Command(
        "run",
        "a command with the secrets in its environment",
        run,
        options=(
            Option(("--only",), "only these secrets, joined by commas", "A,B"),
            Option(("--as",), "exactly what is linked to this consumer, and --clean", "CONSUMER"),
            Option(("--override",), "the vault wins over a variable that is set already"),
            Option(("--clean",), "of this environment only PATH, HOME, LANG, TERM"),
            Option(("--keep",), "with --clean: keep these too", "A,B"),
        ),
        detail="Its exit code and signals are passed on; own failures are 125, 126, 127. "
        "It never gets KEYDECK_*, BAO_TOKEN or VAULT_TOKEN unless --keep names them.",
        takes_command=True,
    ),
)
