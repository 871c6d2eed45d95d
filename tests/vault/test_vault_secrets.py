"""Secrets in a vault: versions, history, trash, directory pages, what surrounds them."""

from __future__ import annotations

import os

import pytest

from keydeck.domain.errors import Damaged, Invalid, NotFound, Refused, Stale
from keydeck.domain.model import Base, Consumer, Remote, Target, Tenant
from keydeck.domain.secret import SecretValue
from keydeck.vault import records
from keydeck.vault.protocol import Event, Moved, Put
from support.vaults import Kit, new_value


def test_a_value_comes_back_from_another_opening(new_vault: Kit) -> None:
    value = new_vault.set("API_KEY", description="of billing", tags=["live"], due_at=5)
    again = new_vault.reopen()
    assert new_vault.get("API_KEY", again) == value.reveal_text()
    secret = new_vault.secret("API_KEY", again)
    assert secret is not None
    assert (secret.state, secret.description, secret.tags) == ("live", "of billing", ("live",))
    assert (secret.version, secret.due_at, secret.sealed) == (1, 5, False)
    assert secret.hint.startswith(value.reveal_text()[:4])
    again.close()


def test_bytes_that_are_no_text_come_back(new_vault: Kit) -> None:
    data = SecretValue(os.urandom(300) + b"\0\xff")
    new_vault.set("BLOB", data)
    with new_vault.vault.read() as view:
        secret = view.secret(new_vault.profile, "BLOB")
        assert secret is not None
        assert view.value(new_vault.profile, secret) == data
        assert secret.hint == "binary"


def test_history_is_kept_from_the_first_write(new_vault: Kit) -> None:
    values = [new_vault.set("KEY") for _ in range(4)]
    secret = new_vault.secret("KEY")
    assert secret is not None
    assert [version.number for version in secret.versions] == [1, 2, 3, 4]
    assert [version.state for version in secret.versions] == ["kept", "kept", "kept", "current"]
    for number, value in enumerate(values, 1):
        assert new_vault.get("KEY", number=number) == value.reveal_text()
    with new_vault.vault.read() as view, pytest.raises(NotFound, match="no version 5"):
        view.value(new_vault.profile, secret, 5)


def test_at_least_twenty_past_versions_are_kept(new_vault: Kit) -> None:
    values = [new_vault.set("KEY") for _ in range(25)]
    secret = new_vault.secret("KEY")
    assert secret is not None
    assert [version.number for version in secret.versions] == list(range(5, 26))
    assert new_vault.get("KEY", number=5) == values[4].reveal_text()
    with new_vault.vault.read() as view, pytest.raises(NotFound):
        view.value(new_vault.profile, secret, 4)
    assert new_vault.vault.store.read([records.version_key(new_vault.profile, secret.uid, 4)])[
        1
    ] == [None]


def test_trash_and_back(new_vault: Kit) -> None:
    value = new_vault.set("KEY", description="kept")
    with new_vault.vault.write("unset") as change:
        trashed = change.trash_secret(new_vault.profile, "KEY")
    with new_vault.vault.read() as view:
        assert view.trash(new_vault.profile) == [trashed]
    assert new_vault.names() == {"KEY": "trash"}
    secret = new_vault.secret("KEY")
    assert secret is not None
    assert secret.state == "trash"
    with new_vault.vault.write("restore") as change:
        assert change.restore_secret(new_vault.profile, "KEY").description == "kept"
    assert new_vault.names() == {"KEY": "live"}
    assert new_vault.get("KEY") == value.reveal_text()
    with new_vault.vault.read() as view:
        assert view.trash(new_vault.profile) == []


def test_set_on_a_trashed_name_goes_on_with_its_history(new_vault: Kit) -> None:
    old = new_vault.set("KEY")
    uid = new_vault.secret("KEY").uid  # type: ignore[union-attr]
    with new_vault.vault.write("unset") as change:
        change.trash_secret(new_vault.profile, "KEY")
    new_vault.set("KEY")
    secret = new_vault.secret("KEY")
    assert secret is not None
    assert (secret.uid, secret.state, secret.version) == (uid, "live", 2)
    assert new_vault.get("KEY", number=1) == old.reveal_text()
    with new_vault.vault.read() as view:
        assert view.trash(new_vault.profile) == []


