"""Several processes, kill -9, a full disk, read-only files: nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from keydeck.domain.errors import KeydeckError
from keydeck.vault.constants import BUSY_SECONDS
from keydeck.vault.verify import verify
from support.vaults import Kit, key_file, make_kit, new_value, reopen

HERE = Path(__file__).parent.parent
KILLS = 20


def child(kit: Kit, body: str, mine: int = 0) -> subprocess.Popen[str]:
    """A process that has the vault open as `vault` and the profile's uid as `profile`."""
    prelude = (
        "import os, resource, sys\n"
        "from support.vaults import new_value, reopen\n"
        "from keydeck.domain.errors import KeydeckError\n"
        "path, tmp, profile, mine = sys.argv[1:5]\n"
        "profile = bytes.fromhex(profile)\n"
        "vault = reopen(path, tmp)\n"
        "def put(name):\n"
        "    value = new_value()\n"
        "    with vault.write('set') as change:\n"
        "        change.set_value(profile, name, value)\n"
        "    return value\n"
    )
    given = [str(kit.path), str(kit.tmp), kit.profile.hex(), str(mine)]
    return subprocess.Popen(
        [sys.executable, "-c", prelude + body, *given],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_eight_processes_write_and_nothing_is_lost(new_vault: Kit) -> None:
    body = "for number in range(50): put(f'NAME_{mine}_{number}')\n"
    started = [child(new_vault, body, mine=number) for number in range(8)]
    for process in started:
        said, _ = process.communicate()
        assert (process.returncode, said) == (0, "")
    expected = {f"NAME_{mine}_{number}" for mine in range(8) for number in range(50)}
    assert set(new_vault.names()) == expected
    assert len(new_vault.vault.audit()) == 402
    assert verify(new_vault.vault) == []


def test_threads_share_one_vault(new_vault: Kit) -> None:
    failed: list[BaseException] = []

    def work(mine: int) -> None:
        try:
            for number in range(10):
                value = new_vault.set(f"NAME_{mine}_{number}")
                assert new_vault.get(f"NAME_{mine}_{number}") == value.reveal_text()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(new_vault.names()) == 40
    assert verify(new_vault.vault) == []


def test_killed_while_writing_loses_nothing_acknowledged(new_vault: Kit) -> None:
    body = (
        "number = 0\n"
        "while True:\n"
        "    put(f'NAME_{mine}_{number % 7}')\n"
        "    sys.stdout.write(f'{number}\\n'); sys.stdout.flush()\n"
        "    number += 1\n"
    )
    for round_ in range(KILLS):
        process = child(new_vault, body, mine=round_)
        assert process.stdout is not None
        for _ in range(1 + round_ % 9):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait()
        last = int(rest[-1]) if rest else last
        with new_vault.vault.read() as view:
            names = [f"NAME_{round_}_{number}" for number in range(min(last + 1, 7))]
            found = view.secrets(new_vault.profile, names)
            assert sorted(found) == sorted(names)
            versions = sum(secret.version for secret in found.values())
            assert last + 1 <= versions <= last + 2
            view.values(new_vault.profile, list(found.values()))
    assert verify(new_vault.vault) == []


def test_a_full_disk_says_so_and_keeps_everything(new_vault: Kit) -> None:
    body = (
        "size = os.stat(path).st_size + 40_000\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "number = 0\n"
        "try:\n"
        "    while True:\n"
        "        put(f'NAME_{number}')\n"
        "        number += 1\n"
        "except KeydeckError as error:\n"
        "    print(number, error.code, error.message)\n"
        "with vault.read() as view:\n"
        "    assert len(view.entries(profile)) == number\n"
    )
    process = child(new_vault, body)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    number, code, message = said.split(maxsplit=2)
    assert int(code) == 1
    assert "disk is full" in message
    assert "still there" in message
    assert len(new_vault.names()) == int(number) > 0
    assert verify(new_vault.vault) == []
    new_vault.set("AFTERWARDS")


@pytest.fixture
def read_only() -> Iterator[Kit]:
    """A closed vault whose file and folder may only be read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kit = make_kit(folder)
        kit.set("KEY")
        kit.vault.close()
        for path, mode in ((kit.path, 0o444), (Path(key_file(folder)), 0o444), (folder, 0o555)):
            path.chmod(mode)
        yield kit
        folder.chmod(0o755)


def test_a_file_that_can_only_be_read_is_read_and_writing_is_refused(read_only: Kit) -> None:
    body = (
        "vault.close()\n"
        "if os.geteuid() == 0:\n"  # modes don't bind a root user
        "    os.setegid(65534); os.seteuid(65534)\n"
        "vault = reopen(path, tmp)\n"
        "with vault.read() as view:\n"
        "    [entry] = view.entries(profile)\n"
        "    view.value(profile, view.secret(profile, entry.name))\n"
        "try:\n"
        "    put('OTHER')\n"
        "except KeydeckError as error:\n"
        "    print(error.code, error.message, len(vault.warnings))\n"
    )
    before = read_only.path.read_bytes()
    process = child(read_only, body)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert said.startswith("10 "), said
    assert "only be read" in said
    assert read_only.path.read_bytes() == before


def test_another_writer_that_holds_on_is_said(
    new_vault: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BUSY_SECONDS >= 5
    monkeypatch.setattr("keydeck.vault.database.BUSY_SECONDS", 0.05)
    other = reopen(new_vault.vault, new_vault.tmp)
    with new_vault.vault.store.turn():
        with pytest.raises(KeydeckError, match="another program") as error, other.write("set"):
            pass
        assert error.value.code == 1
        assert other.status().generation == new_vault.vault.status().generation
    other.close()


def test_a_reader_beside_a_writer_never_sees_half_a_commit(new_vault: Kit) -> None:
    body = "for number in range(150): put('SAME')\n"
    new_vault.set("SAME")
    process = child(new_vault, body)
    reads = 0
    while process.poll() is None:
        with new_vault.vault.read() as view:
            secret = view.secret(new_vault.profile, "SAME")
            assert secret is not None
            view.value(new_vault.profile, secret)
        reads += 1
    assert process.returncode == 0
    assert reads > 10
    assert new_vault.secret("SAME").version == 151  # type: ignore[union-attr]


def test_a_crash_while_making_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keydeck.vault import creating

    def fail(*_: object) -> None:
        raise KeydeckError("stopped")

    monkeypatch.setattr(creating, "_fill", fail)
    with pytest.raises(KeydeckError, match="stopped"):
        make_kit(tmp_path)
    assert not (tmp_path / "v.keydeck").exists()
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    make_kit(tmp_path).vault.close()


def test_values_do_not_show_in_errors(new_vault: Kit) -> None:
    value = new_value()
    with pytest.raises(TypeError) as error, new_vault.vault.write("set") as change:
        change.set_value(new_vault.profile, "KEY", value, colour="red")
    assert value.reveal_text() not in repr(error.value)
