"""Which kinds of remote there are, and what opening one loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keydeck.domain.errors import Invalid, NotLoggedIn
from keydeck.formats.registry import NAMES, codec
from keydeck.remotes.registry import KINDS, find_kind, open_remote
from remotes.helpers import texts, value
from support.bao import Bao

CODECS = {name: codec(name) for name in NAMES}


def test_opening_a_server(bao: Bao) -> None:
    place = bao.place()
    bao.root.put(place, {"A": "x"})
    remote = open_remote("openbao", bao.settings, {"path": place}, bao.secret_token, {}, {})
    assert texts(remote) == {"A": "x"}
    remote.close()


@pytest.mark.parametrize(
    ("name", "form", "text"),
    [
        (".env", "", "A=x\n"),
        (".env.production", "", "A=x\n"),
        ("secrets.json", "systemprompt", '{"A": "x"}'),
        ("odd", "json", '{"A": "x"}'),
    ],
)
def test_opening_a_file(
    tmp_path_factory: pytest.TempPathFactory, name: str, form: str, text: str
) -> None:
    path = tmp_path_factory.mktemp("files") / name
    path.write_text(text)
    settings = {"path": str(path), "format": form}
    assert texts(open_remote("file", settings, {}, None, {}, CODECS)) == {"A": "x"}


def test_a_target_may_name_a_file_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    (folder / "staging.env").write_text("A=x\n")
    settings = {"path": str(folder), "format": "dotenv"}
    remote = open_remote("file", settings, {"path": "staging.env"}, None, {}, CODECS)
    assert texts(remote) == {"A": "x"}


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("opnbao", {}),
        ("file", {}),
        ("file", {"path": "x", "format": "toml"}),
        ("file", {"path": "no-suffix"}),
        ("openbao", {}),
    ],
)
def test_settings_that_can_t_be(kind: str, settings: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        open_remote(kind, settings, {"path": ""}, value(), {}, CODECS)


def test_a_kind_is_suggested() -> None:
    with pytest.raises(Invalid) as error:
        find_kind("openba")
    assert "openbao" in error.value.todo


def test_without_a_token_it_says_so() -> None:
    with pytest.raises(NotLoggedIn):
        open_remote("openbao", {"address": "http://127.0.0.1:1"}, {"path": "p"}, None, {}, {})


def test_every_kind_says_what_it_asks_for() -> None:
    for kind in KINDS.values():
        assert kind.words
        assert all(setting.question for setting in (*kind.settings, *kind.target))
        assert any(setting.needed for setting in kind.settings)


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("keydeck.remotes.registry", "httpx asyncio dataclasses pathlib inspect logging"),
        ("keydeck.remotes.file", "httpx asyncio dataclasses pathlib inspect logging"),
    ],
)
def test_the_network_is_loaded_only_when_a_server_is_opened(module: str, unwanted: str) -> None:
    source = Path(__file__).parents[2] / "src"
    code = f"import sys; import {module}; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(source)},
    )
    assert not set(unwanted.split()) & set(done.stdout.split())
