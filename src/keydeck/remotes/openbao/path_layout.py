"""The layout `path`: one path a secret, its value in the key `value`.

History, policy and compare-and-set of its own for each secret. A write is a PATCH, so that
other keys which a stranger keeps beside `value` stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from keydeck.domain.remote import (
    DONE,
    FAILED,
    STALE,
    Capabilities,
    Item,
    Outcome,
    Snapshot,
    Write,
)
from keydeck.domain.safetext import clean
from keydeck.remotes.openbao.kv import (
    Entry,
    Kv,
    Path,
    as_value,
    kind_of,
    milliseconds,
    written,
)
from keydeck.remotes.openbao.parallel import in_parallel
from keydeck.remotes.openbao.paths import segment_problem
from keydeck.remotes.openbao.words import Answer

FIELD = "value"
MAX_ROUNDS = 10
# From this many rows on, one listing of all identities is cheaper than a read of each.
LIST_FROM = 4

Identities = Mapping[str, tuple[str, str]]


class PathLayout:
    """A profile as a folder of KV entries."""

    name = "path"
    capabilities = Capabilities()

    def __init__(self, kv: Kv, path: Path) -> None:
        self._kv = kv
        self._path = path
        self._patch_denied = False

    def snapshot(self, names: Collection[str] | None = None) -> Snapshot:
        """Every entry right below the path, read a few at a time."""
        if names is None:
            names = [name for name in self._kv.names(self._path) if not name.endswith("/")]
        wanted = [name for name in names if not segment_problem(name)]
        items: dict[str, Item] = {}
        warnings: list[str] = []
        for name, entry in sorted(in_parallel(self._read, wanted)):
            item, warning = _item(name, entry)
            if item:
                items[name] = item
            if warning:
                warnings.append(warning)
        return Snapshot(items, "", "", tuple(warnings))

    @staticmethod
    def refuses_name(name: str) -> str:
        """Names that can't be a part of a path."""
        return segment_problem(name)

    def apply(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Write row by row, a few at a time; deletions come after everything else."""
        values = [write for write in writes if write.value is not None]
        known = self._identities(values)
        yield from in_parallel(lambda write: self._write(write, known), values)
        deletions = [write for write in writes if write.value is None]
        yield from in_parallel(self._delete, deletions)

    def _read(self, name: str) -> tuple[str, Entry]:
        return name, self._kv.read((*self._path, name))

    def _identities(self, writes: Sequence[Write]) -> Identities | None:
        """What every row is now, in one call; None where each row has to look for itself.

        Compare-and-set alone is not enough: after deleted metadata the numbers start again.
        """
        if sum(write.seen is not None for write in writes) < LIST_FROM:
            return None
        return self._kv.identities(self._path)

    def _current(self, name: str, known: Identities | None) -> tuple[str, str]:
        if known is not None:
            return known.get(name, ("0", ""))
        return self._read(name)[1].identity

    def _write(self, write: Write, known: Identities | None) -> Outcome:
        """One value, guarded by the version that the plan saw."""
        seen = write.seen
        if seen is None:
            return self._create(write)
        if seen.version and self._current(write.name, known) != (seen.version, seen.created):
            return _stale(write)
        version = seen.version or self._current(write.name, known)[0]
        answer = self._replace(write, int(version)) if version.isdigit() else None
        if answer is None:
            return _stale(write)
        if answer.ok:
            return _done(write, answer)
        if answer.is_mismatch or answer.status == 404:
            return self._landed(write) if answer.repeated else _stale(write)
        return self._failed(write, answer)

    def _create(self, write: Write) -> Outcome:
        """A value where none was: over nothing, or over what was deleted."""
        cas = 0
        for _ in range(MAX_ROUNDS):
            answer = self._kv.put((*self._path, write.name), {FIELD: _text(write)}, cas)
            if answer.ok:
                return _done(write, answer)
            if not answer.is_mismatch:
                return self._failed(write, answer)
            entry = self._read(write.name)[1]
            if entry.data is not None:
                return self._landed(write, entry) if answer.repeated else _stale(write)
            cas = entry.version
        return _stale(write)

    def _replace(self, write: Write, version: int) -> Answer | None:
        """PATCH the value in; where that is denied, PUT it with whatever stands beside it.

        None where the entry moved on.
        """
        path = (*self._path, write.name)
        if not self._patch_denied:
            answer = self._kv.patch(path, {FIELD: _text(write)}, version)
            if answer.status not in (403, 405, 415) and "not exist" not in answer.errors:
                return answer
            self._patch_denied = answer.status != 500
        entry = self._kv.read(path)
        if entry.version != version:
            return None
        return self._kv.put(path, {**(entry.data or {}), FIELD: _text(write)}, version)

    def _delete(self, write: Write) -> Outcome:
        """Delete exactly the version that the plan saw, then look what is there."""
        seen = write.seen
        entry = self._read(write.name)[1]
        if seen is None:
            return _gone(write, entry) if entry.data is None else _stale(write)
        if entry.data is None or entry.identity != (seen.version, seen.created):
            return _stale(write)
        answer = self._kv.delete((*self._path, write.name), entry.version)
        if not answer.ok:
            return self._failed(write, answer)
        entry = self._read(write.name)[1]
        if entry.data is None:
            return _gone(write, entry)
        if entry.identity != (seen.version, seen.created):
            return _stale(write)
        error = "The server said it was deleted, but it is still there."
        return Outcome(write.name, FAILED, error=error, code=1)

    def _landed(self, write: Write, entry: Entry | None = None) -> Outcome:
        """After a write whose first try had no answer: one's own value there means done."""
        entry = entry or self._read(write.name)[1]
        held = entry.data or {}
        if FIELD in held and as_value(held[FIELD]) == write.value:
            return Outcome(write.name, DONE, *entry.identity)
        return _stale(write)

    def _failed(self, write: Write, answer: Answer) -> Outcome:
        """A row that the server refused for good; what stops every row is raised."""
        values = () if write.value is None else (write.value,)
        error = self._kv.problem(answer, "writing", values)
        if answer.status in (403, 404) or (answer.status >= 500 and not answer.has_too_much):
            raise error
        return Outcome(write.name, FAILED, error=error.what, code=error.code)


def _text(write: Write) -> str | None:
    return None if write.value is None else write.value.reveal_text()


def _item(name: str, entry: Entry) -> tuple[Item | None, str]:
    """The item that an entry makes, and what a person should know about it."""
    if entry.data is None:
        return None, ""
    version, created = entry.identity
    updated = milliseconds(created)
    if FIELD not in entry.data:
        warning = f"{clean(name)} holds no key “{FIELD}” on the server: it can't be read as one."
        return Item(name, None, version, created, updated), warning
    raw = entry.data[FIELD]
    warning = ""
    if not isinstance(raw, str):
        warning = (
            f"{clean(name)} holds {kind_of(raw)} on the server, not text: it is read as JSON "
            "and stays as it is until it is overwritten."
        )
    return Item(name, as_value(raw), version, created, updated), warning


def _done(write: Write, answer: Answer) -> Outcome:
    version, created = written(answer)
    return Outcome(write.name, DONE, str(version), created)


def _gone(write: Write, entry: Entry) -> Outcome:
    return Outcome(write.name, DONE, *(entry.identity if entry.version else ("", "")))


def _stale(write: Write) -> Outcome:
    error = "It changed on the server after the plan was made."
    return Outcome(write.name, STALE, error=error, code=4)
