"""The matrix in words: what a cell shows, in which colour, and what it says in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from keydeck.domain.compare import State
from keydeck.domain.safetext import clean
from keydeck.services.matrix import INHERITED, MISSING, Cell, Matrix
from keydeck.services.sync import Plan
from keydeck.system.clock import now_ms
from keydeck.tui.text import Role, Span

DAY_MS = 24 * 60 * 60 * 1000
SOON_DAYS = 14
CELL = 10
_QUIET = (None, State.IN_SYNC, State.ASSUMED)

Known = Mapping[tuple[str, str], State]
"""(profile, name) to the state of the last plan, while the value is still that one."""


def known_states(matrix: Matrix, plans: Iterable[Plan]) -> dict[tuple[str, str], State]:
    """What the last plans say about the cells; of several targets the first that differs."""
    column = {profile: at for at, profile in enumerate(matrix.profiles)}
    found: dict[tuple[str, str], State] = {}
    for plan in plans:
        profile = plan.place.profile.name
        if plan.place.tenant.name != matrix.tenant or profile not in column:
            continue
        for row in plan.rows:
            cells = matrix.rows.get(row.name)
            if cells is None or cells[column[profile]].version != (row.local_version or 0):
                continue
            if found.get((profile, row.name)) in _QUIET:
                found[profile, row.name] = row.state
    return found


def cell_words(cell: Cell, common: str, state: State | None = None, now: int | None = None) -> Span:
    """A cell's text (at most 10 cells wide) and its role: `a`, `missing`, `c overdue`, `b > push`.

    `common` is the row's commonest letter, which is muted; `state` what the last plan said.
    """
    if cell.state == MISSING:
        return "missing", "due"
    if cell.state == INHERITED:
        return "inherited", "muted"
    days = days_left(cell, now)
    if days is not None and days < 0:
        return f"{cell.letter} overdue", "danger"
    if state is not None and state not in _QUIET:
        role: Role = "danger" if state is State.CONFLICT else "accent"
        return _with_state(cell.letter, state), role
    if days is not None and days <= SOON_DAYS:
        return f"{cell.letter} {days}d!", "due"
    return cell.letter, "muted" if cell.letter == common else "text"


def _with_state(letter: str, state: State) -> str:
    """`b > push` where a column of 10 cells has the room, else `b conflict` or `b #`."""
    word = "delete" if state in (State.DELETE_REMOTE, State.DELETE_LOCAL) else state.word
    sign = "x" if word == "delete" else state.letter
    for text in (f"{letter} {sign} {word}", f"{letter} {word}"):
        if len(text) <= CELL:
            return text
    return f"{letter} {sign}"


def days_left(cell: Cell, now: int | None = None) -> int | None:
    """Whole days until it is due (negative: overdue), None where nothing is due."""
    if cell.due_at is None:
        return None
    return (cell.due_at - (now_ms() if now is None else now)) // DAY_MS


def in_words(
    matrix: Matrix, name: str, column: int, state: State | None = None, now: int | None = None
) -> list[Span]:
    """The cell in full, for the last line: `GITHUB_TOKEN in local: set, class a: …`."""
    cell = matrix.rows[name][column]
    said: list[Span] = [(clean(name), "bold"), (f" in {clean(matrix.profiles[column])}: ", "muted")]
    if cell.state == MISSING:
        return [*said, ("missing", "due"), (f", set in {_set_in(matrix, name)}", "muted")]
    if cell.state == INHERITED:
        return [*said, ("inherited", "text"), (f" from {clean(cell.origin)}", "muted")]
    said += [("set", "text"), (f", class {cell.letter}", "muted")]
    plain = len(said)
    days = days_left(cell, now)
    if days is not None and days < 0:
        said.append((f", overdue by {-days}d", "danger"))
    elif days is not None and days <= SOON_DAYS:
        said.append((f", due in {days}d", "due"))
    if state is not None and state not in _QUIET:
        said.append((f", {state.word} when last checked", "accent"))
    return said if len(said) > plain else [*said, (_same_as(matrix, name, column), "muted")]


def _set_in(matrix: Matrix, name: str) -> str:
    cells = matrix.rows[name]
    count = sum(cell.state != MISSING for cell in cells)
    return f"{count} of {len(cells)}"


def _same_as(matrix: Matrix, name: str, column: int) -> str:
    """Which other profiles hold an equal value."""
    letter = matrix.rows[name][column].letter
    same = [
        clean(profile)
        for at, (profile, cell) in enumerate(zip(matrix.profiles, matrix.rows[name], strict=True))
        if at != column and letter and cell.letter == letter
    ]
    if not same:
        return ": no other profile has this value"
    if len(same) > 3:
        return f": the same value in {len(same)} other profiles"
    return f": the same value in {', '.join(same)}"


def title(matrix: Matrix) -> str:
    """`acme: 23 names × 12 profiles`."""
    names, profiles = len(matrix.rows), len(matrix.profiles)
    several = "" if names == 1 else "s"
    also = "" if profiles == 1 else "s"
    count = f"{names:,}".replace(",", " ")
    return f"{clean(matrix.tenant)}: {count} name{several} × {profiles} profile{also}"
