"""A secrets file as a remote: whole replacement, per-name guard, nothing left lying about."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keydeck.domain.errors import Invalid, KeydeckError, Refused
from keydeck.domain.remote import Parsed, Write
from keydeck.domain.secret import SecretValue
from keydeck.formats.dotenv import Dotenv
from keydeck.formats.registry import NAMES, codec
from keydeck.remotes import file as file_module
from keydeck.remotes.file import FileRemote
from remotes.helpers import outcomes, results, seen, texts, value


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / ".env"


@pytest.fixture
def remote(path: Path) -> FileRemote:
    return FileRemote(str(path), Dotenv())


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_that_is_not_there_is_empty(remote: FileRemote, path: Path) -> None:
    snapshot = remote.snapshot()
    assert (dict(snapshot.items), snapshot.version, snapshot.where) == ({}, "", str(path))
    assert results(remote, Write("A", None, None)) == {"A": "done"}
    assert not path.exists()


@pytest.mark.parametrize("name", NAMES)
def test_round_trip_in_every_format(folder: Path, name: str) -> None:
    path = folder / "secrets"
    remote = FileRemote(str(path), codec(name))
    wanted = {"first": value(), "second": SecretValue("two\nlines\n"), "third": SecretValue("ü 🔑")}
    done = outcomes(remote, *(Write(key, text, None) for key, text in wanted.items()))
    assert {outcome.result for outcome in done.values()} == {"done"}
    snapshot = remote.verify(wanted)
    assert {key: item.value for key, item in snapshot.items.items()} == wanted
    assert {outcome.version for outcome in done.values()} == {snapshot.version}
    assert mode_of(path) == 0o600
    assert os.listdir(folder) == ["secrets"]
    before = snapshot.items
    changed = value()
    rows = [Write("first", changed, before["first"]), Write("second", None, before["second"])]
    assert results(remote, *rows) == {"first": "done", "second": "done"}
    assert texts(remote) == {"first": changed.reveal_text(), "third": "ü 🔑"}


def test_comments_and_order_stay(remote: FileRemote, path: Path) -> None:
    path.write_text("# top\nexport B=2 # why\n\nA='1'\n# end\n")
    mine = value()
    assert results(remote, Write("A", mine, seen(remote, "A"))) == {"A": "done"}
    assert path.read_text().startswith("# top\nexport B=2 # why\n\nA=")
    assert path.read_text().endswith("\n# end\n")
    assert texts(remote) == {"B": "2", "A": mine.reveal_text()}


def test_what_moved_is_stale_and_the_rest_goes_on(remote: FileRemote, path: Path) -> None:
    path.write_text("A=1\nB=2\nC=3\n")
    before = remote.snapshot().items
    path.write_text("A=1\nB=changed\nNEW=x\n")
    mine = value()
    done = results(
        remote,
        Write("A", mine, before["A"]),
        Write("B", value(), before["B"]),
        Write("C", None, before["C"]),
        Write("NEW", value(), None),
        Write("MINE", mine, None),
    )
    assert done == {"A": "done", "B": "stale", "C": "stale", "NEW": "stale", "MINE": "done"}
    text = mine.reveal_text()
    assert texts(remote) == {"A": text, "B": "changed", "NEW": "x", "MINE": text}


def test_only_stale_rows_leave_the_file_untouched(remote: FileRemote, path: Path) -> None:
    path.write_text("A=1\n")
    before = seen(remote, "A")
    path.write_text("A = 2 # odd   spacing\n")
    stamp = path.stat()
    assert results(remote, Write("A", value(), before)) == {"A": "stale"}
    assert path.stat().st_ino == stamp.st_ino
    assert path.read_text() == "A = 2 # odd   spacing\n"


def test_the_version_follows_the_file_and_is_no_hash_of_its_content_alone(
    remote: FileRemote, path: Path
) -> None:
    import hashlib

    path.write_text("A=1\n")
    first = remote.snapshot()
    assert first.version == remote.snapshot().version
    assert first.items["A"].version == first.version
    assert len(first.version) == 12
    assert not hashlib.sha256(path.read_bytes()).hexdigest().startswith(first.version)
    path.write_text("A=2\n")
    assert remote.snapshot().version != first.version
    assert first.items["A"].updated_at is not None


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400])
def test_the_mode_stays_and_an_open_one_is_told(remote: FileRemote, path: Path, mode: int) -> None:
    path.write_text("A=1\n")
    path.chmod(mode)
    snapshot = remote.snapshot()
    assert any("others" in text for text in snapshot.warnings) is bool(mode & 0o077)
    assert results(remote, Write("A", value(), snapshot.items["A"])) == {"A": "done"}
    assert mode_of(path) == mode


def test_never_through_a_symlink(remote: FileRemote, path: Path, folder: Path) -> None:
    real = folder / "real"
    real.write_text("A=1\n")
    path.symlink_to(real)
    before = seen(remote, "A")
    with pytest.raises(Refused, match="symbolic link"):
        list(remote.apply([Write("A", value(), before)]))
    assert real.read_text() == "A=1\n"
    assert path.is_symlink()
    assert not remote.test()[0].ok


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(
    remote: FileRemote, path: Path, make: Callable[[Path], None]
) -> None:
    make(path)
    with pytest.raises(KeydeckError):
        remote.snapshot()
    with pytest.raises(KeydeckError):
        list(remote.apply([Write("A", value(), None)]))


def test_a_folder_that_is_not_there(folder: Path) -> None:
    remote = FileRemote(str(folder / "none" / ".env"), Dotenv())
    assert dict(remote.snapshot().items) == {}
    with pytest.raises(KeydeckError, match="none"):
        list(remote.apply([Write("A", value(), None)]))
    assert not remote.test()[-1].ok


def test_bytes_that_the_format_can_t_hold_are_refused(remote: FileRemote) -> None:
    done = outcomes(remote, Write("RAW", SecretValue(b"\xff\xfe"), None), Write("A", value(), None))
    assert (done["RAW"].result, done["RAW"].code) == ("refused", 11)
    assert done["A"].result == "done"


def test_a_file_of_another_format_is_left_alone(folder: Path) -> None:
    path = folder / "secrets.json"
    path.write_text("this is no JSON")
    remote = FileRemote(str(path), codec("json"))
    with pytest.raises(Invalid):
        remote.snapshot()
    with pytest.raises(Invalid):
        list(remote.apply([Write("A", value(), None)]))
    assert path.read_text() == "this is no JSON"
    assert not remote.test()[0].ok


class Lying:
    """A format whose edit loses a line: stands for a fault nobody has found yet."""

    name = "lying"
    suffixes: tuple[str, ...] = (".env",)

    def parse(self, data: bytes) -> Parsed:
        return Dotenv().parse(data)

    def edit(self, data: bytes, changes: Mapping[str, SecretValue | None]) -> bytes:
        return Dotenv().edit(data, changes).split(b"\n", 1)[1]

    def write(self, values: Mapping[str, SecretValue]) -> bytes:
        return Dotenv().write(values)

    def refuses(self, name: str, value: SecretValue) -> str:
        return ""


def test_what_would_not_read_back_is_never_written(path: Path) -> None:
    path.write_text("A=1\nB=2\n")
    remote = FileRemote(str(path), Lying())
    with pytest.raises(KeydeckError, match="read back"):
        list(remote.apply([Write("B", value(), seen(remote, "B"))]))
    assert path.read_text() == "A=1\nB=2\n"


def test_writers_at_the_same_time_lose_nothing(path: Path, folder: Path) -> None:
    def run(writer: int) -> set[str]:
        mine = FileRemote(str(path), Dotenv())
        rows = [Write(f"W{writer}_{number}", value(), None) for number in range(8)]
        return {result for row in rows for result in results(mine, row).values()}

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(run, range(6))) == [{"done"}] * 6
    assert len(FileRemote(str(path), Dotenv()).snapshot().items) == 48
    assert os.listdir(folder) == [".env"]


def test_only_one_of_many_wins_the_same_name(path: Path) -> None:
    path.write_text("A=1\n")
    before = seen(FileRemote(str(path), Dotenv()), "A")

    def run(_: int) -> str:
        return results(FileRemote(str(path), Dotenv()), Write("A", value(), before))["A"]

    with ThreadPoolExecutor(6) as pool:
        told = sorted(pool.map(run, range(6)))
    assert told == ["done", *["stale"] * 5]


@pytest.fixture
def held(folder: Path) -> Iterator[int]:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    yield fd
    os.close(fd)


@pytest.mark.usefixtures("held")
def test_a_lock_that_is_never_let_go(
    remote: FileRemote, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_module, "LOCK_SECONDS", 0.05)
    with pytest.raises(Refused, match="lock"):
        list(remote.apply([Write("A", value(), None)]))
    assert not path.exists()


def test_an_editor_that_knows_no_lock_is_noticed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved between our reading and our writing: read again, nothing of theirs is lost."""
    path.write_text("A=1\n")
    saves = iter(["A=1\nTHEIRS=x\n"])

    class Meddling(Lying):
        def edit(self, data: bytes, changes: Mapping[str, SecretValue | None]) -> bytes:
            for text in saves:
                path.write_text(text)
            return Dotenv().edit(data, changes)

    remote, mine = FileRemote(str(path), Meddling()), value()
    assert results(remote, Write("A", mine, seen(remote, "A"))) == {"A": "done"}
    assert texts(remote) == {"A": mine.reveal_text(), "THEIRS": "x"}


def test_a_full_disk_keeps_the_old_file(
    remote: FileRemote, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("A=1\n")
    before = seen(remote, "A")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(KeydeckError, match="full"):
        list(remote.apply([Write("A", value(), before)]))
    assert path.read_text() == "A=1\n"
    assert os.listdir(folder) == [".env"]


def test_no_value_in_what_is_said(remote: FileRemote, path: Path) -> None:
    mine = value()
    path.write_text(f'A={mine.reveal_text()}\nB="{mine.reveal_text()}\n')
    snapshot = remote.snapshot()
    said: Sequence[str] = [*snapshot.warnings, *(finding.detail for finding in remote.test())]
    assert said
    assert not any(mine.reveal_text() in text for text in said)


def test_a_plain_file_keeps_no_secret(remote: FileRemote) -> None:
    assert not remote.capabilities.keeps_secret
    assert not remote.capabilities.versions
    assert remote.capabilities.compare_and_set
