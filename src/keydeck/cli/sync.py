"""diff · sync"""

from __future__ import annotations

import signal
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from keydeck.cli.arguments import Arguments, Command, Option, Word
from keydeck.cli.choices import choose, one_way, open_conflicts, settle
from keydeck.cli.options import CONFIRM
from keydeck.domain.compare import Action, State
from keydeck.domain.errors import NotFound

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.model import Place, Target
    from keydeck.services.plans import Plan, Report, Result, Row

NAMES = Word("NAME", "only these secrets", 0, None)
TARGET = Option(("--target",), "this target of the profile", "NAME", many=True)
PUSH_ONLY = Option(("--push-only",), "only what goes there")
PULL_ONLY = Option(("--pull-only",), "only what comes here")
_THERE = (Action.WRITE, Action.DELETE_REMOTE)
_HERE = (Action.TAKE, Action.DELETE_LOCAL)


def make_plans(
    context: Context, place: Place, targets: Sequence[Target], names: Collection[str]
) -> list[Plan]:
    """The plans of these targets; a name that only some of them know is planned there."""
    from keydeck.services import sync

    plans: list[Plan] = []
    missing: NotFound | None = None
    for target in targets:
        try:
            plan = sync.make_plan(context.vault, place, target, names, environ=context.environ)
        except NotFound as error:
            if len(targets) == 1 or not names:
                raise
            missing = error
            continue
        for warning in plan.warnings:
            context.out.warn(warning)
        plans.append(plan)
    if missing is not None and not plans:
        raise missing
    return plans


def diff(context: Context, args: Arguments) -> int:
    """What a sync would do; nothing is changed."""
    from keydeck.services import sync, targets

    place = context.place()
    wanted = args.many("target")
    chosen = targets.choose(context.vault, place, wanted, every=not wanted)
    plans = [one_way(p, args) for p in make_plans(context, place, chosen, args.words("NAME"))]
    context.out.json(
        {
            "rows": [_row_shape(row) for plan in plans for row in plan.rows],
            "summary": _merged(plan.summary() for plan in plans),
        }
    )
    for plan in plans:
        _tell_plan(context, plan)
    return sync.diff_code(plans)


def _row_shape(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "state": row.state.value,
        "target": row.target,
        "local_version": row.local_version,
        "remote_version": row.remote_version or None,
    }


