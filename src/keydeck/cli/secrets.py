"""list · get · matrix"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.options import NAME

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.secret import SecretValue
    from keydeck.services.secrets import Listed


def list_secrets(context: Context, _args: Arguments) -> int:
    """Names, hints, ages, and whether something changed here since the last sync."""
    from keydeck.services import secrets

    place = context.place()
    rows = secrets.rows(context.vault, place)
    with context.vault.read() as view:  # services.targets would load the remotes
        names = [target.name for target in view.targets(place.profile.uid)]
    if context.out.as_json:
        context.out.json({"secrets": [_listed_shape(row, names) for row in rows]})
        return 0
    if not rows:
        context.out.note(f"{place.label} has no secrets yet: keydeck set NAME makes one.")
        return 0
    from keydeck.cli.shapes import age, due

    inherited = any(row.origin != place.profile.name for row in rows)
    head = ["NAME", "HINT", "AGE", "DUE", "SYNC", *(["FROM"] if inherited else [])]
    table = [
        [
            row.secret.name,
            "sealed" if row.secret.sealed else row.secret.hint,
            age(row.secret.value_changed_at),
            due(row.secret.due_at),
            _sync_words(row, names),
            *([row.origin] if inherited else []),
        ]
        for row in rows
    ]
    context.out.table(head, table, right="AGE DUE")
    return 0


def _sync_words(row: Listed, targets: Sequence[str]) -> str:
    """Offline nothing is known of the remote: only what happened here is said."""
    from keydeck.cli.shapes import DASH

    words = {
        name: "changed here" if row.changed_here(name) else "unchanged here" for name in targets
    }
    if len(set(words.values())) <= 1:
        return next(iter(words.values()), DASH)
    return ", ".join(f"{name} {word}" for name, word in words.items())


def _listed_shape(row: Listed, targets: Sequence[str]) -> dict[str, Any]:
    from keydeck.cli.shapes import when

    secret = row.secret
    return {
        "name": secret.name,
        "hint": secret.hint,
        "description": secret.description,
        "tags": list(secret.tags),
        "version": secret.version,
        "created_at": when(secret.created_at),
        "value_changed_at": when(secret.value_changed_at),
        "due_at": when(secret.due_at),
        "sealed": secret.sealed,
        "origin": row.origin,
        "uses": row.uses,
        "sync": {
            name: {
                "state": "changed_here" if row.changed_here(name) else "unchanged_here",
                "checked_at": when(row.bases[name].at) if name in row.bases else None,
            }
            for name in targets
        },
    }


def get(context: Context, args: Arguments) -> int:
    """A value on standard output, or copied."""
    from keydeck.services import secrets

    name, value, note = secrets.read(context.vault, context.place(), args.word("NAME"))
    if note:
        context.out.note(note)
    if args.flag("copy"):
        return _copy(context, name, value)
    if context.out.as_json:
        from keydeck.cli.shapes import value_shape

        context.out.json({"name": name, **value_shape(value)})
    else:
        context.out.value(value)
    return 0


def _copy(context: Context, name: str, value: SecretValue) -> int:
    from keydeck.cli.terminal import copy
    from keydeck.domain.errors import AnswerNeeded

    with context.terminal() as terminal:
        if terminal is None:
            raise AnswerNeeded(
                "Copying goes through the terminal, and there is none.",
                kept="Nothing was copied.",
                todo=f"keydeck get {name} without -c writes it to standard output.",
            )
        copy(terminal, value)
    keeper = " tmux passes it on only with set-clipboard on." if context.environ.get("TMUX") else ""
    context.out.note(
        f"{name} was sent to the terminal to be copied (OSC 52); it never says whether it took "
        f"it, and nothing clears it later.{keeper}"
    )
    context.out.json({"name": name, "sent": "osc52"})
    return 0


def matrix(context: Context, args: Arguments) -> int:
    """Names × profiles of a tenant, without a value."""
    from keydeck.cli.shapes import when
    from keydeck.services.matrix import matrix as read_matrix

    found = read_matrix(context.vault, context.tenant(args.word("TENANT")))
    if context.out.as_json:
        rows = [
            {
                "name": name,
                "cells": {
                    profile: {
                        "state": cell.state,
                        "class": cell.letter or None,
                        "version": cell.version or None,
                        "due_at": when(cell.due_at),
                        "origin": cell.origin or None,
                    }
                    for profile, cell in zip(found.profiles, cells, strict=True)
                },
            }
            for name, cells in found.rows.items()
        ]
        context.out.json({"tenant": found.tenant, "profiles": list(found.profiles), "rows": rows})
        return 0
    if not found.rows:
        context.out.note(f"{found.tenant} has no secrets yet.")
        return 0
    table = [
        [name, *(cell.letter or cell.state for cell in cells)] for name, cells in found.rows.items()
    ]
    context.out.table(["NAME", *found.profiles], table)
    context.out.note("Equal letters in a row are equal values.")
    return 0


COMMANDS = (
    Command("list", "the secrets of a profile, without their values", list_secrets),
    Command(
        "get",
        "the value of a secret",
        get,
        (NAME,),
        (Option(("-c", "--copy"), "copy it through the terminal (OSC 52) instead"),),
        "A newline follows it only on a terminal. A sealed secret is refused (4).",
    ),
    Command(
        "matrix",
        "names × profiles of a tenant: set, missing, equal values",
        matrix,
        (Word("TENANT", "the tenant, like -t", 0),),
    ),
)
