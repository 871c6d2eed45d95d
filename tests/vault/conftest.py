from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.vaults import Kit, make_kit


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What this machine remembers of vaults lies in the test's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def new_vault(tmp_path: Path) -> Iterator[Kit]:
    """A vault with the tenant `acme` and its profile `production`."""
    kit = make_kit(tmp_path)
    yield kit
    kit.vault.close()
