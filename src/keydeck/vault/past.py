"""Whether a file goes on from what was seen of it: in this process, and on this machine."""

from __future__ import annotations

from collections.abc import Callable

from keydeck.domain.errors import Damaged
from keydeck.vault.memory import Memory, Seen
from keydeck.vault.protocol import Forked, Older

_ACCEPT = "or accept this one: keydeck doctor --accept."


class Past:
    """What was seen of a vault. With `trust` a file that does not fit is taken as it is.

    `floor` is then the highest generation seen, above which the next commit has to be
    numbered; `warnings` are sentences for people; `at_least` is a generation that the caller
    knows of.
    """

    def __init__(self, vault_id: bytes, *, trust: bool, at_least: int) -> None:
        self._memory = Memory(vault_id)
        self._trust = trust
        self._at_least = at_least
        self._last: Seen = (0, b"")
        self.floor = 0
        self.warnings: list[str] = []

    def meet(self, now: Seen, row_head: Callable[[int], bytes | None]) -> None:
        """Check a verified state and remember it; raises `Older` or `Forked`.

        `row_head` gives the audit head after a row of the file, or None without such a row.
        Call it inside a read transaction: then no other process can have committed since.
        """
        if now[0] < self._at_least:
            raise Older(
                f"This file is at change {now[0]}, and at least {self._at_least} was asked for.",
                kept="Nothing was changed.",
                todo="Find the newer file.",
            )
        self._check(self._last, now, row_head)
        self._remember(now, lambda seen: self._check(seen, now, row_head))

    def go_on(self, now: Seen) -> None:
        """Remember an own COMMIT. Unchecked: another process may have committed since."""
        self.floor = 0
        self._remember(now, lambda _: None)

    def _remember(self, now: Seen, check: Callable[[Seen], None]) -> None:
        self._memory.meet(now, check)
        self._last = now
        if self._memory.warning:
            self.warn(self._memory.warning)

    def warn(self, sentence: str) -> None:
        """Say something once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def _check(self, seen: Seen, now: Seen, row_head: Callable[[int], bytes | None]) -> None:
        if seen[0] == 0:
            return
        error: Damaged
        if now[0] < seen[0]:
            error = Older(
                f"This file is an older state of the vault: it is at change {now[0]}, and this"
                f" machine has seen change {seen[0]}.",
                kept="Nothing was changed.",
                todo=f"Find the newer file; {_ACCEPT}",
            )
        elif seen[1] != (now[1] if seen[0] == now[0] else row_head(seen[0])):
            error = Forked(
                f"This file has another past: what it says of change {seen[0]} is not what this"
                " machine has seen.",
                kept="Nothing was changed.",
                todo=f"Find the other file; {_ACCEPT}",
            )
        else:
            return
        if not self._trust:
            raise error
        self.floor = max(self.floor, seen[0])
        self.warn(error.what)

    def close(self) -> None:
        """Let go of the file that remembers."""
        self._memory.close()
