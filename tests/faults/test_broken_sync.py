"""A sync that is cut off in the middle: a second one finishes it and writes nothing twice."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from cli.deck import Deck
from support.bao import Bao, bao

__all__ = ["bao"]

ROWS = 150
NAMES = [f"NAME_{number:03}" for number in range(ROWS)]


@pytest.fixture
def path(deck: Deck, bao: Bao) -> str:
    """A place of the layout `path`, and secrets that were never pushed."""
    place = bao.place()
    policy = bao.root.policy(
        f"p{secrets.token_hex(4)}", {"secret/*": ["create", "read", "update", "list", "patch"]}
    )
    token = deck.project / "token"
    token.write_text(bao.root.token(policy))
    words = ("remote", "add", "bao", "--kind", "openbao", "--address", bao.address)
    deck.run(*words, "--token-file", str(token))
    deck.run("target", "add", "bao", "--path", place, "--layout", "path")
    lines = "".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in NAMES)
    deck.run("set", "--env-file", "-", given=lines)
    return place


def _pushed(bao: Bao, path: str) -> int:
    status, body = bao.root.call("GET", f"secret/metadata/{path}?list=true")
    return len(body["data"]["keys"]) if status == 200 else 0


def _begun(bao: Bao, path: str) -> subprocess.Popen[str]:
    """A sync of its own process that has pushed some rows and not all."""
    words = [sys.executable, "-m", "keydeck.entry", "sync", "-y", "--json"]
    sync = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while _pushed(bao, path) < 10 and sync.poll() is None:
        time.sleep(0.001)  # asks a foreign process: there is no event to await
    return sync


def _kill(sync: subprocess.Popen[str], _bao: Bao, _token: str) -> None:
    sync.kill()


def _interrupt(sync: subprocess.Popen[str], _bao: Bao, _token: str) -> None:
    sync.send_signal(2)


def _revoke(_sync: subprocess.Popen[str], bao: Bao, token: str) -> None:
    bao.root.revoke(token)


@pytest.mark.parametrize(("cut", "code"), [(_kill, -9), (_interrupt, 130), (_revoke, 8)])
def test_a_second_sync_finishes_what_a_first_began(
    deck: Deck,
    bao: Bao,
    path: str,
    cut: Callable[[subprocess.Popen[str], Bao, str], None],
    code: int,
) -> None:
    token = deck.project / "token"
    values = [deck.get(name) for name in NAMES]
    sync = _begun(bao, path)
    cut(sync, bao, token.read_text())
    out, err = sync.communicate(timeout=60)
    assert sync.returncode == code, err
    assert not any(value in out + err for value in values)
    if code > 0:
        results = [row["result"] for row in json.loads(out)["rows"]]
        assert 0 < results.count("done") < ROWS
    token.write_text(bao.token)
    deck.run("doctor")
    deck.run("sync", "-y")
    assert {bao.root.version(f"{path}/{name}") for name in NAMES} == {1}
    assert deck.run("diff", "--json").json["summary"] == {"in_sync": ROWS}
