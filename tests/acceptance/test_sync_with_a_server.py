"""The main job from the command line against a real server (sync.md, interface.md)."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from support.bao import Bao, bao

__all__ = ["bao"]


class Deck:
    """keydeck as a user has it: a program, a folder, a key file."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.project = home / "project"
        self.project.mkdir()
        (home / "passphrase").write_text(secrets.token_urlsafe(24))
        (home / "passphrase").chmod(0o600)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "KEYDECK_VAULT": str(home / "vault.keydeck"),
            "KEYDECK_KEY_FILE": str(home / "key"),
            "XDG_STATE_HOME": str(home / "state"),
            "KEYDECK_TENANT": "acme",
            "KEYDECK_PROFILE": "staging",
        }

    def run(
        self, *words: str, code: int = 0, given: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "keydeck.entry", *words],
            input=given,
            capture_output=True,
            text=True,
            env={**self.env, **(env or {})},
            cwd=self.project,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: str, code: int = 0, given: str = "") -> dict[str, Any]:
        answer = json.loads(self.run(*words, "--json", code=code, given=given).stdout)
        assert answer["schema"] == 1
        return dict(answer)

    def states(self, code: int) -> dict[str, str]:
        return {row["name"]: row["state"] for row in self.json("diff", code=code)["rows"]}

    def set(self, name: str) -> str:
        value = secrets.token_urlsafe(24)
        self.run("set", name, given=value)
        return value

    def get(self, name: str) -> str:
        return self.run("get", name).stdout


@pytest.fixture
def deck(tmp_path: Path, bao: Bao) -> Deck:
    made = Deck(tmp_path)
    made.run("init", "--passphrase-file", "../passphrase", "--key-file", "../key")
    made.run("tenant", "add", "acme")
    made.run("profile", "add", "staging", "-t", "acme")
    token = tmp_path / "token"
    token.write_text(bao.token)
    token.chmod(0o600)
    place = f"t{secrets.token_hex(4)}/staging"
    made.run(
        *("remote", "add", "bao", "--kind", "openbao", "--address", bao.address),
        *("--token-file", str(token)),
    )
    made.run("target", "add", "bao", "--path", place)
    made.env["PLACE"] = place
    return made


@pytest.mark.parametrize("layout", ["map", "path"])
def test_push_pull_conflict_and_theirs(deck: Deck, bao: Bao, layout: str) -> None:
    place = deck.env["PLACE"] + layout
    deck.run("target", "remove", "bao")
    deck.run("target", "add", "bao", "--path", place, "--layout", layout)
    stranger = Stranger(bao, place, layout)

    first = deck.set("DATABASE_PASSWORD")
    deck.set("JWT_SECRET")
    assert deck.states(code=2) == {"DATABASE_PASSWORD": "push", "JWT_SECRET": "push"}

    done = deck.json("sync", "-y")
    assert {row["result"] for row in done["rows"]} == {"done"}
    assert all(row["verified"] for row in done["rows"])
    assert stranger.read("DATABASE_PASSWORD") == first
    assert deck.states(code=0) == {"DATABASE_PASSWORD": "in_sync", "JWT_SECRET": "in_sync"}

    theirs = stranger.write("JWT_SECRET")
    assert deck.states(code=2)["JWT_SECRET"] == "pull"

    ours = deck.set("JWT_SECRET")
    pushed = deck.set("NEW_FLAG_TOKEN")
    assert deck.states(code=3) == {
        "DATABASE_PASSWORD": "in_sync",
        "JWT_SECRET": "conflict",
        "NEW_FLAG_TOKEN": "push",
    }

    # The safe row is applied; the conflict stays as it is on both sides.
    deck.run("sync", "-y", code=3)
    assert stranger.read("NEW_FLAG_TOKEN") == pushed
    assert stranger.read("JWT_SECRET") == theirs
    assert deck.get("JWT_SECRET") == ours

    deck.run("sync", "-y", "--theirs", "JWT_SECRET")
    assert deck.get("JWT_SECRET") == theirs
    assert set(deck.states(code=0).values()) == {"in_sync"}
    # Nothing was lost: our value is one version back.
    deck.run("rollback", "JWT_SECRET", "-y")
    assert deck.get("JWT_SECRET") == ours


def test_all_or_nothing_leaves_everything_where_a_conflict_is(deck: Deck, bao: Bao) -> None:
    stranger = Stranger(bao, deck.env["PLACE"], "map")
    deck.set("A_SECRET")
    deck.run("sync", "-y")
    stranger.write("A_SECRET")
    deck.set("A_SECRET")
    deck.set("B_SECRET")
    deck.run("sync", "-y", "--all-or-nothing", code=3)
    assert stranger.read("B_SECRET") is None


def test_a_deleted_secret_is_deleted_there_only_when_asked(deck: Deck, bao: Bao) -> None:
    stranger = Stranger(bao, deck.env["PLACE"], "map")
    value = deck.set("OLD_KEY")
    deck.set("OTHER_KEY")
    deck.run("sync", "-y")
    deck.run("unset", "OLD_KEY", "-y")
    assert deck.states(code=2)["OLD_KEY"] == "delete_remote"
    deck.run("sync", "-y")
    assert stranger.read("OLD_KEY") == value
    deck.run("sync", "-y", "--prune")
    assert stranger.read("OLD_KEY") is None
    assert deck.states(code=0) == {"OTHER_KEY": "in_sync"}


class Stranger:
    """Somebody else at the server, with a client of their own."""

    def __init__(self, server: Bao, place: str, layout: str) -> None:
        self.server = server
        self.place = place
        self.layout = layout

    def read(self, name: str) -> str | None:
        if self.layout == "map":
            return (self.server.root.get(self.place) or {}).get(name)
        held = self.server.root.get(f"{self.place}/{name}") or {}
        return next(iter(held.values()), None)

    def write(self, name: str) -> str:
        value = secrets.token_urlsafe(30)
        if self.layout == "map":
            self.server.root.put(
                self.place, {**(self.server.root.get(self.place) or {}), name: value}
            )
        else:
            held = self.server.root.get(f"{self.place}/{name}") or {}
            key = next(iter(held), "value")
            self.server.root.put(f"{self.place}/{name}", {key: value})
        return value
