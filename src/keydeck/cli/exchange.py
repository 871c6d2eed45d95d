"""import · export"""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.options import CONFIRM
from keydeck.domain.errors import Refused, Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.services.exchange import ImportPlan

LETTERS = {"new": "+", "same": "=", "conflict": "!", "refused": "#"}
CONFLICT_CODE = 3


def import_file(context: Context, args: Arguments) -> int:
    """Read a file that holds secrets, show what is new, the same or in conflict, and set it."""
    from keydeck.cli.values import read_source
    from keydeck.services import exchange

    source = args.word("FILE")
    place = context.writing()
    data = read_source(source)
    shown = "standard input" if source == "-" else source
    plan = exchange.plan_import(context.vault, place, data, shown, args.text("format") or "")
    take = {*args.many("take"), *args.many("theirs")}
    _refuse_strangers(plan, take)
    context.out.table(
        ["", "WHAT", "NAME", "CHANGE"],
        [[LETTERS[row.state], row.state, row.name, row.reason or row.change] for row in plan.rows],
    )
    for problem in plan.problems:
        context.out.warn(f"{shown}: {problem}")
    chosen = [row for row in plan.rows if row.state == "new" or row.name in take]
    if chosen:
        over = [place.profile] if take else []
        question = f"Set {len(chosen)} of {len(plan.rows)} in {place.label}?"
        context.require_consent(over, question, "an import over values that are there")
    exchange.apply_import(context.vault, plan, take=take, confirm=place.profile.name)
    return _imported(context, plan, take)


def _refuse_strangers(plan: ImportPlan, take: Collection[str]) -> None:
    """`NotFound` (7), before anything is shown or asked, for a name that is no conflict."""
    from keydeck.domain.errors import NotFound
    from keydeck.domain.names import did_you_mean

    known = [row.name for row in plan.rows if row.state == "conflict"]
    for name in take:
        if name not in known:
            raise NotFound(
                f"{name} is no conflict of this import.",
                kept="Nothing was imported.",
                todo=did_you_mean(name, known),
            )


def _imported(context: Context, plan: ImportPlan, take: Collection[str]) -> int:
    from keydeck.cli.shapes import counted

    done = {row.name for row in plan.rows if row.state == "new" or row.name in take}
    left = [row for row in plan.rows if row.state == "conflict" and row.name not in take]
    rows: list[dict[str, Any]] = [
        {
            "name": row.name,
            "state": row.state,
            "result": "set" if row.name in done else "kept" if row in left else row.state,
            **({"reason": row.reason} if row.reason else {}),
        }
        for row in plan.rows
    ]
    context.out.json(
        {
            "format": plan.format,
            "rows": rows,
            "summary": plan.summary(),
            "problems": list(plan.problems),
        }
    )
    context.out.note(f"{counted(len(done), 'secret')} set from {plan.source}.")
    if left:
        context.out.warn(
            f"{counted(len(left), 'conflict')} stay as they are here; --take NAME takes the file's."
        )
    return CONFLICT_CODE if left else 0


def export(context: Context, args: Arguments) -> int:
    """The profile's secrets as a file, on standard output or at `--out`."""
    from keydeck.cli.shapes import listed, value_shape
    from keydeck.services import exchange

    form = args.text("format")
    if form is None:
        formats = ", ".join(exchange.formats())
        raise Usage("keydeck export needs --format.", todo=f"One of {formats}.")
    place = context.place()
    content, left_out = exchange.export(
        context.vault, place, form, allow_sealed=args.many("allow_sealed")
    )
    if left_out and not args.flag("skip_sealed"):
        raise Refused(
            f"{listed(left_out)}: sealed, and a plain file does not keep that.",
            kept="Nothing was exported.",
            todo="--skip-sealed leaves them out, --allow-sealed NAME lets one go.",
        )
    if left_out:
        context.out.note(f"Left out, because sealed: {listed(left_out)}.")
    path = args.text("out")
    if path is not None:
        _write(context, path, content.reveal_bytes())
        context.out.json({"format": form, "file": path, "left_out": left_out})
    elif context.out.as_json:
        shape = value_shape(content)
        context.out.json(
            {
                "format": form,
                "content": shape["value"],
                "encoding": shape["encoding"],
                "left_out": left_out,
            }
        )
    else:
        context.out.value(content)
    return 0


def _write(context: Context, path: str, data: bytes) -> None:
    from keydeck.system.files import refuse_symlink, replace_file

    refuse_symlink(path)
    if os.path.lexists(path):
        context.require_yes(f"{path} is there already. Replace it?", kept="Nothing was written.")
    replace_file(path, data)
    context.out.note(f"{path} is written (mode 0600). It holds values in the clear.")


COMMANDS = (
    Command(
        "import",
        "set what a file holds, after a preview",
        import_file,
        (Word("FILE", "the file, or - for standard input"),),
        (
            Option(("--format",), "dotenv, json or systemprompt (else by its name)", "FORMAT"),
            Option(("--take",), "in this conflict take the file's value", "NAME", many=True),
            Option(("--theirs",), "the same as --take", "NAME", many=True),
            CONFIRM,
        ),
        "Conflicts stay as they are here unless taken by name (then 3 is the exit code).",
    ),
    Command(
        "export",
        "the secrets of a profile as a file",
        export,
        options=(
            Option(("--format",), "dotenv, json or systemprompt", "FORMAT"),
            Option(("--out",), "write this file (0600) instead of standard output", "FILE"),
            Option(("--allow-sealed",), "let this sealed secret go out", "NAME", many=True),
            Option(("--skip-sealed",), "leave sealed secrets out"),
        ),
        detail="A sealed secret is refused (4) unless it is allowed or left out.",
    ),
)
