"""The layout `map`: one path a profile, holding name → value; one atomic write.

The version is the whole profile's. When it moved, rows whose own value did not move go on
after a fresh read; the others are stale. Only the touched names are sent (PATCH), so that a
stranger's keys stay as they are.
"""

from __future__ import annotations

import json
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
from keydeck.remotes.openbao.kv import Entry, Kv, Path, as_value, is_text, kind_of, written
from keydeck.remotes.openbao.words import Answer

# A server takes 1,000 JSON strings a request by default, names and values both counted.
MAX_STRINGS = 900
MAX_BYTES = 8 * 1024 * 1024
MAX_ROUNDS = 40


class MapLayout:
    """A profile as one KV entry."""

    name = "map"
    capabilities = Capabilities(updated_at=False)

    def __init__(self, kv: Kv, path: Path) -> None:
        self._kv = kv
        self._path = path
        self._patch_denied = False

    def snapshot(self, names: Collection[str] | None = None) -> Snapshot:
        """Everything in the entry, in one read."""
        entry = self._kv.read(self._path)
        held = {name: raw for name, raw in (entry.data or {}).items() if is_text(name)}
        wanted = held if names is None else {name: held[name] for name in names if name in held}
        items = {
            name: Item(name, as_value(raw), str(entry.version), entry.created)
            for name, raw in wanted.items()
        }
        foreign = {name: raw for name, raw in wanted.items() if not isinstance(raw, str)}
        version = "" if entry.data is None else f"v{entry.version}"
        return Snapshot(items, version, "", tuple(_warn(name, foreign[name]) for name in foreign))

    @staticmethod
    def refuses_name(name: str) -> str:
        """Any name can be a key of a map."""
        return "" if name else "the name is empty"

    def apply(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Write in batches that a server takes, each whole or not at all."""
        waiting = list(writes)
        entry = self._kv.read(self._path) if waiting else Entry(None)
        rounds, most = 0, len(waiting)
        while waiting:
            going = []
            for write in waiting:
                if _moved(write, entry):
                    yield _stale(write, entry)
                elif write.value is None and write.seen is None:
                    yield _done(write, entry)
                else:
                    going.append(write)
            waiting = going
            batch = _batch(waiting, most)
            if not batch:
                return
            answer = self._send(entry, batch)
            if answer.ok:
                entry = _after(entry, batch, answer)
                yield from (_done(write, entry) for write in batch)
                waiting, rounds, most = waiting[len(batch) :], 0, most * 2
            elif answer.is_mismatch or answer.status == 404 or "not exist" in answer.errors:
                entry = self._kv.read(self._path)
                if answer.repeated:  # the first try may have landed: one's own value is there
                    yield from (_done(write, entry) for write in batch if _landed(write, entry))
                    open_ = [write for write in batch if not _landed(write, entry)]
                    waiting = open_ + waiting[len(batch) :]
                rounds += 1
                if rounds > MAX_ROUNDS:
                    yield from (_busy(write) for write in waiting)
                    return
            elif answer.has_too_much and len(batch) > 1:
                most = max(1, len(batch) // 2)
            else:
                yield from self._failed(batch, answer)
                waiting = waiting[len(batch) :]

    def _send(self, entry: Entry, batch: Sequence[Write]) -> Answer:
        """PATCH the touched names; PUT the whole where nothing is there or PATCH is denied."""
        changes = {write.name: _text(write) for write in batch}
        if entry.data is not None and not self._patch_denied:
            answer = self._kv.patch(self._path, changes, entry.version)
            if answer.status not in (403, 405, 415):
                return answer
            self._patch_denied = True
        return self._kv.put(self._path, _merged(entry, changes), entry.version)

    def _failed(self, batch: Sequence[Write], answer: Answer) -> Iterator[Outcome]:
        """Rows that the server refused for good; what stops every row is raised."""
        values = tuple(write.value for write in batch if write.value is not None)
        error = self._kv.problem(answer, "writing", values)
        if answer.status == 403 or (answer.status >= 500 and not answer.has_too_much):
            raise error
        for write in batch:
            yield Outcome(write.name, FAILED, error=error.what, code=error.code)


def _text(write: Write) -> str | None:
    return None if write.value is None else write.value.reveal_text()


def _held(entry: Entry, name: str) -> object:
    """The field as a value, or None where it is absent."""
    data = entry.data or {}
    return as_value(data[name]) if name in data else None


def _moved(write: Write, entry: Entry) -> bool:
    """Whether the name's own value is another one than the plan saw."""
    now = _held(entry, write.name)
    if write.seen is None or now is None:
        return (write.seen is None) != (now is None)
    return write.seen.value is not None and write.seen.value != now


def _landed(write: Write, entry: Entry) -> bool:
    """Whether the entry holds what this write wanted."""
    now = _held(entry, write.name)
    return now is None if write.value is None else now == write.value


def _batch(waiting: Sequence[Write], most: int) -> list[Write]:
    """As many rows from the front as one request may hold."""
    strings, size = 0, 0
    for count, write in enumerate(waiting):
        strings += 1 if write.value is None else 2
        size += len(json.dumps([write.name, _text(write)]))
        if count and (strings > MAX_STRINGS or size > MAX_BYTES or count >= most):
            return list(waiting[:count])
    return list(waiting)


def _merged(entry: Entry, changes: Mapping[str, str | None]) -> dict[str, object]:
    """What the entry holds with the changes made; a stranger's null stays a null."""
    gone = {name for name, text in changes.items() if text is None}
    whole = {**(entry.data or {}), **changes}
    return {name: raw for name, raw in whole.items() if name not in gone}


def _after(entry: Entry, batch: Sequence[Write], answer: Answer) -> Entry:
    """The entry as the write left it."""
    version, created = written(answer)
    return Entry(_merged(entry, {write.name: _text(write) for write in batch}), version, created)


def _done(write: Write, entry: Entry) -> Outcome:
    return Outcome(write.name, DONE, str(entry.version), entry.created)


def _stale(write: Write, entry: Entry) -> Outcome:
    return Outcome(
        write.name,
        STALE,
        str(entry.version),
        entry.created,
        error="It changed on the server after the plan was made.",
        code=4,
    )


def _busy(write: Write) -> Outcome:
    error = "Others keep changing this place: no moment was found to write."
    return Outcome(write.name, STALE, error=error, code=4)


def _warn(name: str, raw: object) -> str:
    return (
        f"{clean(name)} holds {kind_of(raw)} on the server, not text: it is read as JSON and "
        "stays as it is until it is overwritten."
    )
