"""A plan and its application over a file remote: guards, cancel, sealed, bases (sync.md)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from keydeck.domain.compare import Action, State
from keydeck.domain.errors import NotFound, Refused
from keydeck.domain.model import Place, Target
from keydeck.domain.secret import SecretValue
from keydeck.formats.registry import codec
from keydeck.services import secrets, sync, targets
from keydeck.services.plans import Plan, Report
from keydeck.vault.vault import Vault
from support.values import fresh

DOTENV = codec("dotenv")


class There:
    """The other side: a dotenv file that others write to as well."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def values(self) -> dict[str, SecretValue]:
        return DOTENV.parse(self.path.read_bytes()).values()

    def set(self, name: str, value: SecretValue | None) -> None:
        data = self.path.read_bytes() if self.path.exists() else b"# kept\n"
        self.path.write_bytes(DOTENV.edit(data, {name: value}))


@pytest.fixture
def there(tmp_path: Path) -> There:
    return There(tmp_path / "project.env")


@pytest.fixture
def target(vault: Vault, place: Place, there: There) -> Target:
    targets.add_remote(vault, "here", "file", {"path": str(there.path), "format": "dotenv"})
    return targets.add_target(vault, place, "here", settings={})


def plan(vault: Vault, place: Place, target: Target, *names: str) -> Plan:
    return sync.make_plan(vault, place, target, names, environ=os.environ)


def states(made: Plan) -> dict[str, str]:
    return {row.name: row.state.value for row in made.rows}


def apply(vault: Vault, made: Plan, **how: object) -> Report:
    choices = how.pop("choices", None) or sync.default_choices(made)
    return sync.apply(vault, made, choices, environ=os.environ, **how)  # type: ignore[arg-type]


def put(vault: Vault, place: Place, name: str) -> SecretValue:
    value = fresh()
    secrets.set_value(vault, [place], name, value)
    return value