def test_destroyed_for_good_yet_its_uid_stays(new_vault: Kit) -> None:
    new_vault.set("KEY", description="to go")
    new_vault.set("KEY")
    uid = new_vault.secret("KEY").uid  # type: ignore[union-attr]
    with new_vault.vault.write("purge") as change:
        with pytest.raises(NotFound):
            change.destroy_secret(new_vault.profile, "KEY")
        change.trash_secret(new_vault.profile, "KEY")
        assert change.destroy_secret(new_vault.profile, "KEY") == 2
    assert new_vault.secret("KEY") is None
    assert new_vault.names() == {"KEY": "gone"}
    keys = [records.version_key(new_vault.profile, uid, number) for number in (1, 2)]
    assert new_vault.vault.store.read(keys)[1] == [None, None]
    new_vault.set("KEY")
    secret = new_vault.secret("KEY")
    assert secret is not None
    assert (secret.uid, secret.version, secret.description) == (uid, 3, "")
    assert [version.number for version in secret.versions] == [3]


def test_edit_leaves_the_value_alone(new_vault: Kit) -> None:
    value = new_vault.set("KEY")
    before = new_vault.secret("KEY")
    with new_vault.vault.write("edit") as change:
        change.edit(new_vault.profile, "KEY", description="new", tags=("a", "b"), sealed=True)
    after = new_vault.secret("KEY")
    assert before is not None
    assert after == before._replace(description="new", tags=("a", "b"), sealed=True)
    assert new_vault.get("KEY") == value.reveal_text()
    with new_vault.vault.read() as view:
        assert [entry.description for entry in view.entries(new_vault.profile)] == ["new"]
    with new_vault.vault.write("edit") as change, pytest.raises(TypeError):
        change.edit(new_vault.profile, "KEY", colour="red")


def test_what_does_not_exist_is_not_found_with_near_names(new_vault: Kit) -> None:
    new_vault.set("STRIPE_KEY")
    assert new_vault.secret("STRIPE_KEX") is None
    with new_vault.vault.write("unset") as change, pytest.raises(NotFound) as error:
        change.trash_secret(new_vault.profile, "STRIPE_KEX")
    assert "STRIPE_KEY" in error.value.todo


def test_case_counts(new_vault: Kit) -> None:
    upper, lower = new_vault.set("KEY"), new_vault.set("key")
    assert new_vault.get("KEY") == upper.reveal_text()
    assert new_vault.get("key") == lower.reveal_text()


def test_bad_names_and_values_are_refused_and_nothing_is_written(new_vault: Kit) -> None:
    generation = new_vault.vault.status().generation
    for name in ("1A", "a-b", "", "x" * 129, "[b]", "\x1b[31m", "\u202eA"):
        with pytest.raises(Invalid):
            new_vault.set(name)
    with pytest.raises(Invalid, match="1,048,577 bytes"):
        new_vault.set("BIG", SecretValue(b"x" * (1024 * 1024 + 1)))
    assert new_vault.vault.status().generation == generation
    new_vault.set("BIG", SecretValue(b"x" * 1024 * 1024))
    assert len(new_vault.get("BIG")) == 1024 * 1024


def test_a_plain_set_leaves_the_directory_page_alone(new_vault: Kit) -> None:
    new_vault.set("KEY", description="same")
    key = records.page_key(new_vault.profile, 0)
    profile = records.profile_key(new_vault.profile)
    before = new_vault.vault.store.read([key, profile])[1]
    new_vault.set("KEY")
    new_vault.set("KEY", description="same")
    assert [record.seal for record in new_vault.vault.store.read([key, profile])[1] if record] == [
        record.seal for record in before if record
    ]
    new_vault.set("KEY", description="other")
    assert new_vault.vault.store.read([key])[1][0] != before[0]


