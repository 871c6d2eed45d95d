"""The verbs on secrets: what they change, what they refuse, what undo brings back."""

from __future__ import annotations

import pytest

from keydeck.domain.errors import Invalid, NotFound, Refused, Stale
from keydeck.domain.model import Place
from keydeck.domain.secret import SecretValue
from keydeck.services import generator, hierarchy, history, rotation, secrets
from keydeck.vault.vault import Vault
from support.values import fresh


def test_a_value_comes_back_byte_for_byte(vault: Vault, place: Place) -> None:
    pem = SecretValue(f"-----BEGIN-----\r\n{fresh().reveal_text()}\n\n-----END-----\n")
    secrets.set_value(vault, [place], "TLS_KEY", pem, description="of the proxy", tags=["tls"])
    assert secrets.get(vault, place, "TLS_KEY") == pem
    (row,) = secrets.rows(vault, place)
    assert (row.secret.description, row.secret.tags, row.secret.version) == (
        "of the proxy",
        ("tls",),
        1,
    )


@pytest.mark.parametrize("name", ["1ST", "with space", "dash-ed", "", "A" * 129, "[red]X[/red]"])
def test_a_name_that_is_none_is_refused_with_one_that_fits(
    vault: Vault, place: Place, name: str
) -> None:
    with pytest.raises(Invalid) as caught:
        secrets.set_value(vault, [place], name, fresh())
    assert "would fit" in caught.value.todo
    assert secrets.names(vault, place) == []


def test_a_rule_of_the_tenant_holds(vault: Vault) -> None:
    hierarchy.add_tenant(vault, "strict", rule="upper")
    place = hierarchy.add_profile(vault, "strict", "dev")
    with pytest.raises(Invalid) as caught:
        secrets.set_value(vault, [place], "api_key", fresh())
    assert "API_KEY" in caught.value.todo


def test_the_other_case_is_refused_unless_meant(vault: Vault, place: Place) -> None:
    secrets.set_value(vault, [place], "API_KEY", fresh())
    with pytest.raises(Invalid) as caught:
        secrets.set_value(vault, [place], "api_key", fresh())
    assert "--new" in caught.value.todo
    secrets.set_value(vault, [place], "api_key", fresh(), new=True)
    assert secrets.names(vault, place) == ["API_KEY", "api_key"]


def test_reading_falls_back_to_the_other_case(vault: Vault, place: Place) -> None:
    value = fresh()
    secrets.set_value(vault, [place], "API_KEY", value)
    name, read, note = secrets.read(vault, place, "api_key")
    assert (name, read) == ("API_KEY", value)
    assert "API_KEY" in note


@pytest.mark.parametrize(("value", "allowed"), [(b"", False), (b"x" * (1024 * 1024 + 1), False)])
def test_values_that_are_none(vault: Vault, place: Place, value: bytes, allowed: bool) -> None:
    with pytest.raises(Invalid):
        secrets.set_value(vault, [place], "A", SecretValue(value), allow_empty=allowed)
    assert secrets.names(vault, place) == []


def test_several_profiles_are_set_together_or_not_at_all(
    vault: Vault, place: Place, production: Place
) -> None:
    value = fresh()
    secrets.set_value(vault, [place, production], "SHARED", value)
    assert secrets.get(vault, production, "SHARED") == value
    secrets.set_value(vault, [production], "other_case", fresh())
    with pytest.raises(Invalid):
        secrets.set_value(vault, [place, production], "OTHER_CASE", fresh())
    assert secrets.names(vault, place) == ["SHARED"]


def test_an_edit_begun_on_an_older_version_is_stale(vault: Vault, place: Place) -> None:
    first = secrets.set_value(vault, [place], "A", fresh(), expected=0)[0]
    kept = fresh()
    secrets.set_value(vault, [place], "A", kept)
    with pytest.raises(Stale):
        secrets.set_value(vault, [place], "A", fresh(), expected=first.version)
    with pytest.raises(Stale):
        secrets.set_value(vault, [place], "A", fresh(), expected=0)
    assert secrets.get(vault, place, "A") == kept


def test_sealed_is_neither_shown_nor_unsealed(vault: Vault, place: Place) -> None:
    secrets.set_value(vault, [place], "A", fresh(), sealed=True)
    with pytest.raises(Refused):
        secrets.get(vault, place, "A")
    with pytest.raises(Refused):
        secrets.edit(vault, place, "A", sealed=False)
    with pytest.raises(Refused):
        secrets.set_value(vault, [place], "A", fresh(), sealed=False)
    secrets.set_value(vault, [place], "A", fresh())
    assert secrets.find(vault, place, "A").sealed


