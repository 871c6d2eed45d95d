"""How long a call waits for a server that says “later”: growing, jittered pauses."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from keydeck.domain.record import NamedTuple


class Patience(NamedTuple):
    """The bound on retries, all in seconds.

    After a leader's sudden end writes work again after 12 to 21 seconds, so 25 by default.
    `sleep` None waits on the connection's own stop signal, so that closing it ends the wait.
    """

    bound: float = 25.0
    first: float = 0.05
    longest: float = 2.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] | None = None
    jitter: Callable[[], float] = random.random

    def pause(self, tries: int, asked: float = 0.0) -> float:
        """The pause after `tries` tries: doubled each time, half of it by chance.

        `asked` is what the server asked for (`Retry-After`); it only ever lengthens.
        """
        whole: float = min(self.longest, self.first * 2.0 ** min(tries, 16))
        return max(asked, whole * (0.5 + self.jitter() / 2))
