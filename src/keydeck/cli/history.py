"""history · rollback · trash · rotate"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.options import CONFIRM, NAME, PUSHING
from keydeck.cli.values import FROM_FILE, RAW
from keydeck.domain.errors import Invalid, Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.model import VersionInfo


def history(context: Context, args: Arguments) -> int:
    """The kept versions of a secret, newest first; their values only with `--reveal`."""
    from keydeck.cli.shapes import value_shape, when
    from keydeck.services import history as versions_of
    from keydeck.services import secrets

    place, name = context.place(), args.word("NAME")
    versions = versions_of.versions(context.vault, place, name)
    reveal = args.flag("reveal")
    values = (
        {v.number: secrets.get(context.vault, place, name, v.number) for v in versions}
        if reveal
        else {}
    )
    if context.out.as_json:
        shapes: list[dict[str, Any]] = [
            {
                "number": version.number,
                "created_at": when(version.created_at),
                "by": version.by,
                "state": version.state,
                "origin": version.origin,
                **(value_shape(values[version.number]) if reveal else {}),
            }
            for version in versions
        ]
        context.out.json({"name": name, "versions": shapes})
        return 0
    for version in versions if reveal else ():
        context.out.line(f"version {version.number}, {_told(version)}:")
        context.out.value(values[version.number])
        context.out.line()
    if not reveal:
        context.out.table(
            ["VERSION", "WHEN", "HOW", "BY", "STATE"],
            [[str(v.number), when(v.created_at) or "", v.origin, v.by, v.state] for v in versions],
            right="VERSION",
        )
    return 0


def _told(version: VersionInfo) -> str:
    from keydeck.system.clock import ago

    return f"{version.origin} {ago(version.created_at)} by {version.by}"


def rollback(context: Context, args: Arguments) -> int:
    """The value of an older version again, as a new version."""
    from keydeck.cli.changes import say_written
    from keydeck.services import history as versions_of

    to = _number(args.text("to"))
    place, name = context.writing(), args.word("NAME")
    versions = versions_of.versions(context.vault, place, name)
    if to is None:
        older = [version for version in versions if version.state != "current"]
    else:
        older = [version for version in versions if version.number == to]
    if older:
        question = f"Give {name} the value of version {older[0].number} ({_told(older[0])}) again?"
        context.require_consent([place.profile], question, "a rollback")
    secret = versions_of.rollback(context.vault, place, name, to)
    return say_written(context, [(place, secret)], [], verb="rolled back")


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.removeprefix("v")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise Invalid("A version is a number.", todo="keydeck history NAME lists them.")
    return int(digits)


def trash_list(context: Context, _args: Arguments) -> int:
    """What was deleted and can come back."""
    from keydeck.cli.shapes import when
    from keydeck.services import history as versions_of
    from keydeck.system.clock import ago

    place = context.place()
    rows = versions_of.trash(context.vault, place)
    context.out.json(
        {
            "trash": [
                {"name": row.name, "deleted_at": when(row.deleted_at), "by": row.by} for row in rows
            ]
        }
    )
    if rows:
        context.out.table(
            ["NAME", "DELETED", "BY"], [[row.name, ago(row.deleted_at), row.by] for row in rows]
        )
    else:
        context.out.note(f"The trash of {place.label} is empty.")
    return 0


def trash_restore(context: Context, args: Arguments) -> int:
    """Take secrets out of the trash as they were."""
    from keydeck.cli.changes import say_written
    from keydeck.services import history as versions_of

    place = context.writing()
    names = list(dict.fromkeys(args.words("NAME")))
    made = [versions_of.restore(context.vault, place, name) for name in names]
    return say_written(context, [(place, secret) for secret in made], [], verb="back")


def trash_empty(context: Context, args: Arguments) -> int:
    """Destroy what lies in the trash, with all its versions."""
    from keydeck.cli.shapes import counted, listed
    from keydeck.services import history as versions_of

    place = context.writing()
    lying = [row.name for row in versions_of.trash(context.vault, place)]
    wanted = args.words("NAME")
    count = 0
    if wanted or lying:
        question = f"Destroy {listed(wanted or lying)} with all versions? Nothing brings it back."
        context.require_consent([place.profile], question, "emptying the trash")
        count = versions_of.empty_trash(context.vault, place, wanted)
    context.out.note(f"{counted(count, 'secret')} destroyed.")
    context.out.json({"destroyed": count})
    return 0


def rotate(context: Context, args: Arguments) -> int:
    """A new value for a secret that is there; the old one stays one version back."""
    from keydeck.cli.changes import begin_push, say_written
    from keydeck.cli.values import read_value
    from keydeck.services import generator, secrets
    from keydeck.services.rotation import rotate as rotate_to

    name, spec = args.word("NAME"), args.text("generate")
    if not name and spec and "=" not in spec:  # `--generate NAME`: the word was meant as a name
        name, spec = spec, ""
    if not name:
        raise Usage("keydeck rotate needs NAME: the secret's name.")
    if spec is not None and args.text("from_file") is not None:
        raise Usage("The new value is generated or comes from a file, not both.")
    place = context.writing()
    before = secrets.find(context.vault, place, name)
    new = read_value(context, name) if spec is None else generator.generate(spec)
    question = f"Give {name} in {place.label} a new value? Version {before.version} is kept."
    context.require_consent([place.profile], question, "a rotation")
    push = begin_push(context, [place])
    secret = rotate_to(context.vault, place, name, new, expected=before.version)
    return say_written(context, [(place, secret)], push, verb="rotated")


COMMANDS = (
    Command(
        "history",
        "the kept versions of a secret",
        history,
        (NAME,),
        (Option(("--reveal",), "with their values"),),
    ),
    Command(
        "rollback",
        "the value of an older version again, as a new version",
        rollback,
        (NAME,),
        (Option(("--to",), "that version (by default the one before)", "VERSION"), CONFIRM),
    ),
    Command("trash list", "what was deleted and can come back", trash_list),
    Command(
        "trash restore",
        "take secrets out of the trash",
        trash_restore,
        (Word("NAME", "the secrets' names", 1, None),),
    ),
    Command(
        "trash empty",
        "destroy what lies in the trash",
        trash_empty,
        (Word("NAME", "only these", 0, None),),
        (CONFIRM,),
    ),
    Command(
        "rotate",
        "a new value for a secret; the old one is kept one version back",
        rotate,
        (Word("NAME", "the secret's name", 0),),
        (
            Option(("--generate",), "make the value: len=40, set=…, bytes=48", "SPEC", default=""),
            FROM_FILE,
            RAW,
            CONFIRM,
            *PUSHING,
            Option(("--verify",), "check the new value first", "COMMAND", later=True),
            Option(("--overlap",), "keep both valid for a time", "TIME", later=True),
            Option(("--resume",), "go on with a rotation", later=True),
            Option(("--abandon",), "give a rotation up", later=True),
        ),
        "The value comes from --generate, a masked prompt, standard input or a file.",
    ),
)
