"""Ways to unlock, a file a kind; this is their registry. A kind's file is imported when needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from keydeck.vault.slots.base import Unlocker

if TYPE_CHECKING:
    from keydeck.vault.slots.keyfile import KeyFile, make_key_file
    from keydeck.vault.slots.passphrase import Passphrase
    from keydeck.vault.slots.recovery import Recovery, new_recovery

KINDS: Final = {
    "passphrase": "passphrase",
    "recovery": "recovery key",
    "keyfile": "key file",
}
"""Kind to its word for people; a head of another kind is listed, and never opens."""

_CLASSES: Final = {"passphrase": "Passphrase", "recovery": "Recovery", "keyfile": "KeyFile"}
_HOMES: Final = {
    "KeyFile": "keyfile",
    "Passphrase": "passphrase",
    "Recovery": "recovery",
    "make_key_file": "keyfile",
    "new_recovery": "recovery",
}


def class_of(kind: str) -> type[Unlocker]:
    """The class of a kind in `KINDS`."""
    found: type[Unlocker] = getattr(import_module(f"{__name__}.{kind}"), _CLASSES[kind])
    return found


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(name)


__all__ = [
    "KINDS",
    "KeyFile",
    "Passphrase",
    "Recovery",
    "Unlocker",
    "class_of",
    "make_key_file",
    "new_recovery",
]
