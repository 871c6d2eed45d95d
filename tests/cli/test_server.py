"""What the command line says of a real server that refuses."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from cli.deck import Deck
from support.bao import Bao, bao, bao_factory

__all__ = ["bao", "bao_factory"]


@pytest.fixture
def place(deck: Deck, bao: Bao) -> str:
    """A target on the server, its token in a file; the path."""
    path = bao.place()
    (deck.project / "token").write_text(bao.token + "\n")
    words = ("remote", "add", "bao", "--kind", "openbao", "--address", bao.address)
    deck.run(*words, "--token-file", "token")
    deck.run("target", "add", "bao", "--path", path)
    return path


def test_a_target_is_tried_and_told(deck: Deck, place: str) -> None:
    answer = deck.run("remote", "test", "bao", "-p", "dev", "--json").json
    assert answer["ok"] is True
    assert {"address", "token", "mount"} <= {step["step"] for step in answer["steps"]}
    [target] = deck.run("target", "list", "--json").json["targets"]
    assert target["settings"]["path"] == place


def test_a_token_that_is_refused(deck: Deck, bao: Bao, place: str) -> None:
    token = secrets.token_urlsafe(20)
    (deck.project / "token").write_text(token)
    error = deck.fails(8, "diff")
    assert token not in str(error)
    deck.run("remote", "test", "bao", code=8)
    deck.run("set", "A", "--push", given="stays", code=8)
    assert deck.get("A") == "stays"


def test_a_token_that_may_not(deck: Deck, bao: Bao, place: str) -> None:
    deck.set("A")
    policy = bao.root.policy(f"p{secrets.token_hex(4)}", {f"secret/data/{place}": ["read"]})
    (deck.project / "token").write_text(bao.root.token(policy))
    deck.run("sync", "-y", code=10)
    assert bao.root.get(place) is None


def test_a_wrong_mount(deck: Deck, bao: Bao, place: str) -> None:
    words = ("remote", "add", "other", "--kind", "openbao", "--address", bao.address)
    deck.run(*words, "--token-file", "token", "--mount", "nowhere")
    deck.run("target", "add", "other")
    deck.fails(7, "diff", "--target", "other")
    deck.run("remote", "test", "other", code=7)


def test_a_mount_of_version_1(deck: Deck, bao: Bao, place: str) -> None:
    mount = f"kv{secrets.token_hex(4)}"
    bao.root.mount(mount, version=1)
    words = ("remote", "add", "old", "--kind", "openbao", "--address", bao.address)
    deck.run(*words, "--token-file", "token", "--mount", mount)
    deck.run("target", "add", "old")
    assert "version 1" in deck.fails(11, "diff", "--target", "old")["message"]
    deck.run("remote", "test", "old", code=11)


def test_a_namespace_that_is_not_there(deck: Deck, bao: Bao, place: str) -> None:
    words = ("remote", "add", "far", "--kind", "openbao", "--address", bao.address)
    deck.run(*words, "--token-file", "token", "--namespace", "nowhere")
    deck.run("target", "add", "far")
    deck.fails(7, "diff", "--target", "far")
    deck.run("remote", "test", "far", code=7)


def test_a_sealed_server(deck: Deck, bao_factory: Callable[[], Bao]) -> None:
    server = bao_factory()
    (deck.project / "token").write_text(server.token)
    words = ("remote", "add", "bao", "--kind", "openbao", "--address", server.address)
    deck.run(*words, "--token-file", "token")
    deck.run("target", "add", "bao")
    server.root.seal()
    assert "seal" in deck.fails(9, "diff")["message"]
