"""remote · target"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.domain.errors import AnswerNeeded, Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.model import Remote, Target
    from keydeck.domain.secret import SecretValue

REMOTE = Word("NAME", "the remote's name")
SETTINGS = ("address", "mount", "namespace", "ca_file", "token_file", "path", "format")


def _given(args: Arguments, names: tuple[str, ...]) -> dict[str, str]:
    found = {name: args.text(name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _remote_shape(remote: Remote) -> dict[str, Any]:
    return {
        "name": remote.name,
        "kind": remote.kind,
        "settings": dict(remote.settings),
        "token": "vault" if remote.token else "file" if "token_file" in remote.settings else None,
    }


def remote_add(context: Context, args: Arguments) -> int:
    """A new remote: a named connection."""
    from keydeck.services import targets

    kind = args.text("kind")
    if kind is None:
        raise Usage("keydeck remote add needs --kind.", todo=f"One of {', '.join(targets.KINDS)}.")
    if kind == "systemprompt":
        raise Usage("Remotes of kind systemprompt come in a later release.")
    if args.flag("ask_token") and args.text("token_file") is not None:
        raise Usage("The token is asked for or lies in a file, not both.")
    context.vault.status()  # locked, missing or damaged is said before a token is asked for
    token = _ask_token(context) if args.flag("ask_token") else None
    name = args.word("NAME")
    remote = targets.add_remote(context.vault, name, kind, _given(args, SETTINGS), token=token)
    context.out.note(f"{remote.name} is there: keydeck remote test {remote.name} tries it.")
    context.out.json({"remote": _remote_shape(remote)})
    return 0


def _ask_token(context: Context) -> SecretValue:
    with context.terminal() as terminal:
        if terminal is None:
            raise AnswerNeeded(
                "There is no terminal to ask for the token on.",
                kept="Nothing was changed.",
                todo="--token-file FILE names a file that holds it.",
            )
        return terminal.ask_masked("Token: ")


def remote_list(context: Context, _args: Arguments) -> int:
    """All remotes."""
    from keydeck.services import targets

    remotes = targets.remotes(context.vault)
    context.out.json({"remotes": [_remote_shape(remote) for remote in remotes]})
    if remotes:
        context.out.table(
            ["NAME", "KIND", "WHERE"],
            [
                [r.name, r.kind, r.settings.get("address") or r.settings.get("path") or "BAO_ADDR"]
                for r in remotes
            ],
        )
    else:
        context.out.note("There is no remote yet: keydeck remote add NAME --kind openbao|file")
    return 0


def remote_test(context: Context, args: Arguments) -> int:
    """Try a remote step by step; the exit code says which failed first."""
    from keydeck.services import targets

    place = context.place() if context.profile_option else None
    findings = targets.try_remote(context.vault, args.word("NAME"), context.environ, place)
    failed = [finding.code for finding in findings if not finding.ok]
    ok = not failed
    context.out.json(
        {
            "ok": ok,
            "steps": [
                {"step": finding.what, "ok": finding.ok, "detail": finding.detail}
                for finding in findings
            ],
        }
    )
    context.out.table(
        ["", "", ""],
        [["ok" if f.ok else "FAILED", f.what, f.detail] for f in findings],
    )
    return failed[0] if failed else 0


def remote_remove(context: Context, args: Arguments) -> int:
    """Remove a remote that no target uses."""
    from keydeck.services import targets

    name = args.word("NAME")
    targets.remove_remote(context.vault, name)
    context.out.note(f"{name} is removed here; what is there stays there.")
    context.out.json({"removed": name})
    return 0


def _target_shape(context: Context, target: Target) -> dict[str, Any]:
    from keydeck.services import targets

    names = {remote.uid: remote.name for remote in targets.remotes(context.vault)}
    return {
        "name": target.name,
        "remote": names.get(target.remote),
        "settings": dict(target.settings),
    }


def target_add(context: Context, args: Arguments) -> int:
    """A profile's place on a remote."""
    from keydeck.services import targets

    place = context.writing()
    target = targets.add_target(
        context.vault,
        place,
        args.word("REMOTE"),
        name=args.text("name") or "",
        settings=_given(args, ("path", "layout")),
    )
    context.out.note(f"{place.label} has the target {target.name}: keydeck diff shows the plan.")
    context.out.json({"target": _target_shape(context, target)})
    return 0


def target_list(context: Context, _args: Arguments) -> int:
    """The targets of a profile."""
    from keydeck.services import targets

    place = context.place()
    shapes = [_target_shape(context, target) for target in targets.targets(context.vault, place)]
    context.out.json({"targets": shapes})
    if shapes:
        context.out.table(
            ["NAME", "REMOTE", "PATH"],
            [[s["name"], s["remote"] or "gone", s["settings"].get("path", "")] for s in shapes],
        )
    else:
        context.out.note(f"{place.label} has no target yet: keydeck target add REMOTE")
    return 0


def target_remove(context: Context, args: Arguments) -> int:
    """Remove a target and what is remembered of it."""
    from keydeck.services import targets

    place, name = context.writing(), args.word("NAME")
    targets.remove_target(context.vault, place, name)
    context.out.note(f"{name} is removed here; what is there stays there.")
    context.out.json({"removed": name})
    return 0


COMMANDS = (
    Command(
        "remote add",
        "a new remote: a named connection",
        remote_add,
        (REMOTE,),
        (
            Option(("--kind",), "openbao or file", "KIND"),
            Option(("--address",), "openbao: where it listens (else BAO_ADDR)", "URL"),
            Option(("--token-file",), "openbao: a file that holds the token", "FILE"),
            Option(("--ask-token",), "openbao: ask for the token and keep it in the vault"),
            Option(("--mount",), "openbao: the KV version 2 mount (secret)", "PATH"),
            Option(("--namespace",), "openbao: the namespace", "NAME"),
            Option(("--ca-file",), "openbao: certificates to trust", "FILE"),
            Option(("--path",), "file: the file", "FILE"),
            Option(
                ("--format",), "file: dotenv, json or systemprompt (else by its name)", "FORMAT"
            ),
            Option(("--credentials",), "systemprompt: the credentials file", "FILE", later=True),
        ),
    ),
    Command("remote list", "all remotes", remote_list),
    Command("remote test", "try a remote step by step", remote_test, (REMOTE,)),
    Command("remote remove", "remove a remote that no target uses", remote_remove, (REMOTE,)),
    Command(
        "target add",
        "a profile's place on a remote",
        target_add,
        (Word("REMOTE", "the remote's name"),),
        (
            Option(("--path",), "openbao: the path (TENANT/PROFILE)", "PATH"),
            Option(
                ("--layout",), "openbao: map (one path a profile) or path (one a secret)", "LAYOUT"
            ),
            Option(("--name",), "the target's name (the remote's)", "NAME"),
            Option(("--tenant-id",), "systemprompt: the tenant's id", "ID", later=True),
        ),
    ),
    Command("target list", "the targets of a profile", target_list),
    Command(
        "target remove",
        "remove a target and what is remembered of it",
        target_remove,
        (Word("NAME", "the target's name"),),
    ),
)
