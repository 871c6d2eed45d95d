"""Applying a plan: each row guarded on both sides, verified, remembered (sync.md, Applying)."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from keydeck.domain.compare import Action, State
from keydeck.domain.errors import KeydeckError
from keydeck.domain.model import LIVE, Base
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import (
    DONE,
    FAILED,
    REFUSED,
    SKIPPED,
    STALE,
    Item,
    Outcome,
    Remote,
    Write,
)
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.services.planning import cant_take
from keydeck.services.plans import Choices, Plan, Report, Result, Row
from keydeck.services.secrets import require_confirmed
from keydeck.services.targets import connect
from keydeck.system.clock import now_ms

if TYPE_CHECKING:
    from keydeck.vault.vault import Change, Vault

LOCAL = (Action.TAKE, Action.DELETE_LOCAL)
REMOTE = (Action.WRITE, Action.DELETE_REMOTE)
STALE_CODE = 4
GROUP_ROWS = 32
GROUP_SECONDS = 0.05

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


class _Sent(NamedTuple):
    """A value on its way: what the base will say of it."""

    row: Row
    value: SecretValue | None
    fingerprint: bytes
    version: int


def apply(
    vault: Vault,
    plan: Plan,
    choices: Choices,
    *,
    environ: Mapping[str, str],
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    allow_sealed: Collection[str] = (),
    confirm: str = "",
) -> Report:
    """Apply the chosen rows; `Refused` (4) where a protected profile is not confirmed.

    Writing to a protected profile's remote, or over its values, needs its name in `confirm`.
    """
    if any(action in LOCAL + REMOTE for action in choices.values()):
        require_confirmed(plan.place, confirm, "a sync that writes")
    remote = connect(vault, plan.target, environ)
    try:
        run = _Run(vault, plan, remote, progress, cancelled)
        return run.all(choices, allow_sealed)
    finally:
        remote.close()


class _Run:
    """One application of a plan over an open remote."""

    def __init__(
        self,
        vault: Vault,
        plan: Plan,
        remote: Remote,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self.vault = vault
        self.plan = plan
        self.remote = remote
        self.progress = progress or (lambda _done, _of: None)
        self.cancelled = cancelled or (lambda: False)
        self.results: dict[str, Result] = {}
        self.total = 0
        self.stopped = False

    def all(self, choices: Choices, allow_sealed: Collection[str]) -> Report:
        """Local rows first, then new and changed ones to the remote, then deletions."""
        chosen = [
            row
            for row in self.plan.rows
            if choices.get(row.name, Action.NOTHING) is not Action.NOTHING
        ]
        self.total = len(chosen)
        here = [row for row in chosen if choices[row.name] not in REMOTE]
        there = [row for row in chosen if choices[row.name] in REMOTE]
        try:
            self._local(here, choices)
            sent = self._prepare(there, choices, allow_sealed)
            self._send(sorted(sent, key=lambda one: (one.value is None, one.row.seen is not None)))
            self._verify(sent)
        except KeydeckError as error:
            self._stop(chosen, error)
        return Report(self.plan, self._table(), self.stopped)

    def _stop(self, chosen: Iterable[Row], error: KeydeckError) -> None:
        """What stops all rows (401, 403, sealed, gone) is said in each that had not begun."""
        for row in chosen:
            if row.name not in self.results:
                self._say(row, FAILED, error=f"{error.message} {error.todo}", code=error.code)

    def _table(self) -> tuple[Result, ...]:
        """Every row that is not in sync, in the plan's order; what was left says so."""
        table = []
        for row in self.plan.rows:
            if row.name in self.results:
                table.append(self.results[row.name])
            elif row.state is State.CONFLICT:
                table.append(Result(row.name, row.state, SKIPPED, error="choose a side", code=3))
            elif row.state is not State.IN_SYNC:
                table.append(Result(row.name, row.state, SKIPPED))
        return tuple(table)

    def _say(self, row: Row, result: str, *, error: str = "", code: int = 0) -> None:
        self.results[row.name] = Result(row.name, row.state, result, False, error, code)
        self.progress(len(self.results), self.total)

    # Local rows: pulls, deletions here, and bases where both sides agree already.

    def _local(self, rows: Sequence[Row], choices: Choices) -> None:
        if not rows or self._cancel():
            return
        fresh = self.remote.snapshot([row.name for row in rows]).items
        place = self.plan.place
        names = [row.name for row in rows]
        with self.vault.write("sync", place.tenant.name, place.profile.name, names) as change:
            bases: dict[bytes, Base | None] = {}
            said = [
                self._local_row(change, row, choices[row.name], fresh.get(row.name), bases)
                for row in rows
            ]
            change.put_bases(self.plan.target.uid, bases)
        # Told only once the transaction stands.
        for result in said:
            self.results[result.name] = result
        self.progress(len(self.results), self.total)

    def _local_row(
        self,
        change: Change,
        row: Row,
        action: Action,
        fresh: Item | None,
        bases: dict[bytes, Base | None],
    ) -> Result:
        profile = self.plan.place.profile.uid
        secret = change.secret(profile, row.name)
        live = secret if secret is not None and secret.state == LIVE else None
        if (live.version if live else None) != row.local_version:
            return Result(row.name, row.state, STALE, error="changed here since the plan", code=4)
        if not _same_item(row.seen, fresh):
            moved = "changed there since the plan"
            return Result(row.name, row.state, STALE, error=moved, code=4)
        if action is Action.TAKE:
            if fresh is None or fresh.value is None:
                return Result(row.name, row.state, REFUSED, error="can't be read there", code=4)
            why = cant_take(row.name, fresh.value)
            if why:
                return Result(row.name, row.state, REFUSED, error=why, code=11)
            live = change.set_value(profile, row.name, fresh.value, origin="pull")
        elif action is Action.DELETE_LOCAL and live is not None:
            change.trash_secret(profile, row.name)
            live = None
        uid = live.uid if live else row.uid
        if uid is not None:
            value = fresh.value if fresh else None
            gone = live is None or value is None or fresh is None
            bases[uid] = (
                None
                if gone or fresh is None or value is None or live is None
                else _base(change.fingerprint(value), fresh.version, fresh.created, live.version)
            )
        return Result(row.name, row.state, DONE, verified=True)

    # Rows that are written there.

    def _prepare(
        self, rows: Sequence[Row], choices: Choices, allow_sealed: Collection[str]
    ) -> list[_Sent]:
        profile = self.plan.place.profile.uid
        ready = []
        with self.vault.read() as view:
            secrets = view.secrets(profile, [row.name for row in rows])
            for row in rows:
                secret = secrets.get(row.name)
                live = secret if secret is not None and secret.state == LIVE else None
                if (live.version if live else None) != row.local_version:
                    self._say(row, STALE, error="changed here since the plan", code=4)
                elif choices[row.name] is Action.DELETE_REMOTE or live is None:
                    ready.append(_Sent(row, None, b"", 0))
                elif (
                    live.sealed
                    and not self.remote.capabilities.keeps_secret
                    and row.name not in allow_sealed
                ):
                    why = f"sealed, and a plain file does not keep it: --allow-sealed {row.name}"
                    self._say(row, REFUSED, error=why, code=4)
                else:
                    value = view.value(profile, live)
                    why = self.remote.refuses(row.name, value)
                    if why:
                        self._say(row, REFUSED, error=why, code=11)
                    else:
                        ready.append(_Sent(row, value, view.fingerprint(value), live.version))
        return ready

    def _send(self, sent: Sequence[_Sent]) -> None:
        if not sent or self._cancel():
            return
        by_name = {one.row.name: one for one in sent}
        group: dict[bytes, Base | None] = {}
        names: list[str] = []
        began = time.monotonic()
        writes = [Write(one.row.name, one.value, one.row.seen) for one in sent]
        outcomes = self.remote.apply(writes)
        try:
            with closing(outcomes):  # type: ignore[type-var]
                for outcome in outcomes:
                    one = by_name[outcome.name]
                    self._outcome(one, outcome)
                    if outcome.result == DONE and one.row.uid is not None:
                        group[one.row.uid] = _base_of(one, outcome)
                        names.append(outcome.name)
                    full = len(group) >= GROUP_ROWS or time.monotonic() - began >= GROUP_SECONDS
                    if group and full:
                        self._remember(group, names)
                        began = time.monotonic()
                    if self._cancel():
                        break
        finally:
            # What was written is remembered whatever stops the rest.
            if group:
                self._remember(group, names)

    def _outcome(self, one: _Sent, outcome: Outcome) -> None:
        code = outcome.code or {DONE: 0, STALE: 4, REFUSED: 4}.get(outcome.result, 1)
        self._say(one.row, outcome.result, error=clean(outcome.error), code=code)

    def _remember(self, group: dict[bytes, Base | None], names: list[str]) -> None:
        place = self.plan.place
        with self.vault.write("sync", place.tenant.name, place.profile.name, names) as change:
            change.put_bases(self.plan.target.uid, group)
        group.clear()
        names.clear()

    def _cancel(self) -> bool:
        self.stopped = self.stopped or self.cancelled()
        return self.stopped

    def _is_done(self, one: _Sent) -> bool:
        result = self.results.get(one.row.name)
        return result is not None and result.result == DONE

    def _verify(self, sent: Sequence[_Sent]) -> None:
        """Read back what was pushed, where the remote can be read."""
        done = [one for one in sent if self._is_done(one)]
        if not done or not self.remote.capabilities.read_values:
            return
        try:
            items = self.remote.verify([one.row.name for one in done]).items
        except KeydeckError as error:
            unread = f"written, but it could not be read back: {error.message}"
            for one in done:
                before = self.results[one.row.name]
                self.results[one.row.name] = before._replace(error=unread, code=error.code)
            return
        for one in done:
            there = items.get(one.row.name)
            same = there is None if one.value is None else bool(there and there.value == one.value)
            before = self.results[one.row.name]
            if same:
                self.results[one.row.name] = before._replace(verified=True)
            else:
                moved = "written, but another value is there now"
                self.results[one.row.name] = before._replace(error=moved, code=STALE_CODE)


def _same_item(seen: Item | None, fresh: Item | None) -> bool:
    """Whether the remote still holds what the plan saw."""
    if seen is None or fresh is None:
        return seen is fresh
    return seen.value == fresh.value


def _base(fingerprint: bytes, version: str, created: str, local: int) -> Base:
    import socket

    return Base(fingerprint, version, created, now_ms(), socket.gethostname(), local)


def _base_of(one: _Sent, outcome: Outcome) -> Base | None:
    """A base records what was sent and the answer's version, never “the current value”."""
    if one.value is None:
        return None
    return _base(one.fingerprint, outcome.version, outcome.created, one.version)