def _merged(counts: Iterator[dict[str, int]] | Sequence[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in counts:
        for name, number in part.items():
            total[name] = total.get(name, 0) + number
    return total


def _tell_plan(context: Context, plan: Plan) -> None:
    from keydeck.cli.shapes import summed

    where = f"  {plan.where}" if plan.where else ""
    version = f" {plan.version}" if plan.version else ""
    context.out.line(f"{plan.place.label} → {plan.target.name}{where}{version}")
    rows = [row for row in plan.rows if row.state is not State.IN_SYNC]
    if rows:
        context.out.table(["", "WHAT", "NAME", "WHO", "CHANGE"], [_told(row) for row in rows])
    counts = plan.summary()
    context.out.line(summed(counts, ["conflict", "push", "pull"]) or "nothing on either side")


def _told(row: Row) -> list[str]:
    change = row.refusal or row.change
    if row.state is State.DELETE_REMOTE and row.uses:
        change = f"still used in {row.uses}"
    return [row.state.letter, row.state.word, row.name, row.who, change]


def sync_all(context: Context, args: Arguments) -> int:
    """Show the plan, ask, apply it, verify, and say what became of each row."""
    from keydeck.services import sync, targets

    place = context.writing()
    chosen = targets.choose(
        context.vault, place, args.many("target"), every=args.flag("all_targets")
    )
    plans = [one_way(p, args) for p in make_plans(context, place, chosen, args.words("NAME"))]
    if not context.yes:
        for plan in plans:
            _tell_plan(context, plan)
    choices = choose(plans, args)
    if not context.yes:
        settle(context, plans, choices)
    if args.flag("all_or_nothing") and open_conflicts(plans, choices):
        context.out.warn("There is a conflict, so nothing was applied (--all-or-nothing).")
        choices = [{} for _ in plans]
    writing = [action for chosen in choices for action in chosen.values()]
    if writing:
        _consent(context, place, writing)
    reports = [
        apply_plan(context, plan, chosen) for plan, chosen in zip(plans, choices, strict=True)
    ]
    tell_reports(context, reports)
    context.out.json(reports_shape(reports))
    if any(report.cancelled for report in reports):
        return 130
    return sync.worst(report.code for report in reports)


def _consent(context: Context, place: Place, actions: Sequence[Action]) -> None:
    """A yes to the plan; a protected profile's name where something is written."""
    there = sum(action in _THERE for action in actions)
    here = sum(action in _HERE for action in actions)
    if there or here:
        question = f"Apply {there} there and {here} here?"
        context.require_consent([place.profile], question, "a sync that writes")
    else:
        context.require_yes("Note that both sides agree?")


def apply_plan(context: Context, plan: Plan, choices: Mapping[str, Action]) -> Report:
    """Apply a plan with progress; an interrupt ends it after the row at hand.

    A protected profile's name must have been given or typed before.
    """
    from keydeck.services import sync

    with cancelling() as asked:
        return sync.apply(
            context.vault,
            plan,
            choices,
            environ=context.environ,
            progress=context.out.progress,
            cancelled=lambda: bool(asked),
            allow_sealed=context.args.many("allow_sealed"),
            confirm=plan.place.profile.name,
        )


@contextmanager
def cancelling() -> Iterator[list[int]]:
    """An interrupt ends the sync after the row at hand; a second one at once."""
    asked: list[int] = []

    def note(number: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    try:
        before = signal.signal(signal.SIGINT, note)
    except ValueError:  # not the main thread: nothing to cancel with
        yield asked
        return
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def tell_reports(context: Context, reports: Sequence[Report]) -> None:
    """What became of each row, as a table for people."""
    from keydeck.cli.shapes import summed

    for report in reports:
        if report.results:
            context.out.table(
                ["", "WHAT", "NAME", "RESULT"],
                [[r.state.letter, r.state.word, r.name, _result_words(r)] for r in report.results],
            )
        context.out.line(
            f"{report.plan.target.name}: {summed(report.summary()) or 'nothing differs'}"
        )


def _result_words(result: Result) -> str:
    word = "done, verified" if result.result == "done" and result.verified else result.result
    deleting = result.state in (State.DELETE_LOCAL, State.DELETE_REMOTE)
    why = result.error or (deleting and result.result == "skipped" and "needs --prune")
    return f"{word}: {why}" if why else word


def reports_shape(reports: Sequence[Report]) -> dict[str, Any]:
    """What became of each row, as `--json` says it; the target only where there are several."""
    several = len(reports) > 1
    rows = [
        {
            "name": result.name,
            "state": result.state.value,
            **({"target": report.plan.target.name} if several else {}),
            "result": result.result,
            "verified": result.verified,
            **({"error": result.error} if result.error else {}),
        }
        for report in reports
        for result in report.results
    ]
    return {"rows": rows, "summary": _merged([report.summary() for report in reports])}


COMMANDS = (
    Command(
        "diff",
        "what a sync would do; changes nothing",
        diff,
        (NAMES,),
        (
            TARGET,
            PUSH_ONLY,
            PULL_ONLY,
            Option(("--out",), "save the plan", "FILE", later=True),
        ),
        "Exits 0 when nothing differs, 2 when something would change, 3 on a conflict.",
    ),
    Command(
        "sync",
        "bring a profile and its target together, as the plan shows",
        sync_all,
        (NAMES,),
        (
            TARGET,
            Option(("--all-targets",), "all targets of the profile"),
            PUSH_ONLY,
            PULL_ONLY,
            Option(("--ours",), "keep ours in this conflict", "NAME[@TARGET]", many=True),
            Option(("--theirs",), "take theirs in this conflict", "NAME[@TARGET]", many=True),
            Option(("--prune",), "carry deletions over (never of unmanaged rows)"),
            Option(("--all-or-nothing",), "apply nothing while there is a conflict"),
            Option(
                ("--allow-sealed",), "this sealed secret may go to a plain file", "NAME", many=True
            ),
            CONFIRM,
            Option(("--apply",), "apply a saved plan", "FILE", later=True),
        ),
        "With -y the safe rows are applied and conflicts stay (3).",
    ),
)
