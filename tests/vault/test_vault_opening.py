"""Making and unlocking: ways, wrong ones, files that are no vault, permissions, symlinks."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from keydeck.domain.errors import (
    Damaged,
    Invalid,
    KeydeckError,
    Locked,
    NotFound,
    Refused,
    WrongPassphrase,
)
from keydeck.domain.secret import SecretValue
from keydeck.vault.opening import create, open_vault, prepare, ways
from keydeck.vault.protocol import NewerFormat, NotAVault
from keydeck.vault.slots import KeyFile, Passphrase, Recovery, make_key_file
from keydeck.vault.slots.base import decode_head
from keydeck.vault.slots.passphrase import check_bounds, normal_form
from keydeck.vault.verify import verify
from keydeck.vault.ways import add_slot, list_slots
from support.vaults import Kit, key_file, make_vault, new_value


def test_passphrase_recovery_and_key_file_open_the_same_vault(tmp_path: Path) -> None:
    passphrase = new_value()
    path = str(tmp_path / "v.keydeck")
    vault, code = create(path, [Passphrase(passphrase), KeyFile(key_file(tmp_path))])
    assert code is not None
    assert vault.status().slot == "passphrase"
    vault_id = vault.status().vault_id
    vault.close()
    assert sorted(way.kind for way in ways(path)) == ["keyfile", "passphrase", "recovery"]
    [head] = [way.head for way in ways(path) if way.kind == "passphrase"]
    assert (head["m"], head["t"], head["p"]) == (64 * 1024, 3, 4)
    for unlocker, label in (
        (Passphrase(passphrase.reveal_text() + "\n"), "passphrase"),
        (Recovery(code.lower()), "recovery key"),
        (KeyFile(key_file(tmp_path)), "key file"),
    ):
        again = open_vault(path, unlocker)
        assert again.status() == (vault_id, 1, "manage", label)
        again.close()
    with pytest.raises(WrongPassphrase, match="Wrong passphrase") as error:
        open_vault(path, Passphrase(new_value()))
    assert error.value.code == 6
    assert "key file, passphrase, recovery key" in error.value.todo


def test_all_passphrase_slots_are_tried(tmp_path: Path) -> None:
    path = str(tmp_path / "v.keydeck")
    words = [new_value() for _ in range(3)]
    vault, _ = create(path, [Passphrase(words[0], "mine")], recovery=False)
    for number, word in enumerate(words[1:]):
        add_slot(vault, Passphrase(word, f"other {number}"))
    assert [way.label for way in list_slots(vault)] == ["mine", "other 0", "other 1"]
    assert [way.current for way in list_slots(vault)] == [True, False, False]
    assert verify(vault) == []
    vault.close()
    for word, label in zip(words, ("mine", "other 0", "other 1"), strict=True):
        again = open_vault(path, Passphrase(word))
        assert again.status().slot == label
        again.close()


def test_the_derivation_can_run_ahead_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, word = str(tmp_path / "v.keydeck"), new_value()
    create(path, [Passphrase(word)], recovery=False)[0].close()
    unlocker = Passphrase(word)
    thread = threading.Thread(target=prepare, args=(path, unlocker))
    thread.start()
    thread.join()
    monkeypatch.setattr(Passphrase, "make_kek", None)
    vault = open_vault(path, unlocker)
    assert vault.status().slot == "passphrase"
    vault.close()


def test_the_first_unlocker_that_fits_opens(new_vault: Kit) -> None:
    other = KeyFile(make_key_file(str(new_vault.tmp / "other.key")))
    vault = open_vault(str(new_vault.path), other, KeyFile(key_file(new_vault.tmp)))
    assert vault.status().slot == "key file"
    vault.close()


def test_wrong_ways(new_vault: Kit) -> None:
    path = str(new_vault.path)
    with pytest.raises(Locked, match="locked") as locked:
        open_vault(path)
    assert "key file" in locked.value.todo
    other = KeyFile(make_key_file(str(new_vault.tmp / "other.key")))
    with pytest.raises(WrongPassphrase, match="key file does not open"):
        open_vault(path, other)
    with pytest.raises(WrongPassphrase, match="no passphrase among"):
        open_vault(path, Passphrase(new_value()))


def test_bad_inputs_are_refused_before_anything_runs(tmp_path: Path) -> None:
    for bad in ("", "\n", b"\xff\xfe"):
        with pytest.raises(Invalid):
            Passphrase(bad)
    short = tmp_path / "short.key"
    short.write_bytes(os.urandom(31))
    with pytest.raises(Invalid, match="31 bytes"):
        KeyFile(str(short))
    with pytest.raises(NotFound):
        KeyFile(str(tmp_path / "none.key"))
    with pytest.raises(Refused, match="already"):
        make_key_file(str(short))
    with pytest.raises(Invalid):
        Recovery("ABCD")


def test_a_passphrase_is_one_text_however_it_was_typed() -> None:
    assert normal_form("u\u0308ber") == normal_form("\u00fcber\n") == "\u00fcber".encode()
    assert normal_form("two\n\n") == b"two\n"
    assert normal_form(b"word\n") == b"word"


@pytest.mark.parametrize(
    ("figures", "fine"),
    [
        ({"m": 65536, "t": 3, "p": 4}, True),
        ({"m": 2097152, "t": 1, "p": 4}, True),
        ({"m": 65535, "t": 3, "p": 4}, False),
        ({"m": 2097153, "t": 3, "p": 4}, False),
        ({"m": 65536, "t": 2, "p": 4}, False),
        ({"m": 65536, "t": 11, "p": 4}, False),
        ({"m": 65536, "t": 3, "p": 0}, False),
        ({"m": 65536, "t": 3, "p": 9}, False),
        ({"m": 65536.0, "t": 3, "p": 4}, False),
        ({"m": True, "t": 3, "p": 4}, False),
        ({"t": 3, "p": 4}, False),
    ],
)
def test_bounds_of_the_derivation(figures: dict[str, object], fine: bool) -> None:
    if fine:
        assert check_bounds(figures) == (figures["m"], figures["t"], figures["p"])
    else:
        with pytest.raises(Damaged):
            check_bounds(figures)


def test_a_planted_head_out_of_bounds_never_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, word = str(tmp_path / "v.keydeck"), new_value()
    create(path, [Passphrase(word)], recovery=False)[0].close()
    connection = sqlite3.connect(path)
    head = json.loads(connection.execute("SELECT head FROM slot").fetchone()[0])
    head["m"] = 8
    connection.execute("UPDATE slot SET head = ?", (json.dumps(head).encode(),))
    connection.commit()
    connection.close()
    with pytest.raises(Damaged, match="bounds"):
        open_vault(path, Passphrase(word))


def test_more_memory_than_is_free_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from keydeck.vault.slots import passphrase

    path, word = str(tmp_path / "v.keydeck"), new_value()
    create(path, [Passphrase(word)], recovery=False)[0].close()
    monkeypatch.setattr(passphrase, "free_memory", lambda: 1024)
    with pytest.raises(KeydeckError, match="64 MiB"):
        open_vault(path, Passphrase(word))


def test_files_that_are_no_vault(tmp_path: Path) -> None:
    unlocker = KeyFile(key_file(tmp_path))
    with pytest.raises(NotFound):
        open_vault(str(tmp_path / "none"), unlocker)
    for name, data in (("empty", b""), ("text", b"A=1\n" * 500), ("noise", os.urandom(9000))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NotAVault):
            open_vault(str(tmp_path / name), unlocker)
        assert (tmp_path / name).read_bytes() == data
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE header (one INTEGER PRIMARY KEY)")
    other.commit()
    other.close()
    with pytest.raises(NotAVault):
        ways(str(tmp_path / "other.db"))
    with pytest.raises(NotAVault):
        ways(str(tmp_path))


def test_a_newer_format_says_which(new_vault: Kit) -> None:
    new_vault.vault.close()
    connection = sqlite3.connect(new_vault.path)
    connection.execute("UPDATE header SET format = 7")
    connection.commit()
    with pytest.raises(NewerFormat, match=r"format 7.*knows format 1"):
        ways(str(new_vault.path))
    connection.execute("CREATE TABLE more (x)")
    connection.commit()
    connection.close()
    with pytest.raises(NewerFormat, match="format 7"):
        new_vault.reopen()


def test_a_newer_kind_of_way_is_listed_and_does_not_open(new_vault: Kit) -> None:
    connection = sqlite3.connect(new_vault.path)
    head = json.loads(connection.execute("SELECT head FROM slot").fetchone()[0])
    head["kind"] = "moonlight"
    connection.execute("UPDATE slot SET head = ?", (json.dumps(head).encode(),))
    connection.commit()
    connection.close()
    [way] = ways(str(new_vault.path))
    assert (way.kind, way.usable) == ("moonlight", False)
    with pytest.raises(WrongPassphrase) as error:
        new_vault.reopen()
    assert "moonlight" in error.value.todo


def test_mode_and_folder(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "made" / "v.keydeck", tmp_path)
    assert stat.S_IMODE(os.stat(vault.path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "made").st_mode) == 0o700
    vault.close()
    there = tmp_path / "there"
    there.mkdir(mode=0o755)
    make_vault(there / "v.keydeck", tmp_path).close()
    assert stat.S_IMODE(os.stat(there).st_mode) == 0o755
    assert sorted(os.listdir(there)) == ["v.keydeck"]


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / "link").symlink_to(target)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("precious", "link", "dangling"):
        with pytest.raises(Refused, match="already"):
            make_vault(tmp_path / name, tmp_path)
    assert target.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_through_a_symlink_it_is_read_and_not_written(new_vault: Kit) -> None:
    value = new_vault.set("KEY")
    link = new_vault.tmp / "link"
    link.symlink_to(new_vault.path)
    vault = open_vault(str(link), KeyFile(key_file(new_vault.tmp)))
    assert new_vault.get("KEY", vault) == value.reveal_text()
    with pytest.raises(Refused, match="symbolic link"), vault.write("set") as change:
        change.note(["KEY"])
    vault.close()


def test_a_file_that_was_replaced_while_open_is_noticed(new_vault: Kit) -> None:
    new_vault.set("KEY")
    copy = new_vault.tmp / "copy"
    copy.write_bytes(new_vault.path.read_bytes())
    os.replace(copy, new_vault.path)
    with pytest.raises(Refused, match="replaced"):
        new_vault.get("KEY")
    with pytest.raises(Refused, match="replaced"):
        new_vault.set("KEY")


def test_closed_is_locked(new_vault: Kit) -> None:
    new_vault.set("KEY")
    vault = new_vault.vault
    vault.close()
    vault.close()
    for use in (lambda: new_vault.get("KEY"), lambda: new_vault.set("KEY"), vault.status):
        with pytest.raises(Locked):
            use()


def test_adding_a_way_needs_no_other_way(new_vault: Kit) -> None:
    value = new_vault.set("KEY")
    other = KeyFile(make_key_file(str(new_vault.tmp / "other.key")), "usb stick")
    way = add_slot(new_vault.vault, other)
    assert (way.kind, way.label, way.scope) == ("keyfile", "usb stick", "manage")
    vault = open_vault(str(new_vault.path), other)
    assert vault.status().slot == "usb stick"
    assert new_vault.get("KEY", vault) == value.reveal_text()
    assert [row.action for row in vault.audit()][-1] == "key add"
    vault.close()
    assert new_vault.get("KEY") == value.reveal_text()


def test_sixteen_ways_are_the_most(new_vault: Kit) -> None:
    other = KeyFile(make_key_file(str(new_vault.tmp / "other.key")))
    for _ in range(15):
        add_slot(new_vault.vault, other)
    with pytest.raises(Refused, match="16 ways"):
        add_slot(new_vault.vault, other)
    assert len(ways(str(new_vault.path))) == 16


def test_a_slot_that_was_taken_away_locks_who_used_it(new_vault: Kit) -> None:
    other = KeyFile(make_key_file(str(new_vault.tmp / "other.key")))
    add_slot(new_vault.vault, other)
    guest = open_vault(str(new_vault.path), other)
    store = new_vault.vault.store
    rows, entries, own = store.slots()  # type: ignore[attr-defined]
    from keydeck.vault.protocol import Event, Put
    from keydeck.vault.verified import SLOTS

    store.commit_all(  # type: ignore[attr-defined]
        store.read(())[0],
        Event("key remove"),
        [Put(SLOTS, {"slots": entries[:1]})],
        [row for row in rows if row[0] == own],
    )
    with pytest.raises(Locked, match="removed"):
        guest.status()
    guest.close()


def test_the_head_says_nothing_but_its_figures(new_vault: Kit) -> None:
    connection = sqlite3.connect(new_vault.path)
    [(head,)] = connection.execute("SELECT head FROM slot").fetchall()
    connection.close()
    assert set(decode_head(head)) == {"format", "kind", "salt"}


def test_keys_are_wiped_on_close(new_vault: Kit) -> None:
    keys = new_vault.vault.store.keys  # type: ignore[attr-defined]
    new_vault.set("KEY", SecretValue("x" * 30))
    root = keys.root
    assert any(root)
    new_vault.vault.close()
    assert not any(root)
    with pytest.raises(Locked):
        keys.derive("meta", new_vault.profile)
