"""What became of each row, in words, and the next step."""

from __future__ import annotations

from keydeck.domain.compare import Action
from keydeck.domain.remote import DONE, FAILED, REFUSED, SKIPPED, STALE
from keydeck.domain.safetext import clean
from keydeck.services.sync import Result
from keydeck.tui.text import Role, Span

RESULT_ROLES: dict[str, Role] = {
    DONE: "ok",
    STALE: "due",
    REFUSED: "due",
    FAILED: "danger",
    SKIPPED: "muted",
}
RESULT_TICKS = {DONE: "ok", STALE: "!", REFUSED: "!", FAILED: "!", SKIPPED: "-"}
_DONE_WORDS = {
    Action.TAKE: "done, taken over here",
    Action.DELETE_LOCAL: "done, in the trash here",
    Action.SET_BASE: "done, remembered as equal",
    Action.DROP_BASE: "done, forgotten",
}


def result_words(result: Result, action: Action | None = None) -> Span:
    """`done, verified`, `stale: moved to v13, plan again`: a row's end in words."""
    role = RESULT_ROLES.get(result.result, "text")
    error = clean(result.error)
    if result.result == DONE:
        if action in _DONE_WORDS:
            return (_DONE_WORDS[action], role)
        return (
            ("done, verified", role) if result.verified else (error or "done, not verified", "due")
        )
    if result.result == SKIPPED:
        return (f"left as it is: {error}" if error else "left as it is", role)
    return (f"{result.result}: {error}" if error else result.result, role)


_NEXT = {
    8: "The token is not accepted: log in again or set up another token, then R.",
    9: "The remote could not be reached: R tries again.",
    10: "The token may not do this: ask for the right, then R.",
    11: "It can't be held there as it is.",
    12: "Look with keydeck doctor before going on.",
}


def result_advice(result: Result, action: Action | None) -> list[Span]:
    """A row's end in full, and the next step."""
    said = [result_words(result, action)]
    if result.result == STALE:
        said.append(("Nothing was overwritten. R compares anew.", "muted"))
    elif result.result in (REFUSED, FAILED):
        said.append((_NEXT.get(result.code, "R makes a new plan."), "muted"))
    elif result.result == SKIPPED:
        said.append(("It was not ticked. R makes a new plan.", "muted"))
    return said