def test_pages_split_and_all_exist(new_vault: Kit) -> None:
    names = [f"NAME_{number}" for number in range(200)]
    for name in names[:66]:
        new_vault.set(name)
    with new_vault.vault.write("import") as change:
        for name in names[66:]:
            change.set_value(new_vault.profile, name, new_value())
    again = new_vault.reopen()
    assert sorted(new_vault.names(again)) == sorted(names)
    store = again.store
    fields = store.read([records.profile_key(new_vault.profile)])[1][0].fields  # type: ignore[union-attr]
    assert fields["k"] >= 2
    pages = store.read(
        [records.page_key(new_vault.profile, number) for number in range(2 ** fields["k"])]
    )[1]
    assert all(page is not None and len(page.fields["rows"]) <= 64 for page in pages)
    for number, page in enumerate(pages):
        for row in page.fields["rows"]:  # type: ignore[union-attr]
            [identifier] = store.identify([records.secret_key(new_vault.profile, row[0])])
            assert identifier[0] >> (8 - fields["k"]) == number
    with again.read() as view:
        assert sorted(view.secrets(new_vault.profile, names)) == sorted(names)
    again.close()


def test_a_version_whose_seal_is_not_the_listed_one_is_damage(new_vault: Kit) -> None:
    """An older or another version of the secret in the place of the listed one."""
    new_vault.set("KEY")
    secret = new_vault.secret("KEY")
    assert secret is not None
    key = records.version_key(new_vault.profile, secret.uid, 1)
    store = new_vault.vault.store
    generation, [version] = store.read([key])
    assert version is not None
    store.commit(generation, Event("planted"), [Put(key, version.fields)])
    with pytest.raises(Damaged, match="not the one"):
        new_vault.get("KEY")


def test_missing_and_unlisted_records_are_noticed(new_vault: Kit) -> None:
    new_vault.set("LOST")
    new_vault.set("HIDDEN")
    store, profile = new_vault.vault.store, new_vault.profile
    page_key = records.page_key(profile, 0)
    generation, [page] = store.read([page_key])
    assert page is not None
    rows = [row for row in page.fields["rows"] if row[0] != "HIDDEN"]
    store.commit(
        generation,
        Event("planted"),
        [Put(page_key, {"rows": rows}), Put(records.secret_key(profile, "LOST"), None)],
    )
    for name in ("LOST", "HIDDEN"):
        with new_vault.vault.read() as view, pytest.raises(Damaged, match="don't fit"):
            view.secret(profile, name)


def test_nothing_is_written_when_a_block_fails_or_changes_nothing(new_vault: Kit) -> None:
    generation = new_vault.vault.status().generation
    with pytest.raises(KeyboardInterrupt):
        _interrupted(new_vault)
    with new_vault.vault.write("nothing"):
        pass
    assert new_vault.vault.status().generation == generation
    assert new_vault.names() == {}
    with new_vault.vault.write("noted") as change:
        change.note(["KEY"])
    assert new_vault.vault.status().generation == generation + 1


def _interrupted(kit: Kit) -> None:
    with kit.vault.write("set") as change:
        change.set_value(kit.profile, "KEY", new_value())
        raise KeyboardInterrupt


def test_a_change_sees_itself(new_vault: Kit) -> None:
    with new_vault.vault.write("set") as change:
        value = new_value()
        secret = change.set_value(new_vault.profile, "KEY", value)
        assert change.value(new_vault.profile, secret) == value
        newer = new_value()
        second = change.set_value(new_vault.profile, "KEY", newer)
        assert change.value(new_vault.profile, second, 1) == value
        assert change.values(new_vault.profile, [second]) == [newer]
        assert [entry.name for entry in change.entries(new_vault.profile)] == ["KEY"]
    assert new_vault.get("KEY") == newer.reveal_text()
    assert new_vault.get("KEY", number=1) == value.reveal_text()


def test_a_secret_of_another_time_is_stale(new_vault: Kit) -> None:
    new_vault.set("KEY")
    secret = new_vault.secret("KEY")
    assert secret is not None
    with new_vault.vault.read() as view, pytest.raises(Stale):
        view.value(new_vault.profile, secret._replace(uid=os.urandom(16)))


