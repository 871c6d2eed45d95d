"""The command line on a real vault, in this process; a pty where somebody is asked."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.deck import Deck
from keydeck.cli import terminal
from keydeck.services import hierarchy
from support.vaults import key_file, make_vault


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with acme (dev, staging, production protected) to copy."""
    folder = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        vault = make_vault(folder / "vault.keydeck", folder)
        hierarchy.add_tenant(vault, "acme")
        for name in ("dev", "staging"):
            hierarchy.add_profile(vault, "acme", name)
        hierarchy.add_profile(vault, "acme", "production", protected=True)
        vault.close()
    return folder


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deck:
    """keydeck without a vault, in an empty project; nothing of this machine is seen."""
    for name in list(os.environ):
        if name.startswith(("KEYDECK_", "BAO_", "VAULT_", "XDG_")):
            monkeypatch.delenv(name)
        elif name.startswith("TEXTUAL"):  # what starting the app takes away comes back
            monkeypatch.setenv(name, os.environ[name])
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("KEYDECK_VAULT", str(tmp_path / "vault.keydeck"))
    # A test run from a terminal must not ask there; the pty tests start processes of their own.
    monkeypatch.setattr(terminal, "DEVICE", str(tmp_path / "no-terminal"))
    return Deck(tmp_path, project)


@pytest.fixture
def deck(bare: Deck, template: Path, monkeypatch: pytest.MonkeyPatch) -> Deck:
    """keydeck with the vault of `template`, unlocked by a key file; the place is acme/dev."""
    shutil.copy(template / "vault.keydeck", bare.home / "vault.keydeck")
    monkeypatch.setenv("KEYDECK_KEY_FILE", key_file(template))
    monkeypatch.setenv("KEYDECK_TENANT", "acme")
    monkeypatch.setenv("KEYDECK_PROFILE", "dev")
    return bare


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Takes a variable out of the environment."""
    return lambda name: monkeypatch.delenv(name, raising=False)


@pytest.fixture
def value() -> str:
    """A value made now."""
    return secrets.token_urlsafe(24)
