from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao import OpenBaoRemote, open_openbao
from keydeck.remotes.openbao.patience import Patience
from remotes.helpers import Open
from support.bao import Bao, bao, bao_factory

__all__ = ["bao", "bao_factory"]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens a target on a server and closes it after the test."""
    remotes: list[OpenBaoRemote] = []

    def open_(
        server: Bao, path: str, layout: str = "map", token: str | None = None, **more: Any
    ) -> OpenBaoRemote:
        patience = more.pop("patience", Patience(bound=2.0, sleep=lambda _: None))
        remote = open_openbao(
            {**server.settings, **more},
            {"path": path, "layout": layout},
            SecretValue(token or server.token),
            {},
            patience=patience,
        )
        remotes.append(remote)
        return remote

    yield open_
    for remote in remotes:
        remote.close()
