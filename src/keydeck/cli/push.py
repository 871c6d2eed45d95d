"""`--push`: the push that follows a change, by the same plan as a sync."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keydeck.cli.sync import apply_plan, make_plans, reports_shape, tell_reports

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.domain.model import Place, Target

Push = Sequence[tuple["Place", "Sequence[Target]"]]


def push_targets(context: Context, places: Sequence[Place]) -> Push:
    """Where `--push` goes; what is missing or unconfirmed is said before anything changes."""
    from keydeck.services import targets

    args = context.args
    found = [
        (
            place,
            targets.choose(
                context.vault, place, args.many("target"), every=args.flag("all_targets")
            ),
        )
        for place in places
    ]
    context.require_name([place.profile for place in places], "a push")
    return found


def push_names(
    context: Context, push: Push, names: Sequence[str], *, prune: bool = False
) -> tuple[int, dict[str, Any]]:
    """Push these names by the same plan as a sync; the exit code, and what `--json` adds.

    The vault is changed already: an error says that this stays.
    """
    from keydeck.domain.errors import KeydeckError
    from keydeck.services import sync

    reports = []
    for place, targets in push:
        try:
            for plan in make_plans(context, place, targets, names):
                chosen = sync.default_choices(plan, prune=prune, push_only=True)
                reports.append(apply_plan(context, plan, chosen))
        except KeydeckError as error:
            error.kept = f"The change here stays. {error.kept}".strip()
            raise
    tell_reports(context, reports)
    return sync.worst(report.code for report in reports), reports_shape(reports)
