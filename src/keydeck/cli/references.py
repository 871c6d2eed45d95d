"""refs · link · unlink, and what stands in the way of a deletion"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.domain.errors import NotFound, Refused

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.reference import Reference
    from keydeck.services.references import Dependants

TO = Option(("--to",), "KIND:NAME, as agent:support", "CONSUMER")


class Depended(Refused):
    """A deletion that something stands in the way of; `details` is what `--json` adds."""

    def __init__(self, what: str, *, kept: str, todo: str, details: Mapping[str, Any]) -> None:
        super().__init__(what, kept=kept, todo=todo)
        self.details = details


def _shape(reference: Reference) -> dict[str, Any]:
    return {
        "name": reference.name,
        "kind": reference.kind,
        "consumer": reference.consumer or None,
        "file": reference.file or None,
        "line": reference.line or None,
        "column": reference.column or None,
        "form": reference.form,
        "certainty": reference.certainty,
    }


def dependants_shape(found: Dependants) -> dict[str, Any]:
    """References, and how many look-ups nobody can know."""
    return {
        "references": [_shape(reference) for reference in (*found.sure, *found.perhaps)],
        "dynamic": len(found.dynamic),
    }


def _told(reference: Reference) -> list[str]:
    where = reference.consumer or f"{reference.file}:{reference.line}"
    return [reference.name, where, reference.form]


def tell_dependants(context: Context, found: Dependants) -> None:
    """The list of what needs the names, for people, on standard error."""
    from keydeck.cli.shapes import counted

    groups: tuple[tuple[str, Sequence[Reference]], ...] = (
        ("Breaks for sure", found.sure),
        ("Perhaps", found.perhaps),
    )
    for title, references in groups:
        if references:
            context.out.warn(f"{title}: {len(references)}")
        for name, where, form in map(_told, references):
            context.out.note(f"  {name}  {where}  {form}")
    if found.dynamic:
        files = sorted({look.file for look in found.dynamic})
        look_ups = counted(len(found.dynamic), "dynamic look-up")
        context.out.warn(f"Can't know: {look_ups} in {', '.join(files[:3])}")
    tell_unread(context, found)


def tell_unread(context: Context, found: Dependants) -> None:
    """What the scan could not read: nothing is known of it."""
    for reason in found.skipped:
        context.out.note(f"not read: {reason}")


def refuse_dependants(context: Context, found: Dependants, names: Sequence[str]) -> Refused:
    """What a deletion without `--force` ends in."""
    tell_dependants(context, found)
    needed = sorted({ref.name for ref in (*found.sure, *found.perhaps)})
    what = f"{needed[0]} is" if len(needed) == 1 else f"{len(needed)} of {len(names)} names are"
    return Depended(
        f"{what} still referenced.",
        kept="Nothing was deleted.",
        todo="Change what uses it, or accept that it breaks: --force.",
        details=dependants_shape(found),
    )


def refs(context: Context, args: Arguments) -> int:
    """Who uses secrets: declared consumers, and the files of the project."""
    from keydeck.services import references

    place = context.place()
    folder = _folder(context, args)
    found = references.refs(context.vault, place, args.words("NAME"), folder)
    context.out.json(dependants_shape(found))
    if context.out.as_json:
        return 0
    if not folder:
        context.out.note("No folder was read here; --path DIR names one.")
    rows = [[ref.certainty, *_told(ref), ref.kind] for ref in (*found.sure, *found.perhaps)]
    if rows:
        context.out.table(["CERTAINTY", "NAME", "WHERE", "FORM", "KIND"], rows)
    else:
        context.out.note("Nothing was found that uses them.")
    for look in found.dynamic:
        context.out.note(f"can't know: {look.file}:{look.line}  {look.form}")
    tell_unread(context, found)
    return 0


def _folder(context: Context, args: Arguments) -> str:
    import os

    from keydeck.services import references

    given = args.text("path")
    if given is not None:
        if not os.path.isdir(given):
            raise NotFound(f"There is no folder {given}.", todo="Check the path.")
        return os.path.abspath(given)
    return references.project_folder(context.folder) if context.folder else ""


def _consumer(args: Arguments, verb: str) -> str:
    to = args.text("to")
    if to is None:
        from keydeck.domain.errors import Usage

        raise Usage(f"keydeck {verb} needs --to KIND:NAME.", todo="As --to agent:support")
    return to


def link(context: Context, args: Arguments) -> int:
    """Declare that a consumer uses secrets."""
    from keydeck.services import references

    to = _consumer(args, "link")
    place = context.writing()
    names = list(dict.fromkeys(args.words("NAME")))
    for name in names:
        consumer = references.link(context.vault, place, name, to)
        context.out.note(f"{consumer.label} uses {name}.")
    context.out.json({"links": [{"name": name, "consumer": to} for name in names]})
    return 0


def unlink(context: Context, args: Arguments) -> int:
    """Take a link back."""
    from keydeck.services import references

    to = _consumer(args, "unlink")
    place = context.writing()
    names = list(dict.fromkeys(args.words("NAME")))
    for name in names:
        references.unlink(context.vault, place, name, to)
        context.out.note(f"{to} no longer uses {name}.")
    context.out.json({"unlinked": [{"name": name, "consumer": to} for name in names]})
    return 0


NAMES = Word("NAME", "the secrets' names", 1, None)
COMMANDS = (
    Command(
        "refs",
        "who uses secrets: declared consumers and the files of this project",
        refs,
        (Word("NAME", "only these (by default all of the profile)", 0, None),),
        (Option(("--path",), "read this folder (by default the project around)", "DIR"),),
    ),
    Command("link", "declare that a consumer uses secrets", link, (NAMES,), (TO,)),
    Command("unlink", "take a link back", unlink, (NAMES,), (TO,)),
)
