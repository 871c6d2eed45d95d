"""look"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keydeck.cli.arguments import Arguments, Command, Word
from keydeck.cli.shapes import counted, listed

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.services.look import Look, Missing
    from keydeck.services.look_files import SecretFile

SHOWN = 20  # of each list; --json has all


def look(context: Context, args: Arguments) -> int:
    """Which files here hold secrets, who could see them, which names the code needs."""
    from keydeck.services.look import look as look_at

    seen = look_at(args.word("DIR") or ".")
    context.out.json(seen.to_json())
    if not context.out.as_json:
        _tell(context, seen)
    return 0


def _tell(context: Context, seen: Look) -> None:
    out = context.out
    out.line(f"{seen.root}: {counted(len(seen.files), 'file')} with secrets")
    out.table(["", "FILE", "KIND", "NAMES"], [_file(file, seen.git) for file in seen.files])
    if seen.exposed:
        out.line(
            f"{counted(len(seen.exposed), 'file')} would be seen by whoever sees the repository."
        )
    if seen.missing:
        out.line()
        out.line(f"Needed by the code, in none of these files: {len(seen.missing)}")
        out.table(["", "", ""], [["", one.name, _where(one)] for one in seen.missing[:SHOWN]])
        _rest(context, len(seen.missing))
    if seen.unused:
        out.line()
        out.line(f"Kept, and nothing here uses it: {len(seen.unused)}")
        out.table(
            ["", "", ""],
            [["", one.name, listed(one.files, 3)] for one in seen.unused[:SHOWN]],
        )
        _rest(context, len(seen.unused))
    if seen.dynamic:
        out.line()
        out.line(f"{counted(len(seen.dynamic), 'look-up')} made at run time: nobody can know.")
    for reason in seen.skipped:
        out.note(f"not read: {reason}")
    found = next((file for file in seen.files if file.importable), None)
    if found is not None:
        out.note(f"→ keydeck import {found.path} keeps them encrypted, after a preview.")


def _file(file: SecretFile, git: str) -> list[str]:
    if file.tracked:
        word = "IN GIT"
    elif file.ignored is False:
        word = "NOT IGNORED"
    else:
        word = "ignored" if git == "yes" else "no git" if git == "no" else "git unknown"
    if file.mode_open:
        word += ", others can read it"
    return [word, file.path, file.kind, listed(file.names, 4)]


def _where(one: Missing) -> str:
    if not one.references:
        return ""
    place = one.references[0]
    more = f" and {one.uses - 1} more" if one.uses > 1 else ""
    return f"{place.file}:{place.line}{more}"


def _rest(context: Context, count: int) -> None:
    if count > SHOWN:
        context.out.line(f"  and {count - SHOWN} more: --json lists all")


COMMANDS = (
    Command(
        "look",
        "which files here hold secrets, who could see them, which names the code needs",
        look,
        (Word("DIR", "the folder (by default this one)", 0),),
        detail="Needs no vault and no network, and changes nothing. No value is shown.",
    ),
)
