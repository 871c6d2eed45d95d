"""Damage and tampering: noticed, or the same answer; never another answer, never a traceback."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from keydeck.domain.errors import Damaged, KeydeckError, WrongPassphrase
from keydeck.vault.opening import open_vault
from keydeck.vault.protocol import Forked, Older
from keydeck.vault.slots import KeyFile
from keydeck.vault.verify import verify, verify_file
from support.vaults import Kit, key_file, make_kit, make_vault, new_value, reopen

POSITIONS = 2000
WRITES = 250


def answer(kit: Kit) -> object:
    """Everything a person could read out of the file."""
    vault = kit.reopen()
    try:
        with vault.read() as view:
            entries = view.entries(kit.profile)
            found = view.secrets(kit.profile, [entry.name for entry in entries])
            values = view.values(kit.profile, list(found.values()))
            return (
                view.tenants(),
                entries,
                found,
                [value.reveal_bytes() for value in values],
                view.trash(kit.profile),
                vault.audit(),
                vault.status(),
            )
    finally:
        vault.close()


@pytest.fixture
def filled(new_vault: Kit) -> Kit:
    """A few secrets, one in the trash; the vault itself is closed."""
    for number in range(6):
        new_vault.set(f"NAME_{number}", description="some words")
    new_vault.set("NAME_0")
    with new_vault.vault.write("unset") as change:
        change.trash_secret(new_vault.profile, "NAME_5")
    new_vault.vault.close()
    return new_vault


def test_flipped_bits_are_noticed_or_harmless(filled: Kit) -> None:
    whole = filled.path.read_bytes()
    expected = answer(filled)
    noticed = 0
    chance = random.Random(1)
    for _ in range(POSITIONS):
        position = chance.randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[position // 8] ^= 1 << position % 8
        filled.path.write_bytes(flipped)
        try:
            assert answer(filled) == expected, f"bit {position} changed the answer silently"
        except KeydeckError:
            noticed += 1
    assert noticed > POSITIONS // 20


def test_a_write_to_a_damaged_file_is_refused_or_never_read_wrong(filled: Kit) -> None:
    whole = filled.path.read_bytes()
    chance = random.Random(2)
    written = 0
    for _ in range(WRITES):
        position = chance.randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[position // 8] ^= 1 << position % 8
        filled.path.write_bytes(flipped)
        written += _write_and_read(filled)
        for file in (filled.tmp / "state" / "keydeck" / "vaults").iterdir():
            file.unlink()
    assert written > WRITES // 4


def _write_and_read(kit: Kit) -> bool:
    """Whether a write was taken; what is read afterwards is that value, or an error."""
    value = new_value()
    try:
        vault = kit.reopen()
    except KeydeckError:
        return False
    try:
        with vault.write("set") as change:
            change.set_value(kit.profile, "NAME_1", value)
    except KeydeckError:
        return False
    finally:
        vault.close()
    try:
        again = kit.reopen()
        assert kit.get("NAME_1", again) == value.reveal_text()
        again.close()
    except Damaged:
        pass
    return True


@pytest.mark.parametrize("keep", [0, 1, 50, 99, 100, 512, 1024, 4095, 4096, 8192, 20000, -4096])
def test_truncated_files_are_noticed(filled: Kit, keep: int) -> None:
    filled.path.write_bytes(filled.path.read_bytes()[:keep])
    with pytest.raises(KeydeckError) as error:
        answer(filled)
    assert error.value.code in (11, 12)


def edit(path: Path, *statements: str | tuple[str, tuple[object, ...]]) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        sql, values = (statement, ()) if isinstance(statement, str) else statement
        connection.execute(sql, values)
    connection.commit()
    connection.close()


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def seals(path: Path) -> dict[bytes, bytes]:
    connection = sqlite3.connect(path)
    found = dict(connection.execute("SELECT id, seal FROM record").fetchall())
    connection.close()
    return found


def swap_two(path: Path) -> None:
    (one, first), (two, second) = rows(path, "SELECT id, seal FROM record LIMIT 2")
    edit(
        path,
        ("UPDATE record SET seal = ? WHERE id = ?", (second, one)),
        ("UPDATE record SET seal = ? WHERE id = ?", (first, two)),
    )


def swap_slots_key(path: Path) -> None:
    edit(path, ("UPDATE slot SET keyring = ?", (os.urandom(300),)))


def more_slots(path: Path) -> None:
    edit(path, ("INSERT INTO slot VALUES (?, ?, ?, ?)", (os.urandom(16), b"{}", b"x", b"y")))


def forged_manifest(path: Path) -> None:
    [(body,)] = rows(path, "SELECT body FROM manifest")
    assert isinstance(body, bytes)
    edit(path, ("UPDATE manifest SET body = ?", (body[:20] + (99).to_bytes(8) + body[28:],)))


EDITS: dict[str, Callable[[Path], None]] = {
    "a record removed": lambda path: edit(
        path, "DELETE FROM record WHERE id = (SELECT id FROM record LIMIT 1)"
    ),
    "all records removed": lambda path: edit(path, "DELETE FROM record"),
    "a record planted": lambda path: edit(
        path, ("INSERT INTO record VALUES (?, ?)", (os.urandom(16), os.urandom(220)))
    ),
    "records swapped": swap_two,
    "a record under a text": lambda path: edit(
        path, ("INSERT INTO record VALUES (?, ?)", ("x" * 16, b"y"))
    ),
    "a record under a number": lambda path: edit(
        path, ("INSERT INTO record VALUES (?, ?)", (5, b"y"))
    ),
    "seals as text": lambda path: edit(path, "UPDATE record SET seal = hex(seal)"),
    "the last audit row removed": lambda path: edit(
        path, "DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)"
    ),
    "an audit row in the middle removed": lambda path: edit(path, "DELETE FROM audit WHERE n = 4"),
    "the first audit row removed": lambda path: edit(path, "DELETE FROM audit WHERE n = 1"),
    "an audit row planted": lambda path: edit(
        path, ("INSERT INTO audit VALUES (99, ?)", (os.urandom(300),))
    ),
    "audit rows renumbered": lambda path: edit(path, "UPDATE audit SET n = n + 1000"),
    "a keyring exchanged": swap_slots_key,
    "a slot planted": more_slots,
    "the manifest forged": forged_manifest,
    "a second manifest": lambda path: edit(
        path, "INSERT INTO manifest SELECT 2, body, signature FROM manifest"
    ),
    "no manifest": lambda path: edit(path, "DELETE FROM manifest"),
    "another vault's id": lambda path: edit(
        path, ("UPDATE header SET vault_id = ?", (os.urandom(16),))
    ),
    "two headers": lambda path: edit(
        path, "INSERT INTO header SELECT 2, format, vault_id FROM header"
    ),
    "leaves shifted": lambda path: edit(
        path, "UPDATE leaves SET hashes = zeroblob(1024) WHERE n = 1"
    ),
    "leaves missing": lambda path: edit(path, "DELETE FROM leaves WHERE n = 31"),
    "a leaves row too many": lambda path: edit(
        path, ("INSERT INTO leaves VALUES (32, ?)", (bytes(1024),))
    ),
    "leaves as text": lambda path: edit(path, "UPDATE leaves SET hashes = 'x' WHERE n = 3"),
    "a trigger": lambda path: edit(
        path, "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM audit; END"
    ),
    "a view": lambda path: edit(path, "CREATE VIEW v AS SELECT 1"),
    "an index": lambda path: edit(path, "CREATE INDEX i ON record (seal)"),
    "a table replaced by a view": lambda path: edit(
        path, "ALTER TABLE audit RENAME TO other", "CREATE VIEW audit AS SELECT * FROM other"
    ),
    "a generated column": lambda path: edit(path, "ALTER TABLE header ADD COLUMN x AS (one + 1)"),
    "a column": lambda path: edit(path, "ALTER TABLE record ADD COLUMN note"),
    "write-ahead mode": lambda path: edit(path, "PRAGMA journal_mode=WAL"),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_noticed(filled: Kit, name: str) -> None:
    expected = answer(filled)
    EDITS[name](filled.path)
    unlocker = KeyFile(key_file(filled.tmp))
    try:
        assert answer(filled) == expected, "only what was not asked for may be hurt silently"
        assert verify_file(str(filled.path), unlocker)
    except WrongPassphrase:
        assert name in ("a keyring exchanged", "another vault's id")
    except Damaged:
        assert verify_file(str(filled.path), unlocker)


def test_an_older_row_in_the_place_of_a_newer_is_noticed(new_vault: Kit) -> None:
    new_vault.set("KEY")
    before = seals(new_vault.path)
    new_vault.set("KEY")
    after = seals(new_vault.path)
    changed = [key for key in before if before[key] != after[key]]
    assert len(changed) == 1
    edit(
        new_vault.path,
        ("UPDATE record SET seal = ? WHERE id = ?", (before[changed[0]], changed[0])),
    )
    with pytest.raises(Damaged, match="does not verify"):
        new_vault.get("KEY")
    with pytest.raises(Damaged, match="does not verify"):
        new_vault.get("KEY", new_vault.reopen())
    [where] = [finding.where for finding in verify(new_vault.vault)][:1]
    assert where.startswith("bucket ")


def test_older_records_and_leaves_under_the_newer_manifest(new_vault: Kit) -> None:
    new_vault.set("KEY")
    tables = {name: rows(new_vault.path, f"SELECT * FROM {name}") for name in ("record", "leaves")}
    new_vault.set("KEY")
    for name, stored in tables.items():
        edit(new_vault.path, f"DELETE FROM {name}")
        for row in stored:
            edit(new_vault.path, (f"INSERT INTO {name} VALUES (?, ?)", row))
    with pytest.raises(Damaged):
        new_vault.reopen()


def test_a_trigger_planted_while_open_is_noticed_before_the_write(new_vault: Kit) -> None:
    new_vault.set("KEY")
    edit(
        new_vault.path,
        "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM record; END",
    )
    records = rows(new_vault.path, "SELECT * FROM record")
    with pytest.raises(Damaged, match="layout"):
        new_vault.set("KEY")
    assert rows(new_vault.path, "SELECT * FROM record") == records


def test_another_vaults_rows_do_not_fit(filled: Kit) -> None:
    other = make_vault(filled.tmp / "other.keydeck", filled.tmp)
    other.close()
    [(identifier, seal)] = rows(Path(other.path), "SELECT id, seal FROM record LIMIT 1")
    edit(filled.path, ("INSERT INTO record VALUES (?, ?)", (identifier, seal)))
    findings = verify_file(str(filled.path), KeyFile(key_file(filled.tmp)))
    assert ("1 records are there that nothing lists.", "the records") in findings
    assert any(finding.where.startswith("bucket") for finding in findings)


# Older and forked files


def put_back(kit: Kit, data: bytes) -> None:
    """Restore bytes over the file, as a backup tool would."""
    kit.path.write_bytes(data)


def test_a_file_put_back_to_an_older_state_is_noticed(new_vault: Kit) -> None:
    new_vault.set("KEY")
    older = new_vault.path.read_bytes()
    new_vault.set("KEY")
    put_back(new_vault, older)
    with pytest.raises(Older, match="older state"):
        new_vault.get("KEY")
    with pytest.raises(Older, match="change 3, and this machine has seen change 4"):
        new_vault.reopen()


def test_an_older_file_can_be_accepted(new_vault: Kit) -> None:
    first = new_vault.set("KEY")
    older = new_vault.path.read_bytes()
    new_vault.set("KEY")
    new_vault.set("KEY")
    put_back(new_vault, older)
    vault = new_vault.reopen(trust=True)
    assert "older state" in vault.warnings[0]
    assert new_vault.get("KEY", vault) == first.reveal_text()
    with vault.write("accept") as change:
        change.note()
    assert vault.status().generation == 6
    vault.close()
    again = new_vault.reopen()
    assert again.warnings == []
    assert [row.number for row in again.audit()] == [1, 2, 3, 6]
    assert verify(again) == []
    again.close()


def test_a_fork_of_the_same_generation_is_noticed(
    new_vault: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = _fork(new_vault, monkeypatch, commits=1)
    new_vault.set("KEY")
    put_back(new_vault, forked)
    with pytest.raises(Forked, match="another past"):
        new_vault.reopen()


def test_a_longer_fork_is_noticed(new_vault: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    forked = _fork(new_vault, monkeypatch, commits=3)
    new_vault.set("KEY")
    put_back(new_vault, forked)
    with pytest.raises(Forked, match="another past"):
        new_vault.reopen()
    vault = new_vault.reopen(trust=True)
    with vault.write("accept") as change:
        change.note()
    vault.close()
    new_vault.reopen().close()


def _fork(kit: Kit, monkeypatch: pytest.MonkeyPatch, commits: int) -> bytes:
    """The file as another machine changed it, from the same past."""
    copy = kit.tmp / "copy.keydeck"
    copy.write_bytes(kit.path.read_bytes())
    with monkeypatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(kit.tmp / "elsewhere"))
        vault = reopen(copy, kit.tmp)
        for _ in range(commits):
            with vault.write("set") as change:
                change.set_value(kit.profile, "KEY", new_value())
        vault.close()
    return copy.read_bytes()


def test_a_newer_state_from_another_machine_is_taken(
    new_vault: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = _fork(new_vault, monkeypatch, commits=3)
    put_back(new_vault, newer)
    vault = new_vault.reopen()
    assert vault.status().generation == 5
    assert vault.warnings == []
    vault.close()


def test_what_is_remembered_is_small_private_and_nameless(new_vault: Kit, own_state: Path) -> None:
    new_vault.set("VERY_TELLING_NAME")
    [file] = (own_state / "keydeck" / "vaults").iterdir()
    data = file.read_bytes()
    assert len(data) == 48
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    before = file.stat().st_mtime_ns
    new_vault.reopen().close()
    new_vault.get("VERY_TELLING_NAME")
    assert file.stat().st_mtime_ns == before
    vault_id = new_vault.vault.status().vault_id
    assert vault_id not in data
    assert vault_id.hex() not in file.name


def test_an_unusable_state_folder_is_said_and_the_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    kit = make_kit(tmp_path)
    value = kit.set("KEY")
    assert kit.get("KEY") == value.reveal_text()
    [warning] = kit.vault.warnings
    assert "can't be remembered" in warning
    kit.vault.close()


def test_a_damaged_memory_is_said_and_made_anew(new_vault: Kit, own_state: Path) -> None:
    [file] = (own_state / "keydeck" / "vaults").iterdir()
    file.write_bytes(b"x" * 48)
    vault = new_vault.reopen()
    assert "could not be read" in vault.warnings[0]
    vault.close()
    again = new_vault.reopen()
    assert again.warnings == []
    again.close()


# What the file gives away


def test_nothing_is_in_clear_in_the_file(new_vault: Kit) -> None:
    import base64

    value = new_vault.set("VERY_TELLING_NAME", description="very telling words", tags=["telling"])
    data = new_vault.path.read_bytes()
    told = [b"VERY_TELLING_NAME", b"very telling", b"telling", b"acme", b"production"]
    told += [value.reveal_bytes(), base64.b64encode(value.reveal_bytes())[:20], b"payload"]
    assert [word for word in told if word in data] == []


def test_what_was_removed_is_gone_from_the_files_bytes(new_vault: Kit) -> None:
    before: set[bytes] = set()
    for number in range(120):
        new_vault.set(f"NAME_{number % 40}")
        before.update(seals(new_vault.path).values())
    now = set(seals(new_vault.path).values())
    data = new_vault.path.read_bytes()
    left = [seal for seal in before - now if seal in data]
    assert len(left) < 5, "superseded rows are zeroed but for the odd copy of a moved one"
    with new_vault.vault.write("purge") as change:
        for number in range(40):
            change.trash_secret(new_vault.profile, f"NAME_{number}")
            change.destroy_secret(new_vault.profile, f"NAME_{number}")
    data = new_vault.path.read_bytes()
    gone = before - set(seals(new_vault.path).values())
    assert len(gone) > 160
    assert [seal for seal in gone if seal in data] == []
    assert verify(new_vault.vault) == []
    assert new_vault.vault.warnings == []
    new_vault.set("AFTERWARDS")


# The walk of doctor


def test_a_sound_vault_has_no_findings(new_vault: Kit) -> None:
    for number in range(80):
        new_vault.set(f"NAME_{number}")
    assert verify(new_vault.vault) == []
    assert verify_file(str(new_vault.path), KeyFile(key_file(new_vault.tmp))) == []


def test_the_walk_says_where(filled: Kit) -> None:
    edit(filled.path, ("UPDATE audit SET seal = ? WHERE n = 3", (os.urandom(300),)))
    findings = verify_file(str(filled.path), KeyFile(key_file(filled.tmp)))
    assert ("Row 3 of the audit does not open.", "row 3 of the audit") in findings
    vault = open_vault(str(filled.path), KeyFile(key_file(filled.tmp)))
    assert verify(vault) == findings
    vault.close()


def test_the_walk_names_the_secret_that_is_hurt(filled: Kit) -> None:
    vault = filled.reopen()
    store = vault.store
    from keydeck.vault.records import secret_key

    [identifier] = store.identify([secret_key(filled.profile, "NAME_2")])
    vault.close()
    edit(filled.path, ("UPDATE record SET seal = ? WHERE id = ?", (os.urandom(300), identifier)))
    findings = verify_file(str(filled.path), KeyFile(key_file(filled.tmp)))
    assert any(finding.where == "acme/production NAME_2" for finding in findings)
    assert any(finding.where.startswith("bucket") for finding in findings)


def test_the_walk_never_raises(filled: Kit) -> None:
    whole = filled.path.read_bytes()
    chance = random.Random(3)
    for _ in range(150):
        flipped = bytearray(whole)
        for _ in range(20):
            flipped[chance.randrange(100, len(whole))] ^= 1 << chance.randrange(8)
        filled.path.write_bytes(flipped)
        try:
            findings = verify_file(str(filled.path), KeyFile(key_file(filled.tmp)))
        except KeydeckError as error:
            assert error.code in (6, 11, 12)  # noqa: PT017
        else:
            assert all(finding.what and finding.where for finding in findings)


def test_a_machine_that_never_saw_the_vault_can_be_told_its_generation(
    new_vault: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_vault.set("KEY")
    monkeypatch.setenv("XDG_STATE_HOME", str(new_vault.tmp / "elsewhere"))
    unlocker = KeyFile(key_file(new_vault.tmp))
    open_vault(str(new_vault.path), unlocker, at_least=3).close()
    with pytest.raises(Older, match="at least 4"):
        open_vault(str(new_vault.path), unlocker, at_least=4)
