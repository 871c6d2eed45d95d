"""A vault with two tenants for the verbs' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from keydeck.domain.model import Place
from keydeck.services import hierarchy
from keydeck.vault.vault import Vault
from support.vaults import make_vault


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = make_vault(tmp_path / "vault.keydeck", tmp_path)
    yield made
    made.close()


@pytest.fixture
def place(vault: Vault) -> Place:
    hierarchy.add_tenant(vault, "acme")
    return hierarchy.add_profile(vault, "acme", "staging")


@pytest.fixture
def production(vault: Vault, place: Place) -> Place:
    return hierarchy.add_profile(vault, "acme", "production", protected=True)
