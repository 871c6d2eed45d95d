"""Reads that never come from the past: the cluster's index, remembered and sent back.

A standby answers reads by itself, 51 to 100 ms behind the leader. Servers on raft tell their
index with an answer (`X-Vault-Index`); a read that sends it back with
`X-Vault-Inconsistent: forward-active-node` is answered by the leader where the standby lags.
"""

from __future__ import annotations

import base64
import json
import threading

MAX_HEADER = 2048


class ConsistencyIndex:
    """The newest index seen; safe to use from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = -1
        self._header = ""

    def remember(self, header: str) -> None:
        """Take an answer's `X-Vault-Index`; an older or unreadable one is left aside."""
        value = _value(header)
        with self._lock:
            if value > self._newest:
                self._newest, self._header = value, header

    def headers(self) -> dict[str, str]:
        """What a read sends along; nothing where no index was seen."""
        if not self._header:
            return {}
        return {"X-Vault-Index": self._header, "X-Vault-Inconsistent": "forward-active-node"}


def _value(header: str) -> int:
    if not header or len(header) > MAX_HEADER or not header.isascii():
        return -1
    try:
        found = json.loads(base64.b64decode(header, validate=True))
        value = found["value"]
    except (ValueError, KeyError, TypeError):
        return -1
    return value if isinstance(value, int) else -1
