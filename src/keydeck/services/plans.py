"""What a plan and the end of a sync are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from keydeck.domain.compare import Action, State, Verdict
from keydeck.domain.model import Base, Place, Target
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import Item

Choices = Mapping[str, Action]


class Row(NamedTuple):
    """One name of a plan: the verdict, what was seen on each side, words for people.

    `who` (`you, 2 h ago`, `new here`, `there, 1 day ago`, `both changed`), `change`
    (`48 → 64 characters`, `password, host`), `uses` how many declared dependants, `refusal` why
    it can't be written there or taken over here. No value can be printed from it.
    """

    name: str
    verdict: Verdict
    target: str
    uid: bytes | None
    local_version: int | None
    remote_version: str
    seen: Item | None
    base: Base | None
    local_fingerprint: bytes | None
    who: str
    change: str
    uses: int = 0
    refusal: str = ""
    sealed: bool = False

    @property
    def state(self) -> State:
        """The verdict's state."""
        return self.verdict.state


class Plan(NamedTuple):
    """The rows of one target at one moment; making it changed nothing."""

    place: Place
    target: Target
    kind: str
    rows: tuple[Row, ...]
    where: str
    version: str
    checked_at: int
    warnings: tuple[str, ...] = ()

    def summary(self) -> dict[str, int]:
        """State (as `--json` writes it) to number of rows, only those that occur."""
        return _counts(row.state.value for row in self.rows)


class Detail(NamedTuple):
    """One side of a row, for the pane below the plan."""

    side: str  # base, ours, theirs
    version: str
    when: str
    change: str


class Result(NamedTuple):
    """What became of a row: `done stale refused failed skipped`, and whether it was verified.

    `code` is the exit code that a row's failure stands for.
    """

    name: str
    state: State
    result: str
    verified: bool = False
    error: str = ""
    code: int = 0


# A sync with mixed results takes the first of these (interface.md).
_PRECEDENCE = (12, 8, 10, 9, 3, 4, 1)


class Report(NamedTuple):
    """The end of a sync: a result a row, in the plan's order."""

    plan: Plan
    results: tuple[Result, ...]
    cancelled: bool = False

    @property
    def code(self) -> int:
        """The exit code: 0 when all that was chosen is done and no conflict is left."""
        if self.cancelled:
            return 130
        return worst(row.code for row in self.results)

    def summary(self) -> dict[str, int]:
        """Result to number of rows."""
        return _counts(row.result for row in self.results)


def worst(codes: Iterable[int]) -> int:
    """The exit code for several: the first of 12, 8, 10, 9, 3, 4, 1 that occurs."""
    present = {code for code in codes if code}
    for code in _PRECEDENCE:
        if code in present:
            return code
    return min(present, default=0)


def _counts(words: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
