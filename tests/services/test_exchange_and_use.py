"""Import, export, run, references and the matrix."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from keydeck.domain.errors import Invalid, NotFound, Stale
from keydeck.domain.model import Place
from keydeck.domain.secret import SecretValue
from keydeck.formats.registry import codec
from keydeck.services import audit, exchange, hierarchy, history, matrix, references, run, secrets
from keydeck.vault.vault import Vault
from support.values import fresh


def test_import_previews_new_same_and_conflict(vault: Vault, place: Place) -> None:
    same, ours, theirs, new = fresh(), fresh(), fresh(), fresh()
    secrets.set_many(vault, place, {"SAME": same, "CLASH": ours})
    data = codec("dotenv").write({"SAME": same, "CLASH": theirs, "NEW_ONE": new})
    data += b"bad-name=1\n"
    plan = exchange.plan_import(vault, place, data, ".env")
    made = {row.name: row.state for row in plan.rows}
    assert made["SAME"] == "same"
    assert made["CLASH"] == "conflict"
    assert made["NEW_ONE"] == "new"
    receipt = exchange.apply_import(vault, plan)
    assert secrets.get(vault, place, "CLASH") == ours
    assert secrets.get(vault, place, "NEW_ONE") == new
    history.undo(vault, receipt)
    assert secrets.names(vault, place) == ["CLASH", "SAME"]


def test_import_takes_a_conflict_only_when_named(vault: Vault, place: Place) -> None:
    theirs = fresh()
    secrets.set_many(vault, place, {"CLASH": fresh()})
    plan = exchange.plan_import(vault, place, codec("json").write({"CLASH": theirs}), "x.json")
    with pytest.raises(NotFound):
        exchange.apply_import(vault, plan, take=["OTHER"])
    exchange.apply_import(vault, plan, take=["CLASH"])
    assert secrets.get(vault, place, "CLASH") == theirs


def test_import_is_stale_where_the_vault_moved_on(vault: Vault, place: Place) -> None:
    plan = exchange.plan_import(
        vault, place, codec("dotenv").write({"A": fresh(), "B": fresh()}), ".env"
    )
    kept = fresh()
    secrets.set_many(vault, place, {"A": kept})
    with pytest.raises(Stale):
        exchange.apply_import(vault, plan)
    assert secrets.names(vault, place) == ["A"]
    assert secrets.get(vault, place, "A") == kept


@pytest.mark.parametrize("form", ["dotenv", "json", "systemprompt"])
def test_export_and_import_again_is_the_same(vault: Vault, place: Place, form: str) -> None:
    values = {"A": fresh(), "MULTI": SecretValue(f"{fresh().reveal_text()}\nline two\n")}
    secrets.set_many(vault, place, values)
    secrets.set_value(vault, [place], "HIDDEN", fresh(), sealed=True)
    data, left_out = exchange.export(vault, place, form)
    assert left_out == ["HIDDEN"]
    plan = exchange.plan_import(vault, place, data.reveal_bytes(), "again", form)
    assert {row.name: row.state for row in plan.rows} == {"A": "same", "MULTI": "same"}


def test_export_refuses_what_the_format_cannot_hold(vault: Vault, place: Place) -> None:
    secrets.set_many(vault, place, {"BINARY": SecretValue(b"\xff\xfe\x00")})
    with pytest.raises(Invalid) as caught:
        exchange.export(vault, place, "dotenv")
    assert "BINARY" in caught.value.what


def test_run_keeps_what_is_set_already_unless_told(vault: Vault, place: Place) -> None:
    ours = fresh()
    secrets.set_many(vault, place, {"SET_BEFORE": ours, "ONLY_HERE": ours})
    environ = {"PATH": "/bin", "SET_BEFORE": "outside", "KEYDECK_KEY_FILE": "k", "BAO_TOKEN": "t"}
    made = run.prepare(vault, place, environ)
    assert (made.injected, made.kept) == (("ONLY_HERE",), ("SET_BEFORE",))
    assert made.environment["SET_BEFORE"] == "outside"
    assert not {"KEYDECK_KEY_FILE", "BAO_TOKEN"} & set(made.environment)
    turned = run.prepare(vault, place, environ, override=True, keep=["BAO_TOKEN"])
    assert turned.environment["SET_BEFORE"] == ours.reveal_text()
    assert turned.environment["BAO_TOKEN"] == "t"


def test_run_as_a_consumer_gives_exactly_its_set(vault: Vault, place: Place) -> None:
    secrets.set_many(vault, place, {"ITS": fresh(), "OTHERS": fresh()})
    references.link(vault, place, "ITS", "agent:support")
    environ = {"PATH": "/bin", "LEFTOVER": "x", "WANTED": "y"}
    made = run.prepare(vault, place, environ, consumer="agent:support", keep=["WANTED"])
    assert set(made.environment) == {"PATH", "WANTED", "ITS"}
    with pytest.raises(NotFound):
        run.prepare(vault, place, environ, consumer="agent:nobody")


def test_run_passes_on_exit_code_and_signal(vault: Vault, place: Place, tmp_path: Path) -> None:
    value = fresh()
    secrets.set_many(vault, place, {"TOKEN_X": value})
    made = run.prepare(vault, place, os.environ)
    out = tmp_path / "out"
    script = f"import os; open({str(out)!r}, 'w').write(os.environ['TOKEN_X']); os._exit(7)"
    assert run.execute([sys.executable, "-c", script], made) == 7
    assert out.read_text() == value.reveal_text()
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert run.execute([sys.executable, "-c", kill], made) == 143
    with pytest.raises(run.NotThere):
        run.execute([str(tmp_path / "nothing")], made)
    with pytest.raises(run.CantRun):
        run.execute([str(out)], made)


def test_references_are_declared_and_found(vault: Vault, place: Place, tmp_path: Path) -> None:
    secrets.set_many(vault, place, {"STRIPE_KEY": fresh(), "QUIET": fresh()})
    project = tmp_path / "project"
    project.mkdir()
    (project / "client.py").write_text('import os\nkey = os.environ["STRIPE_KEY"]\n')
    references.link(vault, place, "STRIPE_KEY", "agent:billing")
    found = references.dependants(vault, place, ["STRIPE_KEY"], str(project))
    assert [(ref.consumer or f"{ref.file}:{ref.line}") for ref in found.sure] == [
        "agent:billing",
        "client.py:2",
    ]
    assert found.breaks
    assert not references.dependants(vault, place, ["QUIET"], str(project)).breaks
    references.unlink(vault, place, "STRIPE_KEY", "agent:billing")
    with pytest.raises(NotFound):
        references.unlink(vault, place, "STRIPE_KEY", "agent:billing")
    with pytest.raises(Invalid):
        references.link(vault, place, "STRIPE_KEY", "robot:x")


def test_the_project_is_found_from_a_sub_folder(tmp_path: Path) -> None:
    deep = tmp_path / "repo" / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    assert references.project_folder(str(deep)) == str((tmp_path / "repo").resolve())


def test_the_matrix_has_a_letter_per_class_of_equal_values(
    vault: Vault, place: Place, production: Place
) -> None:
    third = hierarchy.add_profile(vault, "acme", "local", extends="staging")
    same = fresh()
    for where, value in ((place, same), (production, fresh()), (third, same)):
        secrets.set_many(vault, where, {"A": value})
    secrets.set_many(vault, place, {"ONLY_STAGING": fresh()})
    made = matrix.matrix(vault, place.tenant)
    of = dict(zip(made.profiles, made.rows["A"], strict=True))
    assert of["local"].letter == of["staging"].letter != of["production"].letter
    assert made.common["A"] == of["staging"].letter
    of = dict(zip(made.profiles, made.rows["ONLY_STAGING"], strict=True))
    assert (of["production"].state, of["local"].state) == ("missing", "inherited")


def test_each_change_has_its_audit_row(vault: Vault, place: Place) -> None:
    value = fresh()
    secrets.set_value(vault, [place], "A", value)
    secrets.delete(vault, place, ["A"])
    history.restore(vault, place, "A")
    rows = audit.rows(vault, name="A")
    assert [row.action for row in rows] == ["set", "delete", "restore"]
    assert {(row.tenant, row.profile) for row in rows} == {("acme", "staging")}
    assert value.reveal_text() not in repr(rows)
    assert audit.verify(vault) == vault.status().generation
    with pytest.raises(Invalid):
        audit.rows(vault, since="yesterday-ish")
    assert audit.rows(vault, since="1h", name="A") == rows
