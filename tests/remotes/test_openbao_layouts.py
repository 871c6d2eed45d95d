"""What both layouts do alike, on a real server."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from keydeck.domain.remote import Item, Write
from keydeck.domain.secret import SecretValue
from remotes.helpers import Open, outcomes, results, seen, texts, value
from support.bao import Bao


class Colleague:
    """Somebody else at the same place: writes and reads single names in either layout."""

    def __init__(self, server: Bao, layout: str, path: str) -> None:
        self.root, self.layout, self.path = server.root, layout, path

    def set(self, name: str, text: object) -> None:
        if self.layout == "path":
            self.root.put(f"{self.path}/{name}", {"value": text})
        elif self.root.get(self.path) is None:
            self.root.put(self.path, {name: text})
        else:
            self.root.patch(self.path, {name: text})

    def get(self, name: str) -> Any:
        if self.layout == "path":
            return (self.root.get(f"{self.path}/{name}") or {}).get("value")
        return (self.root.get(self.path) or {}).get(name)

    def unset(self, name: str) -> None:
        if self.layout == "path":
            self.root.delete(f"{self.path}/{name}")
        else:
            self.root.patch(self.path, {name: None})


@pytest.fixture(params=["map", "path"])
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(bao: Bao) -> str:
    return bao.place()


@pytest.fixture
def colleague(bao: Bao, layout: str, place: str) -> Colleague:
    return Colleague(bao, layout, place)


def test_an_empty_place_is_empty(bao: Bao, opened: Open, layout: str, place: str) -> None:
    snapshot = opened(bao, place, layout).snapshot()
    assert (dict(snapshot.items), snapshot.version) == ({}, "")
    assert snapshot.where == f"secret/{place}"


def test_round_trip(bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague) -> None:
    remote = opened(bao, place, layout)
    wanted = {f"NAME_{number}": value() for number in range(12)}
    done = outcomes(remote, *(Write(name, text, None) for name, text in wanted.items()))
    assert {outcome.result for outcome in done.values()} == {"done"}
    snapshot = remote.verify(wanted)
    assert {name: item.value for name, item in snapshot.items.items()} == wanted
    for name, item in snapshot.items.items():
        assert (item.version, item.created) == (done[name].version, done[name].created)
    assert colleague.get("NAME_7") == wanted["NAME_7"].reveal_text()


def test_change_and_delete(
    bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague
) -> None:
    remote = opened(bao, place, layout)
    results(remote, Write("KEPT", value(), None), Write("GONE", value(), None))
    changed = value()
    before = remote.snapshot().items
    done = results(
        remote, Write("KEPT", changed, before["KEPT"]), Write("GONE", None, before["GONE"])
    )
    assert done == {"KEPT": "done", "GONE": "done"}
    assert texts(remote) == {"KEPT": changed.reveal_text()}
    assert colleague.get("GONE") is None


def test_what_moved_is_stale_and_the_rest_goes_on(
    bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague
) -> None:
    remote = opened(bao, place, layout)
    results(remote, *(Write(name, value(), None) for name in ("A", "B", "C", "D")))
    before = remote.snapshot().items
    stranger = secrets.token_urlsafe(16)
    colleague.set("B", stranger)
    colleague.unset("C")
    colleague.set("NEW", stranger)
    mine = {name: value() for name in ("A", "B", "C", "NEW")}
    done = results(
        remote,
        *(Write(name, mine[name], before.get(name)) for name in mine),
        Write("D", None, before["D"]),
    )
    assert done == {"A": "done", "B": "stale", "C": "stale", "NEW": "stale", "D": "done"}
    assert texts(remote) == {"A": mine["A"].reveal_text(), "B": stranger, "NEW": stranger}


def test_a_deletion_never_hides_a_newer_write(
    bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague
) -> None:
    remote = opened(bao, place, layout)
    results(remote, Write("A", value(), None))
    before = seen(remote, "A")
    stranger = secrets.token_urlsafe(16)
    colleague.set("A", stranger)
    assert results(remote, Write("A", None, before)) == {"A": "stale"}
    assert texts(remote) == {"A": stranger}


def test_over_what_was_deleted_is_new_again(
    bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague
) -> None:
    remote = opened(bao, place, layout)
    results(remote, Write("A", value(), None))
    bao.root.delete(place if layout == "map" else f"{place}/A")
    assert dict(remote.snapshot().items) == {}
    again = value()
    done = outcomes(remote, Write("A", again, None))["A"]
    assert (done.result, done.version) == ("done", "2")
    assert texts(remote) == {"A": again.reveal_text()}


def test_over_what_was_destroyed_is_new_again(
    bao: Bao, opened: Open, layout: str, place: str
) -> None:
    remote = opened(bao, place, layout)
    results(remote, Write("A", value(), None))
    bao.root.destroy(place if layout == "map" else f"{place}/A", 1)
    assert dict(remote.snapshot().items) == {}
    again = value()
    assert outcomes(remote, Write("A", again, None))["A"].version == "2"


def test_a_version_number_that_starts_again_is_not_taken_for_the_same(
    bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague
) -> None:
    remote = opened(bao, place, layout)
    names = ("A", "B", "C", "D", "E")
    results(remote, *(Write(name, value(), None) for name in names))
    before = remote.snapshot().items
    stranger = secrets.token_urlsafe(16)
    for path in [place] if layout == "map" else [f"{place}/{name}" for name in names]:
        bao.root.forget(path)
    for name in names:
        colleague.set(name, stranger)
    if layout == "path":
        assert bao.root.version(f"{place}/A") == int(before["A"].version) == 1
    rows = [Write(name, value(), before[name]) for name in names]
    assert set(results(remote, *rows).values()) == {"stale"}
    assert results(remote, rows[0]) == {"A": "stale"}
    assert set(texts(remote).values()) == {stranger}


def test_a_deletion_time_in_the_future_is_present(
    bao: Bao, opened: Open, layout: str, place: str
) -> None:
    path = place if layout == "map" else f"{place}/A"
    bao.root.must("POST", f"secret/metadata/{path}", {"delete_version_after": "3h"})
    remote = opened(bao, place, layout)
    mine = value()
    assert results(remote, Write("A", mine, None)) == {"A": "done"}
    assert texts(remote) == {"A": mine.reveal_text()}


@pytest.mark.parametrize(
    "make",
    [
        lambda: "nul \x00 in the middle",
        lambda: "line\u2028separator and \u2029 paragraph",
        lambda: "emoji 🔑 and \N{COMBINING ACUTE ACCENT} and \u202e right to left",
        lambda: "-----BEGIN X-----\r\nab\n\tc\n-----END X-----\n",
        lambda: secrets.token_urlsafe(75_000),
        lambda: "",
        lambda: '{"looks": "like JSON"}',
        lambda: "${NAME} {{NAME}} %2e%2e/.. \\u0000 \\",
        lambda: "\ufeff\ufffe\U0010ffff",
    ],
)
def test_hostile_values_come_back_byte_for_byte(
    bao: Bao, opened: Open, layout: str, place: str, make: Callable[[], str]
) -> None:
    remote = opened(bao, place, layout)
    mine = SecretValue(make())
    assert results(remote, Write("A", mine, None)) == {"A": "done"}
    item = remote.verify(["A"]).items["A"]
    assert item.value == mine


def test_bytes_that_are_no_text_are_refused(
    bao: Bao, opened: Open, layout: str, place: str
) -> None:
    remote = opened(bao, place, layout)
    raw = SecretValue(b"\xff\xfe" + secrets.token_bytes(8))
    done = outcomes(remote, Write("RAW", raw, None), Write("TEXT", value(), None))
    assert (done["RAW"].result, done["RAW"].code) == ("refused", 11)
    assert "base64" in done["RAW"].error
    assert list(remote.snapshot().items) == ["TEXT"]


@pytest.mark.parametrize(
    "name", ["with space", "ümlaut", ".leading", "a%2Fb", "50%", "a?b", "a#b", "*", "+", "{{ X }}"]
)
def test_odd_names_stay_what_they_are(
    bao: Bao, opened: Open, layout: str, place: str, name: str
) -> None:
    remote = opened(bao, place, layout)
    mine = value()
    assert results(remote, Write(name, mine, None)) == {name: "done"}
    assert texts(remote) == {name: mine.reveal_text()}
    if layout == "path":
        listed = bao.root.must("LIST", f"secret/metadata/{place}")["data"]["keys"]
        assert listed == [name]


def test_foreign_types_are_shown_and_left_alone(
    bao: Bao, opened: Open, layout: str, place: str, colleague: Colleague
) -> None:
    kept = {"PORT": 5432, "ON": True, "LIST": [1, "two"], "DEEP": {"a": {"b": 1}}}
    for name, raw in kept.items():
        colleague.set(name, raw)
    remote = opened(bao, place, layout)
    snapshot = remote.snapshot()
    assert texts(remote)["PORT"] == "5432"
    assert texts(remote)["DEEP"] == '{"a": {"b": 1}}'
    assert len(snapshot.warnings) == 4
    assert any("PORT" in text and "number" in text for text in snapshot.warnings)
    results(remote, Write("MINE", value(), None))
    assert {name: colleague.get(name) for name in kept} == kept
    overwritten = SecretValue("5433")
    assert results(remote, Write("DEEP", overwritten, snapshot.items["DEEP"])) == {"DEEP": "done"}
    assert colleague.get("DEEP") == "5433"


def test_closing_the_iterator_cancels(bao: Bao, opened: Open, layout: str, place: str) -> None:
    remote = opened(bao, place, layout)
    rows = [Write(f"N{number}", value(), None) for number in range(950)]
    with closing(remote.apply(rows)) as running:  # type: ignore[type-var]
        first = next(running)
    assert first.result == "done"
    held = remote.snapshot().items
    assert first.name in held
    assert len(held) < 950


def test_two_writers_one_wins(bao: Bao, opened: Open, layout: str, place: str) -> None:
    first, second = opened(bao, place, layout), opened(bao, place, layout)
    results(first, Write("A", value(), None))
    before: Item | None = seen(second, "A")
    mine = value()
    assert results(first, Write("A", mine, before)) == {"A": "done"}
    assert results(second, Write("A", value(), before)) == {"A": "stale"}
    assert texts(second) == {"A": mine.reveal_text()}


@pytest.mark.parametrize(("count", "kept"), [(400, "map"), (401, "path")])
def test_a_free_place_is_a_map_up_to_400_names(
    bao: Bao, opened: Open, place: str, count: int, kept: str
) -> None:
    wanted = {f"NAME_{number}": value() for number in range(count)}
    remote = opened(bao, place, "")
    assert remote.snapshot().items == {}
    done = outcomes(remote, *(Write(name, text, None) for name, text in wanted.items()))
    assert {outcome.result for outcome in done.values()} == {"done"}
    again = opened(bao, place, "")
    assert {name: item.value for name, item in again.snapshot().items.items()} == wanted
    assert (remote.layout, again.layout) == (kept, kept)


def test_a_map_that_grows_stays_a_map(bao: Bao, opened: Open, place: str) -> None:
    bao.root.put(place, {"FIRST": value().reveal_text()})
    remote = opened(bao, place, "")
    outcomes(remote, *(Write(f"NAME_{number}", value(), None) for number in range(401)))
    assert len(bao.root.get(place) or {}) == 402
