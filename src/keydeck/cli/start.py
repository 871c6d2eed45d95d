"""init · demo · lock · status · doctor"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option
from keydeck.domain.errors import KeydeckError, Locked, NotFound, Refused, Usage

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.cli.terminal import Terminal
    from keydeck.domain.secret import SecretValue
    from keydeck.services.doctor import Check
    from keydeck.vault.vault import Vault

APP_OPTIONS = (
    Option(("--plain",), "the app in words, without boxes"),
    Option(("--theme",), "dark, light, contrast or ansi", "NAME"),
    Option(("--no-mouse",), "leave the mouse to the terminal"),
)


def init(context: Context, args: Arguments) -> int:
    """Make a vault; its recovery key is shown once and one group of it asked back."""
    from keydeck.cli.recovery import Keeper
    from keydeck.services import access

    path = context.path
    if os.path.lexists(path):
        raise Refused(
            f"There is a vault at {path} already.",
            kept="It was not touched.",
            todo="--vault PATH names another place.",
        )
    passphrase = _new_passphrase(context, args)
    with Keeper.choose(context, args.text("recovery_file")) as keeper:
        vault, key = access.init(
            path,
            passphrase,
            key_file=args.text("key_file") or "",
            recovery=keeper.wanted,
        )
        vault.close()
        context.out.note(f"The vault is made: {path}")
        if key is not None:
            keeper.keep(key)
    context.out.note("Next: keydeck tenant add NAME, keydeck profile add NAME")
    context.out.json(
        {
            "vault": path,
            "ways": access.ways(path),
            "recovery_file": args.text("recovery_file"),
        }
    )
    return 0


def _new_passphrase(context: Context, args: Arguments) -> SecretValue | None:
    """From `--passphrase-file`, else asked twice; None where a key file is the only way."""
    from keydeck.services.access import read_passphrase

    given = args.text("passphrase_file")
    if given is not None:
        return read_passphrase(given)
    with context.terminal() as terminal:
        if terminal is None:
            if args.text("key_file") is not None:
                return None
            raise Locked(
                "A passphrase is asked for on a terminal, and there is none.",
                kept="Nothing was made.",
                todo="Name --passphrase-file FILE or --key-file FILE.",
            )
        return _ask_twice(terminal)


def _ask_twice(terminal: Terminal) -> SecretValue:
    terminal.show("Choose a passphrase: several words that nobody would guess together.")
    first = terminal.ask_masked("Passphrase: ")
    if len(first) == 0:
        raise Refused("An empty passphrase protects nothing.", kept="Nothing was made.")
    if terminal.ask_masked("Once more:  ") != first:
        raise Refused("The two differ.", kept="Nothing was made.", todo="Try again.")
    return first


def lock(context: Context, _args: Arguments) -> int:
    """Nothing stays unlocked between commands, so there is nothing to lock."""
    context.out.note("Nothing stays unlocked between commands: there is nothing to lock.")
    context.out.json({"locked": True})
    return 0


def status(context: Context, _args: Arguments) -> int:
    """The vault, the ways to unlock it, and the place that is meant; asks for nothing."""
    from keydeck.services import access

    path = context.path
    answer: dict[str, Any] = {"vault": path, "ways": context.ways(), "unlocked": False}
    rows = [["vault", path], ["ways", ", ".join(answer["ways"])]]
    if any(access.from_environment(context.environ)):
        more = _opened(context)
        answer |= {"unlocked": True, **more}
        rows += [
            ["generation", str(more["generation"])],
            ["tenants", ", ".join(more["tenants"]) or "none yet"],
            ["place", f"{more['place']} (from {more['from']})" if more["place"] else "none"],
        ]
    else:
        rows.append(["state", "locked: each command asks for the passphrase"])
    context.out.json(answer)
    context.out.table(["", ""], rows)
    return 0


def _opened(context: Context) -> dict[str, Any]:
    from keydeck.services import hierarchy

    state = context.vault.status()
    try:
        place = context.place()
    except NotFound:
        place = None
    return {
        "vault_id": state.vault_id.hex(),
        "generation": state.generation,
        "scope": state.scope,
        "slot": state.slot,
        "tenants": [tenant.name for tenant in hierarchy.tenants(context.vault)],
        "place": place.label if place else None,
        "from": place.source if place else None,
    }


def doctor(context: Context, args: Arguments) -> int:
    """Look at the vault and its surroundings; changes nothing. The code of the worst finding."""
    from keydeck.services import doctor as examining
    from keydeck.services.plans import worst

    if args.flag("accept"):
        _accept(context)
    vault, trouble = _try_open(context)
    checks = examining.examine(context.path, vault, context.environ)
    if trouble is not None and not any(check.code == trouble.code for check in checks):
        checks = [
            *checks,
            examining.Check("unlock", False, trouble.what, trouble.todo, trouble.code),
        ]
    context.out.json(
        {"ok": all(check.ok for check in checks), "checks": [_check_shape(c) for c in checks]}
    )
    context.out.table(
        ["", "", ""],
        [["ok" if c.ok else "WRONG", c.what, _words(c)] for c in checks],
    )
    return worst(check.code or 1 for check in checks if not check.ok)


def _accept(context: Context) -> None:
    """Take a restored backup as it is: what came after it is not in it."""
    from keydeck.services import access

    given = context.credentials()
    context.require_yes(
        "Accept this file as it is, without the changes this machine has seen since?"
    )
    number = access.accept(context.path, given)
    context.out.note(f"The file is accepted as it is (change {number}).")


def _try_open(context: Context) -> tuple[Vault | None, KeydeckError | None]:
    """The open vault where that can be had; what stands in the way otherwise."""
    try:
        return context.vault, None
    except Locked:
        return None, None  # not a fault: what needs no key is looked at
    except KeydeckError as error:
        return None, error


def _check_shape(check: Check) -> dict[str, Any]:
    return {
        "what": check.what,
        "ok": check.ok,
        "detail": check.detail,
        "todo": check.todo,
        "code": check.code,
    }


def _words(check: Check) -> str:
    return f"{check.detail} → {check.todo}" if check.todo else check.detail


def demo(context: Context, args: Arguments) -> int:
    """The app on a throw-away vault, with a server that differs and a colleague."""
    from keydeck.cli.output import is_terminal
    from keydeck.services import demo as staging

    if not args.after and (context.no_input or not (is_terminal(0) and is_terminal(1))):
        raise Usage(
            "The demo opens the app, and that needs a terminal.",
            todo="keydeck demo -- COMMAND runs a command in the demo instead.",
        )
    return staging.run(args.after, environ=context.environ, say=context.out.note)


COMMANDS = (
    Command(
        "init",
        "make a vault",
        init,
        options=(
            Option(("--passphrase-file",), "a file that holds the passphrase", "FILE"),
            Option(("--key-file",), "also unlock with this key file (made if missing)", "FILE"),
            Option(("--recovery-file",), "write the recovery key there (0600)", "FILE"),
        ),
        detail="Without a terminal no recovery key is made unless --recovery-file says where "
        "it goes.",
    ),
    Command(
        "demo",
        "the app on a throw-away vault and a real server",
        demo,
        detail="With a command after -- that runs in the demo instead of the app.",
        takes_command=True,
    ),
    Command("lock", "forget what is unlocked", lock),
    Command("status", "the vault, the ways to unlock it, the place that is meant", status),
    Command(
        "doctor",
        "what is wrong with the vault and its surroundings",
        doctor,
        options=(
            Option(("--accept",), "take a file that is older than what was seen of it (a backup)"),
        ),
        detail="Changes nothing but with --accept.",
    ),
)