def test_the_store_refuses_what_was_read_at_another_generation(new_vault: Kit) -> None:
    store = new_vault.vault.store
    generation, _ = store.read(())
    new_vault.set("KEY")
    with pytest.raises(Moved):
        store.commit(generation, Event("late"), [])
    with pytest.raises(Moved):
        store.read([records.VAULT], generation)


def test_tenants_and_profiles(new_vault: Kit) -> None:
    vault, tenant = new_vault.vault, new_vault.tenant
    with vault.write("profiles") as change:
        shared = change.put_profile(tenant, None, name="shared")
        local = change.put_profile(tenant, None, name="local", extends=shared)
        change.put_tenant(Tenant(tenant, "acme corp", rule="upper", shared=shared))
    with vault.read() as view:
        [home] = view.tenants()
        assert (home.name, home.rule, home.shared) == ("acme corp", "upper", shared)
        assert [profile.name for profile in home.profiles] == ["local", "production", "shared"]
    with vault.write("profile") as change:
        change.put_profile(tenant, new_vault.profile, protected=True)
        with pytest.raises(Invalid, match="already"):
            change.put_profile(tenant, local, name="shared")
        with pytest.raises(Invalid, match="extend itself"):
            change.put_profile(tenant, shared, extends=local)
        with pytest.raises(Invalid, match="own tenant"):
            change.put_profile(tenant, shared, extends=os.urandom(16))
        with pytest.raises(Invalid, match="already"):
            change.put_tenant(Tenant(os.urandom(16), "acme corp"))
        with pytest.raises(Refused, match="extended by local"):
            change.remove_profile(tenant, shared)
    with vault.read() as view:
        assert [p.name for p in view.tenants()[0].profiles if p.protected] == ["production"]


def test_removing_a_profile_or_tenant_removes_its_records(new_vault: Kit) -> None:
    vault = new_vault.vault
    empty = _records(new_vault)
    with vault.write("fill") as change:
        profile = change.put_profile(new_vault.tenant, None, name="other")
        change.set_value(profile, "KEY", new_value())
        change.set_value(profile, "GONE", new_value())
        change.trash_secret(profile, "GONE")
        remote, target = os.urandom(16), os.urandom(16)
        change.put_remote(Remote(remote, "bao", "openbao", {}))
        change.put_target(profile, Target(target, "bao", remote, {}))
        uid = change.entries(profile)[0].uid
        change.put_bases(target, {uid: Base(os.urandom(32), "1", "", 0, "here", 1)})
    with vault.write("empty") as change:
        change.remove_profile(new_vault.tenant, profile)
        change.remove_remote(remote)
    assert _records(new_vault) == empty
    with vault.write("empty") as change:
        change.remove_tenant(new_vault.tenant)
    assert _records(new_vault) == empty - 2


def _records(kit: Kit) -> int:
    import sqlite3

    with sqlite3.connect(kit.path) as connection:
        count: int = connection.execute("SELECT count(*) FROM record").fetchone()[0]
    connection.close()
    return count


def test_remotes_targets_bases_and_consumers(new_vault: Kit) -> None:
    vault, profile = new_vault.vault, new_vault.profile
    token = new_value()
    remote = Remote(os.urandom(16), "bao", "openbao", {"address": "https://bao.example"}, token)
    target = Target(os.urandom(16), "main", remote.uid, {"path": "acme/production"})
    agent = Consumer(os.urandom(16), "agent", "support")
    new_vault.set("KEY")
    with vault.write("around") as change:
        change.put_remote(remote)
        change.put_target(profile, target)
        change.put_consumer(agent)
        change.edit(profile, "KEY", links=(agent.uid,))
    again = new_vault.reopen()
    with again.read() as view:
        assert view.remotes() == [remote]
        assert view.targets(profile) == [target]
        assert view.consumers() == [agent]
        secret = view.secret(profile, "KEY")
        assert secret is not None
        assert secret.links == (agent.uid,)
        assert view.bases(target.uid, [secret.uid]) == {}
    base = Base(os.urandom(32), "4", "2026-01-01", 5, "laptop", 1)
    with again.write("sync") as change:
        change.put_bases(target.uid, {secret.uid: base})
    with again.read() as view:
        assert view.bases(target.uid, [secret.uid, os.urandom(16)]) == {secret.uid: base}
    with again.write("refused") as change:
        with pytest.raises(Refused, match="target main"):
            change.remove_remote(remote.uid)
        with pytest.raises(Refused, match="KEY"):
            change.remove_consumer(agent.uid)
        with pytest.raises(Invalid):
            change.put_remote(Remote(os.urandom(16), "bao", "file", {}))
    with again.write("gone") as change:
        change.remove_target(profile, target.uid)
        change.remove_remote(remote.uid)
        change.edit(profile, "KEY", links=())
        change.remove_consumer(agent.uid)
    with again.read() as view:
        assert (view.remotes(), view.targets(profile), view.consumers()) == ([], [], [])
    again.close()