def test_edit_leaves_the_value_and_its_age(vault: Vault, place: Place) -> None:
    before = secrets.set_value(vault, [place], "A", fresh())[0]
    after = secrets.edit(vault, place, "A", description="new words")
    assert after.description == "new words"
    assert (after.version, after.value_changed_at) == (before.version, before.value_changed_at)


def test_delete_is_all_or_none_and_lies_in_the_trash(vault: Vault, place: Place) -> None:
    value = fresh()
    secrets.set_value(vault, [place], "A", value)
    with pytest.raises(NotFound):
        secrets.delete(vault, place, ["A", "B"])
    assert secrets.names(vault, place) == ["A"]
    secrets.delete(vault, place, ["A"])
    with pytest.raises(NotFound) as caught:
        secrets.find(vault, place, "A")
    assert "trash" in caught.value.todo
    assert [row.name for row in history.trash(vault, place)] == ["A"]
    history.restore(vault, place, "A")
    assert secrets.get(vault, place, "A") == value


def test_setting_a_deleted_name_continues_its_history(vault: Vault, place: Place) -> None:
    old = fresh()
    uid = secrets.set_value(vault, [place], "A", old)[0].uid
    secrets.delete(vault, place, ["A"])
    again = secrets.set_value(vault, [place], "A", fresh())[0]
    assert (again.uid, again.version) == (uid, 2)
    assert history.trash(vault, place) == []
    assert secrets.get(vault, place, "A", 1) == old


def test_rollback_makes_a_new_version(vault: Vault, place: Place) -> None:
    values = [fresh() for _ in range(3)]
    for value in values:
        secrets.set_value(vault, [place], "A", value)
    assert history.rollback(vault, place, "A").version == 4
    assert secrets.get(vault, place, "A") == values[1]
    history.rollback(vault, place, "A", 1)
    assert secrets.get(vault, place, "A") == values[0]
    assert [version.number for version in history.versions(vault, place, "A")] == [5, 4, 3, 2, 1]
    with pytest.raises(NotFound):
        history.rollback(vault, place, "A", 9)


def test_rotate_keeps_the_old_value_one_version_back(vault: Vault, place: Place) -> None:
    old, new = fresh(), fresh()
    secrets.set_value(vault, [place], "A", old)
    rotation.rotate(vault, place, "A", new)
    assert secrets.get(vault, place, "A") == new
    assert secrets.get(vault, place, "A", 1) == old
    with pytest.raises(Invalid):
        rotation.rotate(vault, place, "A", new)


def test_undo_takes_back_set_change_and_delete(vault: Vault, place: Place) -> None:
    old = fresh()
    made = secrets.set_value(vault, [place], "A", old)
    changed = secrets.set_value(vault, [place], "A", fresh())
    history.undo(vault, history.receipt("set", place, [1], changed))
    assert secrets.get(vault, place, "A") == old
    gone = secrets.delete(vault, place, ["A"])
    receipt = history.receipt("delete", place, [gone[0].version], gone)
    assert "trash" in history.undo(vault, receipt)
    assert secrets.get(vault, place, "A") == old
    with pytest.raises(Stale):
        history.undo(vault, receipt)
    with pytest.raises(Stale):
        history.undo(vault, history.receipt("set", place, [0], made))
    assert secrets.names(vault, place) == ["A"]


def test_emptying_the_trash_destroys(vault: Vault, place: Place) -> None:
    secrets.set_value(vault, [place], "A", fresh())
    secrets.set_value(vault, [place], "B", fresh())
    secrets.delete(vault, place, ["A", "B"])
    assert history.empty_trash(vault, place, ["A"]) == 1
    with pytest.raises(NotFound):
        history.restore(vault, place, "A")
    assert [row.name for row in history.trash(vault, place)] == ["B"]


@pytest.mark.parametrize(
    ("spec", "length", "alphabet"),
    [
        ("", 32, generator.SETS["alnum"]),
        ("len=40", 40, generator.SETS["alnum"]),
        ("len=64,set=hex", 64, generator.SETS["hex"]),
        ("bytes=48", 64, generator.SETS["alnum"] + "+/="),
        ("bytes=24,set=hex", 48, generator.SETS["hex"]),
        ("len=20,set=ascii", 20, generator.SETS["ascii"]),
    ],
)
def test_generated_values_are_as_asked(spec: str, length: int, alphabet: str) -> None:
    values = {generator.generate(spec).reveal_text() for _ in range(20)}
    assert len(values) == 20
    assert {len(value) for value in values} == {length}
    assert set("".join(values)) <= set(alphabet)


@pytest.mark.parametrize(
    "spec", ["len", "len=0", "len=x", "set=runes", "len=3,set=digits", "len=9,bytes=9", "len=-5"]
)
def test_a_spec_that_is_none_is_refused(spec: str) -> None:
    with pytest.raises(Invalid):
        generator.generate(spec)
