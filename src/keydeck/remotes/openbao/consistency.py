"""Reads that never come from the past: asked for from the leader, by an index far ahead.

A standby answers reads by itself, 51 to 100 ms behind the leader: right after a sync it would
show the value before it, and a plan would take one's own old value for somebody's change.
Servers on raft tell their cluster and index with an answer (`X-Vault-Index`, base64 of
`{"cluster", "value"}`). A read that sends an index no standby has reached yet, together with
`X-Vault-Inconsistent: forward-active-node`, is answered by the leader.
"""

from __future__ import annotations

import base64
import json
import threading

MAX_HEADER = 2048
FAR_AHEAD = str(2**62)


class ConsistencyIndex:
    """What reads send along, once an answer has told the cluster; safe to use from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = ""
        self._header = ""

    def remember(self, header: str) -> None:
        """Take an answer's `X-Vault-Index`; one of another make is sent back as it came."""
        if not header or len(header) > MAX_HEADER or not _is_token(header):
            return
        with self._lock:
            if header != self._seen:
                self._seen = header
                self._header = _far_ahead(header) or header

    def headers(self) -> dict[str, str]:
        """The headers of a read; none where no index was ever told (a single dev server)."""
        if not self._header:
            return {}
        return {"X-Vault-Index": self._header, "X-Vault-Inconsistent": "forward-active-node"}


def _is_token(header: str) -> bool:
    return header.isascii() and header.isprintable() and " " not in header


def _far_ahead(header: str) -> str:
    try:
        found = json.loads(base64.b64decode(header, validate=True))
        cluster = found["cluster"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    if not isinstance(cluster, str):
        return ""
    index = json.dumps({"cluster": cluster, "value": FAR_AHEAD}, separators=(",", ":"))
    return base64.b64encode(index.encode()).decode("ascii")
