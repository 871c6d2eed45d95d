"""What a command loads: neither face loads what it does not need yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keydeck.services import hierarchy, places, secrets
from support.values import fresh
from support.vaults import key_file, make_vault

# Never at the start of a command that only reads the vault: the screen, the network, and the
# standard library's heavy parts.
NEVER = {
    *("textual", "rich", "httpx", "httpcore", "ssl", "asyncio", "logging", "inspect"),
    *("dataclasses", "pathlib", "tomllib", "yaml", "json5", "dotenv", "pathspec", "tomli_w"),
    *("subprocess", "tempfile", "shutil", "socket", "urllib", "email", "unittest", "difflib"),
}
PROBE = """
import sys
from keydeck.entry import main
code = main(sys.argv[1:])
sys.stdout.flush()
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
print(" ".join(name for name in sys.modules if name.startswith("keydeck.")), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    vault = make_vault(tmp_path / "vault.keydeck", tmp_path)
    hierarchy.add_tenant(vault, "acme")
    hierarchy.add_profile(vault, "acme", "dev")
    secrets.set_value(vault, [places.resolve(vault, environ={})], "A", fresh())
    vault.close()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "KEYDECK_VAULT": str(tmp_path / "vault.keydeck"),
        "KEYDECK_KEY_FILE": key_file(tmp_path),
    }


def loaded(environ: dict[str, str], folder: Path, *words: str) -> tuple[set[str], set[str]]:
    """Top-level modules and keydeck's own ones after `keydeck WORDS`."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    top, own = done.stderr.splitlines()[-2:]
    return set(top.split()), set(own.split())


@pytest.mark.parametrize("words", [("get", "A"), ("list",), ("list", "--json"), ("matrix",)])
def test_reading_loads_neither_face_nor_network(
    environ: dict[str, str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    top, own = loaded(environ, tmp_path, *words)
    assert "keydeck" in top
    assert top & NEVER == set()
    assert not [name for name in own if name.startswith(("keydeck.tui", "keydeck.remotes"))]


def test_a_file_remote_loads_no_network(environ: dict[str, str], tmp_path: Path) -> None:
    loaded(environ, tmp_path, "remote", "add", "here", "--kind", "file", "--path", ".env")
    loaded(environ, tmp_path, "target", "add", "here")
    top, _ = loaded(environ, tmp_path, "sync", "-y")
    assert top & {"textual", "rich", "httpx", "httpcore", "ssl"} == set()


def test_one_verb_loads_one_family(environ: dict[str, str], tmp_path: Path) -> None:
    from keydeck.cli.table import FAMILIES

    _, own = loaded(environ, tmp_path, "get", "A")
    assert own & set(FAMILIES) == {"keydeck.cli.secrets"}


def test_the_apps_settings_load_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, keydeck.tui.settings; print(*sys.modules)"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not {"textual", "rich"} & set(done.stdout.split())
