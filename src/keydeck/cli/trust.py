"""audit"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keydeck.cli.arguments import Arguments, Command, Option

if TYPE_CHECKING:
    from keydeck.cli.context import Context


def audit(context: Context, args: Arguments) -> int:
    """Every change: who, what, when; verified by its chain on request."""
    from keydeck.cli.shapes import counted
    from keydeck.services import audit as log
    from keydeck.system.clock import rfc3339

    verified = log.verify(context.vault) if args.flag("verify") else None
    rows = log.rows(context.vault, since=args.text("since") or "", name=args.text("name") or "")
    context.out.json(
        {
            "rows": [
                {
                    "number": row.number,
                    "at": rfc3339(row.at),
                    "action": row.action,
                    "user": row.user,
                    "host": row.host,
                    "slot": row.slot,
                    "scope": row.scope,
                    "tenant": row.tenant or None,
                    "profile": row.profile or None,
                    "names": list(row.names),
                    "versions": list(row.versions),
                }
                for row in rows
            ],
            **({} if verified is None else {"verified": verified}),
        }
    )
    if rows:
        context.out.table(
            ["N", "WHEN", "WHO", "WHAT", "WHERE", "NAMES"],
            [
                [
                    str(row.number),
                    rfc3339(row.at // 1000 * 1000),
                    f"{row.user}@{row.host}",
                    row.action,
                    "/".join(filter(None, (row.tenant, row.profile))),
                    ", ".join(row.names[:4]) + (" …" if len(row.names) > 4 else ""),
                ]
                for row in rows
            ],
            right="N",
        )
    if verified is not None:
        context.out.note(f"{counted(verified, 'row')} verified up to the signed head.")
    return 0


COMMANDS = (
    Command(
        "audit",
        "every change: who, what, when",
        audit,
        options=(
            Option(("--verify",), "check the chain up to the signed head"),
            Option(("--since",), "from then on: 7d, 12h, or a date", "TIME"),
            Option(("--name",), "only about this secret", "NAME"),
        ),
    ),
)
