"""OpenBao or Vault, KV version 2, over HTTP: compare-and-set on every write."""

from __future__ import annotations

from keydeck.remotes.openbao.remote import OpenBaoRemote, open_openbao

__all__ = ["OpenBaoRemote", "open_openbao"]