def test_making_a_plan_changes_nothing(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    put(vault, place, "A")
    generation = vault.status().generation
    assert states(plan(vault, place, target)) == {"A": "push"}
    assert not there.path.exists()
    assert vault.status().generation == generation


def test_push_then_in_sync_then_pull(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    there.set("UNMANAGED_ONE", fresh())
    value = put(vault, place, "A")
    report = apply(vault, plan(vault, place, target))
    assert [(row.name, row.result, row.verified) for row in report.results] == [
        ("A", "done", True),
        ("UNMANAGED_ONE", "skipped", False),
    ]
    assert there.values()["A"] == value
    assert there.path.read_bytes().startswith(b"# kept\n")
    theirs = fresh()
    there.set("A", theirs)
    made = plan(vault, place, target)
    assert states(made)["A"] == "pull"
    assert apply(vault, made).code == 0
    assert secrets.get(vault, place, "A") == theirs
    assert secrets.get(vault, place, "A", 1) == value
    assert states(plan(vault, place, target))["A"] == "in_sync"


def test_a_conflict_stays_until_a_side_is_chosen(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    put(vault, place, "A")
    apply(vault, plan(vault, place, target))
    ours, theirs = put(vault, place, "A"), fresh()
    there.set("A", theirs)
    made = plan(vault, place, target)
    report = apply(vault, made)
    assert (report.code, there.values()["A"]) == (3, theirs)
    assert secrets.get(vault, place, "A") == ours
    chosen = sync.default_choices(made, ours=["A@here"])
    assert apply(vault, made, choices=chosen).code == 0
    assert there.values()["A"] == ours


def test_a_row_that_moved_on_either_side_is_stale_and_the_others_go_on(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    for name in ("MOVED_HERE", "MOVED_THERE", "STEADY"):
        put(vault, place, name)
    apply(vault, plan(vault, place, target))
    for name in ("MOVED_HERE", "MOVED_THERE", "STEADY"):
        put(vault, place, name)
    made = plan(vault, place, target)
    put(vault, place, "MOVED_HERE")
    strangers = fresh()
    there.set("MOVED_THERE", strangers)
    report = apply(vault, made)
    assert {row.name: row.result for row in report.results} == {
        "MOVED_HERE": "stale",
        "MOVED_THERE": "stale",
        "STEADY": "done",
    }
    assert report.code == 4
    assert there.values()["MOVED_THERE"] == strangers


def test_a_pull_that_moved_there_again_is_stale(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    ours = put(vault, place, "A")
    apply(vault, plan(vault, place, target))
    there.set("A", fresh())
    made = plan(vault, place, target)
    there.set("A", fresh())
    assert apply(vault, made).results[0].result == "stale"
    assert secrets.get(vault, place, "A") == ours


def test_deletions_wait_until_asked(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    put(vault, place, "HERE_GONE")
    put(vault, place, "THERE_GONE")
    apply(vault, plan(vault, place, target))
    secrets.delete(vault, place, ["HERE_GONE"])
    there.set("THERE_GONE", None)
    made = plan(vault, place, target)
    assert states(made) == {"HERE_GONE": "delete_remote", "THERE_GONE": "delete_local"}
    assert sync.default_choices(made) == {}
    apply(vault, made, choices=sync.default_choices(made, prune=True))
    assert there.values() == {}
    assert secrets.names(vault, place) == []
    assert plan(vault, place, target).rows == ()


def test_the_same_value_on_both_sides_only_writes_the_base(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    value = put(vault, place, "A")
    there.set("A", value)
    before = there.path.stat().st_mtime_ns
    made = plan(vault, place, target)
    assert states(made) == {"A": "adopt"}
    apply(vault, made)
    assert there.path.stat().st_mtime_ns == before
    assert states(plan(vault, place, target)) == {"A": "in_sync"}


def test_a_sealed_secret_does_not_go_to_a_plain_file_unless_allowed(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    value = fresh()
    secrets.set_value(vault, [place], "A", value, sealed=True)
    made = plan(vault, place, target)
    report = apply(vault, made)
    assert (report.results[0].result, report.code) == ("refused", 4)
    assert not there.path.exists()
    assert apply(vault, made, allow_sealed=["A"]).code == 0
    assert there.values()["A"] == value


def test_a_hostile_name_there_is_shown_and_never_taken(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    there.set("GOOD", fresh())
    there.path.write_bytes(there.path.read_bytes() + b"BAD-[red]NAME=x\n")
    made = plan(vault, place, target)
    rows = {row.name: row for row in made.rows}
    taken = dict.fromkeys(rows, Action.TAKE)
    report = sync.apply(vault, made, taken, environ=os.environ)
    assert secrets.names(vault, place) == ["GOOD"]
    assert all(row.result in ("done", "refused") for row in report.results)


def test_cancel_leaves_the_rest_as_it_was(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    put(vault, place, "A")
    made = plan(vault, place, target)
    report = apply(vault, made, cancelled=lambda: True)
    assert (report.cancelled, report.code) == (True, 130)
    assert not there.path.exists()


def test_a_protected_profile_needs_its_name(vault: Vault, production: Place, there: There) -> None:
    targets.add_remote(vault, "there", "file", {"path": str(there.path)})
    target = targets.add_target(vault, production, "there", settings={})
    put(vault, production, "A")
    made = plan(vault, production, target)
    with pytest.raises(Refused):
        apply(vault, made)
    assert not there.path.exists()
    assert apply(vault, made, confirm="production").code == 0


def test_limiting_names_and_sides(vault: Vault, place: Place, target: Target, there: There) -> None:
    put(vault, place, "A")
    put(vault, place, "B")
    assert states(plan(vault, place, target, "A")) == {"A": "push"}
    with pytest.raises(NotFound):
        plan(vault, place, target, "NOWHERE")
    made = plan(vault, place, target)
    assert sync.default_choices(made, pull_only=True) == {}
    assert set(sync.default_choices(made, push_only=True)) == {"A", "B"}
    with pytest.raises(NotFound):
        sync.default_choices(made, ours=["NOWHERE"])


def test_exit_codes_of_a_diff(vault: Vault, place: Place, target: Target, there: There) -> None:
    assert sync.diff_code([plan(vault, place, target)]) == 0
    put(vault, place, "A")
    assert sync.diff_code([plan(vault, place, target)]) == 2
    there.set("A", fresh())
    made = plan(vault, place, target)
    assert made.rows[0].state is State.CONFLICT
    assert sync.diff_code([made]) == 3


def test_details_tell_sides_and_no_value(
    vault: Vault, place: Place, target: Target, there: There
) -> None:
    old = put(vault, place, "A")
    apply(vault, plan(vault, place, target))
    new = put(vault, place, "A")
    there.set("A", fresh())
    made = plan(vault, place, target)
    sides = sync.details(vault, made, made.rows[0])
    assert [side.side for side in sides] == ["base", "ours", "theirs"]
    assert [side.version for side in sides][:2] == ["v1", "v2"]
    shown = repr((made, sides))
    assert old.reveal_text() not in shown
    assert new.reveal_text() not in shown


def test_a_remote_in_use_is_not_removed(vault: Vault, place: Place, target: Target) -> None:
    with pytest.raises(Refused):
        targets.remove_remote(vault, "here")
    targets.remove_target(vault, place, "here")
    targets.remove_remote(vault, "here")
    assert targets.remotes(vault) == []
