"""Diff before sync: make a plan, choose, apply, verify (sync.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from keydeck.domain.compare import Action, State, Verdict
from keydeck.domain.model import Base, Place, Target
from keydeck.domain.remote import Item
from keydeck.vault.vault import Vault


class Row(NamedTuple):
    """One name of a plan: the verdict, what was seen on each side, words for people.

    `who` (`you, 2 h ago`, `new here`, `there, 1 day ago`, `both changed`), `change`
    (`48 → 64 characters`, `password, host`), `uses` how many dependants, `refusal` why it
    can't be written there (then applying it is `refused`). No value can be printed from it.
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
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.state.value] = counts.get(row.state.value, 0) + 1
        return counts


class Detail(NamedTuple):
    """One side of a row, for the pane below the plan: label, version, when and who, length."""

    side: str  # base, ours, theirs
    version: str
    when: str
    change: str


class Result(NamedTuple):
    """What became of a row: `done stale refused failed skipped`, and whether it was verified."""

    name: str
    state: State
    result: str
    verified: bool = False
    error: str = ""
    code: int = 0


class Report(NamedTuple):
    """The end of a sync: a result a row, in the plan's order."""

    plan: Plan
    results: tuple[Result, ...]
    cancelled: bool = False
    code: int = 0

    def summary(self) -> dict[str, int]:
        """Result to number of rows."""
        counts: dict[str, int] = {}
        for row in self.results:
            counts[row.result] = counts.get(row.result, 0) + 1
        return counts


Choices = Mapping[str, Action]


def make_plan(
    vault: Vault,
    place: Place,
    target: Target,
    names: Collection[str] = (),
    *,
    environ: Mapping[str, str],
) -> Plan:
    """Read both sides and compare; unknown names in `names` are `NotFound` (7)."""
    raise NotImplementedError


def details(vault: Vault, plan: Plan, row: Row) -> tuple[Detail, ...]:
    """Base, ours and theirs of a row, in words."""
    raise NotImplementedError


def default_choices(
    plan: Plan,
    *,
    prune: bool = False,
    ours: Collection[str] = (),
    theirs: Collection[str] = (),
    push_only: bool = False,
    pull_only: bool = False,
) -> dict[str, Action]:
    """What apply does to each row unless told otherwise; `NOTHING` rows are left out.

    `ours` and `theirs` hold `NAME` or `NAME@TARGET`; an unknown one is `NotFound` (7).
    """
    raise NotImplementedError


def diff_code(plans: Sequence[Plan]) -> int:
    """The exit code of `diff`: 0 nothing differs, 2 something would change, 3 a conflict."""
    raise NotImplementedError


def apply(
    vault: Vault,
    plan: Plan,
    choices: Choices,
    *,
    environ: Mapping[str, str],
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    allow_sealed: Collection[str] = (),
    confirm: str = "",
) -> Report:
    """Apply the chosen rows, each guarded on both sides, verify, remember bases in groups.

    Writing to a protected profile's remote or over its local values needs `confirm` (4).
    """
    raise NotImplementedError


def settled(report: Report) -> Mapping[str, Result]:
    """Results by name."""
    return {row.name: row for row in report.results}
