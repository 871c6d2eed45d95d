"""Short words for the tests of remotes."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from keydeck.domain.remote import Item, Outcome, Remote, Write
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao import OpenBaoRemote

Open = Callable[..., OpenBaoRemote]


def value() -> SecretValue:
    return SecretValue(secrets.token_urlsafe(24))


def outcomes(remote: Remote, *writes: Write) -> dict[str, Outcome]:
    return {outcome.name: outcome for outcome in remote.apply(writes)}


def results(remote: Remote, *writes: Write) -> dict[str, str]:
    return {name: outcome.result for name, outcome in outcomes(remote, *writes).items()}


def seen(remote: Remote, name: str) -> Item | None:
    return remote.snapshot().items.get(name)


def texts(remote: Remote) -> dict[str, str]:
    items = remote.snapshot().items.values()
    return {item.name: item.value.reveal_text() for item in items if item.value is not None}
