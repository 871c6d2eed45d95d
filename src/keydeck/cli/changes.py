"""set · edit · unset · generate"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.options import CONFIRM, DESCRIPTION, NAME, NEW, PUSHING, SEALED, TAG
from keydeck.cli.values import ALLOW_EMPTY, FROM_FILE, RAW
from keydeck.domain.errors import Refused, Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.cli.push import Push
    from keydeck.domain.model import Place, Secret
    from keydeck.domain.secret import SecretValue


def set_secrets(context: Context, args: Arguments) -> int:
    """Set one value in one or more profiles, or many values in one."""
    words = args.words("NAME")
    source = args.text("env_file")
    if source is not None:
        return _set_file(context, words, source)
    if not words:
        raise Usage("keydeck set needs a name.", todo="keydeck set NAME [-t TENANT] [-p PROFILE]")
    from keydeck.cli.values import HISTORY, from_words

    given = from_words(words)
    if given:
        if args.text("from_file") is not None:
            raise Usage("The value comes from the command line or from a file, not from both.")
        context.out.warn(HISTORY)
    if len(given) > 1:
        return _set_many(context, given)
    name = next(iter(given), words[0])
    return _set_one(context, args, name, given.get(name))


def _set_one(
    context: Context,
    args: Arguments,
    name: str,
    value: SecretValue | None,
    *,
    origin: str = "set",
) -> int:
    from keydeck.cli.values import read_value
    from keydeck.domain.names import check_name
    from keydeck.services import secrets

    places = context.all_places()
    context.begin(places)
    versions = [_version(context, place, name) for place in places]
    if not any(versions):
        check_name(name, places[0].tenant.rule)  # before a value is asked for
    if value is None:
        value = read_value(context, name)
    taken = [place.profile for place, at in zip(places, versions, strict=True) if at]
    context.require_name(taken, f"an overwrite of {name}")
    push = begin_push(context, places)
    made = secrets.set_value(
        context.vault,
        places,
        name,
        value,
        description=args.text("description"),
        tags=args.many("tag") or None,
        sealed=True if args.flag("sealed") else None,
        new=args.flag("new"),
        allow_empty=args.flag("allow_empty"),
        origin=origin,
        expected=versions[0] if len(places) == 1 else None,
    )
    return say_written(context, list(zip(places, made, strict=True)), push)


def begin_push(context: Context, places: Sequence[Place]) -> Push:
    """Where `--push` goes, known (and a protected profile confirmed) before anything changes."""
    if not context.args.flag("push"):
        return []
    from keydeck.cli.push import push_targets

    return push_targets(context, places)


def _version(context: Context, place: Place, name: str) -> int:
    """The version a write begins on: 0 where the name is free."""
    from keydeck.domain.model import LIVE

    with context.vault.read() as view:
        secret = view.secret(place.profile.uid, name)
    return secret.version if secret is not None and secret.state == LIVE else 0


def _set_file(context: Context, words: Sequence[str], source: str) -> int:
    from keydeck.cli.values import parse_lines, read_source

    if words:
        raise Usage("--env-file brings its own names.", todo="Leave the names out.")
    given = parse_lines(read_source(source), source)
    if not given:
        context.out.note(f"{source} names nothing to set.")
        context.out.json({"secrets": []})
        return 0
    return _set_many(context, given)


def _set_many(context: Context, given: dict[str, SecretValue]) -> int:
    from keydeck.services import secrets

    for option in ("description", "tag", "sealed"):
        if context.args.flag(option):
            raise Usage(f"--{option} goes with one name, not with several.")
    place = context.writing()
    known = set(secrets.names(context.vault, place))
    over = [name for name in given if name in known]
    context.require_name([place.profile] if over else [], "an overwrite")
    push = begin_push(context, [place])
    made = secrets.set_many(
        context.vault,
        place,
        given,
        new=context.args.flag("new"),
        allow_empty=context.args.flag("allow_empty"),
    )
    return say_written(context, [(place, secret) for secret in made], push)


def say_written(
    context: Context, made: Sequence[tuple[Place, Secret]], push: Push, *, verb: str = "set"
) -> int:
    """Say what was written, and push it where that was asked for."""
    from keydeck.cli.shapes import written

    for place, secret in made:
        where = f" in {place.label}" if len({p.label for p, _ in made}) > 1 else ""
        context.out.note(f"{secret.name} is {verb}{where} (version {secret.version}).")
    answer: dict[str, Any] = {"secrets": [written(place, secret) for place, secret in made]}
    code = 0
    if push:
        from keydeck.cli.push import push_names

        names = {secret.name for _, secret in made}
        code, rows = push_names(context, push, sorted(names))
        answer.update(rows)
    context.out.json(answer)
    return code


def edit(context: Context, args: Arguments) -> int:
    """Change what is said about a secret; its value and age stay."""
    from keydeck.cli.shapes import written
    from keydeck.services import secrets

    tags: list[str] | None = args.many("tag") or None
    if args.flag("no_tags"):
        tags = []
    description = args.text("description")
    if description is None and tags is None and not args.flag("sealed"):
        raise Usage(
            "keydeck edit needs something to change.",
            todo="--description TEXT, --tag TAG, --no-tags or --sealed; keydeck set for the value.",
        )
    place = context.writing()
    secret = secrets.edit(
        context.vault,
        place,
        args.word("NAME"),
        description=description,
        tags=tags,
        sealed=True if args.flag("sealed") else None,
    )
    context.out.note(f"{secret.name} is changed; its value is not.")
    context.out.json({"secrets": [written(place, secret)]})
    return 0


def unset(context: Context, args: Arguments) -> int:
    """Move secrets to the trash, once nothing needs them or `--force` says so."""
    from keydeck.cli.references import dependants_shape, refuse_dependants, tell_dependants
    from keydeck.cli.shapes import counted, listed, place_shape
    from keydeck.services import references, secrets

    names = list(dict.fromkeys(args.words("NAME")))
    place = context.writing()
    folder = references.project_folder(context.folder) if context.folder else ""
    found = references.dependants(context.vault, place, names, folder)
    if found.breaks and not args.flag("force"):
        raise refuse_dependants(context, found, names)
    if not context.yes or found.breaks:
        tell_dependants(context, found)
    what = listed(names) if len(names) < 5 else counted(len(names), "secret")
    context.require_consent([place.profile], f"Delete {what} from {place.label}?", "a deletion")
    push = begin_push(context, [place])
    gone = secrets.delete(context.vault, place, names)
    for secret in gone:
        context.out.note(
            f"{secret.name} lies in the trash: keydeck trash restore {secret.name} brings it back."
        )
    answer: dict[str, Any] = {
        "deleted": [{"name": secret.name, **place_shape(place)} for secret in gone],
        **dependants_shape(found),
    }
    code = 0
    if push:
        from keydeck.cli.push import push_names

        code, rows = push_names(context, push, names, prune=True)
        answer.update(rows)
    context.out.json(answer)
    return code


def generate(context: Context, args: Arguments) -> int:
    """Make a value and keep it under a new name; it is not shown."""
    from keydeck.services import generator

    name = args.word("NAME")
    spec = args.text("spec") or ""
    value = generator.generate(spec)
    for place in context.all_places():
        if _version(context, place, name):
            raise Refused(
                f"{place.label} has {name} already.",
                kept="Nothing was changed.",
                todo=f"keydeck rotate {name} --generate gives it a new value.",
            )
    code = _set_one(context, args, name, value, origin="generate")
    context.out.note(f"It was generated: {generator.strength(spec)} bits of chance.")
    return code


COMMANDS = (
    Command(
        "set",
        "set a value, from a masked prompt, standard input or a file",
        set_secrets,
        (Word("NAME", "NAME, NAME VALUE, or NAME=VALUE …", 0, None),),
        (
            FROM_FILE,
            RAW,
            ALLOW_EMPTY,
            Option(
                ("--env-file",), "set all that a dotenv file names (- is standard input)", "FILE"
            ),
            DESCRIPTION,
            TAG,
            SEALED,
            NEW,
            CONFIRM,
            *PUSHING,
        ),
        "A single line loses its one final newline; several lines stay byte for byte. "
        "-p may name several profiles with commas.",
    ),
    Command(
        "edit",
        "change what is said about a secret, not its value",
        edit,
        (NAME,),
        (
            DESCRIPTION,
            Option(("--tag",), "its tags from now on", "TAG", many=True),
            Option(("--no-tags",), "take all tags off"),
            SEALED,
        ),
    ),
    Command(
        "unset",
        "move secrets to the trash",
        unset,
        (Word("NAME", "the secrets' names", 1, None),),
        (Option(("--force",), "although something references it"), CONFIRM, *PUSHING),
        "Exits 4 with the list of what references it, until --force.",
    ),
    Command(
        "generate",
        "make a value and keep it under a new name, without showing it",
        generate,
        (NAME,),
        (
            Option(("--spec",), "len=40, set=alnum|hex|…, bytes=48, joined by commas", "SPEC"),
            DESCRIPTION,
            TAG,
            SEALED,
            NEW,
            *PUSHING,
        ),
    ),
)
