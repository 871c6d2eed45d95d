"""What a sync does to each row: by its options, and by what is answered to a conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from keydeck.cli.arguments import Arguments
from keydeck.domain.compare import Action, State
from keydeck.domain.errors import NotFound, Usage
from keydeck.domain.safetext import clean, shorten_middle

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.services.plans import Plan


def one_way(plan: Plan, args: Arguments) -> Plan:
    """The plan with the rows of one direction only, where that was asked for."""
    if args.flag("push_only") and args.flag("pull_only"):
        raise Usage("--push-only and --pull-only leave nothing.")
    if args.flag("push_only"):
        left = (State.PULL, State.DELETE_LOCAL, State.UNMANAGED)
    elif args.flag("pull_only"):
        left = (State.PUSH, State.DELETE_REMOTE, State.ASSUMED)
    else:
        return plan
    return plan._replace(rows=tuple(row for row in plan.rows if row.state not in left))


def choose(plans: Sequence[Plan], args: Arguments) -> list[dict[str, Action]]:
    """What happens to each plan's rows by the options; what is left out stays as it is.

    `NotFound` (7) for a `NAME[@TARGET]` that is a row of none of the plans.
    """
    ours, theirs = args.many("ours"), args.many("theirs")
    both = sorted({*ours} & {*theirs})
    if both:
        raise Usage(f"--ours and --theirs both name {shorten_middle(clean(both[0]), 128)}.")
    _refuse_strangers(plans, [*ours, *theirs])
    return [_choices(plan, args) for plan in plans]


def _refuse_strangers(plans: Sequence[Plan], words: Sequence[str]) -> None:
    from keydeck.domain.names import did_you_mean

    targets = [plan.target.name for plan in plans]
    for word in words:
        name, _, target = word.partition("@")
        if target and target not in targets:
            raise NotFound(
                f"{target} is no target of this sync.",
                kept="Nothing was applied.",
                todo=did_you_mean(target, targets),
            )
        known = {
            row.name for plan in plans if target in ("", plan.target.name) for row in plan.rows
        }
        if name not in known:
            raise NotFound(
                f"The plan has no row {shorten_middle(clean(name), 128)}.",
                kept="Nothing was applied.",
                todo=did_you_mean(name, known),
            )


def _of_plan(plan: Plan, words: Sequence[str]) -> list[str]:
    """Those of `NAME[@TARGET]` that are rows of this plan."""
    known = {row.name for row in plan.rows}
    return [word for word in words if word.partition("@")[0] in known]


def _choices(plan: Plan, args: Arguments) -> dict[str, Action]:
    from keydeck.services import sync

    return sync.default_choices(
        plan,
        prune=args.flag("prune"),
        ours=_of_plan(plan, args.many("ours")),
        theirs=_of_plan(plan, args.many("theirs")),
        push_only=args.flag("push_only"),
        pull_only=args.flag("pull_only"),
    )


def open_conflicts(plans: Sequence[Plan], choices: Sequence[Mapping[str, Action]]) -> bool:
    """Whether a conflict is left without a side."""
    return any(
        row.state is State.CONFLICT and row.name not in chosen
        for plan, chosen in zip(plans, choices, strict=True)
        for row in plan.rows
    )


def settle(context: Context, plans: Sequence[Plan], choices: Sequence[dict[str, Action]]) -> None:
    """Ask about each conflict that no option settled, where somebody can be asked."""
    with context.terminal() as terminal:
        if terminal is None:
            return
        for plan, chosen in zip(plans, choices, strict=True):
            for row in plan.rows:
                if row.state is not State.CONFLICT or row.name in chosen:
                    continue
                answer = terminal.ask(
                    f"{row.name}: {row.who}. Keep [o]urs, take [t]heirs, or leave it [enter]? "
                ).lower()
                action = {"o": row.verdict.ours, "t": row.verdict.theirs}.get(answer[:1])
                if action is not None and action is not Action.NOTHING:
                    chosen[row.name] = action
