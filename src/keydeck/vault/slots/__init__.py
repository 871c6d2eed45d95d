"""Ways to unlock, a file a kind; this is their registry."""

from __future__ import annotations

from keydeck.vault.slots.base import Unlocker
from keydeck.vault.slots.keyfile import KeyFile, make_key_file
from keydeck.vault.slots.passphrase import Passphrase
from keydeck.vault.slots.recovery import Recovery, new_recovery

KINDS: dict[str, type[Unlocker]] = {kind.kind: kind for kind in (Passphrase, Recovery, KeyFile)}
"""Kind to class; a head of another kind is listed, and never opens."""

__all__ = [
    "KINDS",
    "KeyFile",
    "Passphrase",
    "Recovery",
    "Unlocker",
    "make_key_file",
    "new_recovery",
]
