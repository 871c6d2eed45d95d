"""What the header says: the place, what is wrong with it, how old the remote's word is. Pure."""

from __future__ import annotations

from keydeck.domain.compare import State
from keydeck.domain.safetext import clean
from keydeck.system.clock import now_ms
from keydeck.tui.panes.words import MINUTE, age
from keydeck.tui.session import Session
from keydeck.tui.widgets.header import HeaderItem


def header_words(session: Session) -> tuple[str, str, list[HeaderItem]]:
    """Place, badge, items; lock goes first where the line is short, then bao, then due."""
    place = session.place
    items: list[HeaderItem] = []
    if place is not None:
        items += _place_items(session, place.profile.uid)
    left = session.lock_left()
    if session.vault is not None and left != float("inf"):
        minutes = max(1, round(left / 60))
        items.append(HeaderItem(f"lock {minutes}m", "muted", keep=0, id="app.lock"))
    if place is None:
        return ("keydeck" if session.vault is None else "no profile yet"), "", items
    where = f"{clean(place.tenant.name)} / {clean(place.profile.name)}"
    return where, "PROTECTED" if place.profile.protected else "", items


def _place_items(session: Session, profile: bytes) -> list[HeaderItem]:
    items: list[HeaderItem] = []
    conflicts = session.standing(profile).count(State.CONFLICT)
    if conflicts:
        word = "conflict" if conflicts == 1 else "conflicts"
        items.append(HeaderItem(f"{conflicts} {word}", "danger", keep=3, id="place.sync"))
    if session.due:
        items.append(HeaderItem(f"{session.due} due", "due", keep=2))
    now = now_ms()
    for target in session.targets:
        plan = session.plans.get(target.uid)
        if plan is not None:
            items.append(
                HeaderItem(
                    f"{clean(target.name)} {_since(plan.checked_at, now)}",
                    "muted",
                    keep=1,
                    id="place.refresh",
                )
            )
    return items


def _since(at: int, now: int) -> str:
    """`now`, `4 min`, `3h`, `2d`."""
    minutes = max(0, now - at) // MINUTE
    if minutes < 1:
        return "now"
    return f"{minutes} min" if minutes < 60 else age(at, now)