def test_bases_outlive_trash_and_purge(new_vault: Kit) -> None:
    profile = new_vault.profile
    new_vault.set("KEY")
    uid = new_vault.secret("KEY").uid  # type: ignore[union-attr]
    remote, target = os.urandom(16), os.urandom(16)
    base = Base(os.urandom(32), "1", "", 0, "here", 1)
    with new_vault.vault.write("sync") as change:
        change.put_remote(Remote(remote, "bao", "openbao", {}))
        change.put_target(profile, Target(target, "bao", remote, {}))
        change.put_bases(target, {uid: base})
        change.trash_secret(profile, "KEY")
        change.destroy_secret(profile, "KEY")
    with new_vault.vault.read() as view:
        assert view.bases(target, [entry.uid for entry in view.entries(profile)]) == {uid: base}
    with new_vault.vault.write("forget") as change:
        change.put_bases(target, {uid: None})
    with new_vault.vault.read() as view:
        assert view.bases(target, [uid]) == {}


def test_equal_values_have_equal_fingerprints(new_vault: Kit) -> None:
    one, other = new_value(), new_value()
    with new_vault.vault.read() as view:
        mark = view.fingerprint(one)
        assert len(mark) == 32
        assert view.fingerprint(SecretValue(one.reveal_bytes())) == mark
        assert view.fingerprint(other) != mark


def test_each_commit_has_its_audit_row(new_vault: Kit) -> None:
    new_vault.set("KEY")
    with new_vault.vault.write("unset", "acme", "production") as change:
        change.trash_secret(new_vault.profile, "KEY")
    rows = new_vault.vault.audit()
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.action for row in rows] == ["create", "tenant add", "set", "unset"]
    last = rows[-1]
    assert (last.tenant, last.profile, last.names) == ("acme", "production", ("KEY",))
    assert (rows[2].versions, last.scope, last.slot) == ((1,), "manage", "key file")
    assert last.host == os.uname().nodename
    assert last.user
    assert [row.number for row in new_vault.vault.audit(since=2)] == [3, 4]
    assert new_vault.vault.audit(since=4) == []


def test_another_opening_sees_a_commit_at_once(new_vault: Kit) -> None:
    other = new_vault.reopen()
    value = new_vault.set("KEY")
    assert new_vault.get("KEY", other) == value.reveal_text()
    with other.write("unset") as change:
        change.trash_secret(new_vault.profile, "KEY")
    assert new_vault.names() == {"KEY": "trash"}
    other.close()


def test_a_snapshot_holds_one_generation(new_vault: Kit) -> None:
    new_vault.set("KEY")
    with new_vault.vault.read() as view:
        assert view.generation == new_vault.vault.status().generation
        with pytest.raises(RuntimeError):
            new_vault.set("OTHER")
        assert [entry.name for entry in view.entries(new_vault.profile)] == ["KEY"]


def test_settings_of_the_vault(new_vault: Kit) -> None:
    with new_vault.vault.write("settings") as change:
        change.put_settings({"tenant": "acme", "profile": "production"})
    with new_vault.vault.write("settings") as change:
        change.put_settings({"tenant": None})
    again = new_vault.reopen()
    with again.read() as view:
        assert view.settings() == {"profile": "production"}
        assert [tenant.name for tenant in view.tenants()] == ["acme"]
    again.close()
