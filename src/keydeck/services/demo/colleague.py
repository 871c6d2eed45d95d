"""A colleague at work: after the first sync of production they replace a secret there."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

from keydeck.services.demo.contents import COLLEAGUES
from keydeck.services.demo.elsewhere import Elsewhere

LOOKS_EVERY = 0.5
WAITS = 2.0  # so that the sync has read back what it wrote


class Colleague(threading.Thread):
    """Watches a place of the other side; once somebody else changed it, changes it too.

    `done` is called afterwards, from this thread. `stop()` ends it.
    """

    def __init__(
        self, elsewhere: Elsewhere, path: str, done: Callable[[], None] | None = None
    ) -> None:
        super().__init__(name="colleague", daemon=True)
        self._elsewhere = elsewhere
        self._path = path
        self._done = done
        self._stopped = threading.Event()
        self._seen = elsewhere.version(path)

    def run(self) -> None:
        """Wait for the first sync, then replace one secret, once."""
        while not self._stopped.wait(LOOKS_EVERY):
            if self._elsewhere.version(self._path) != self._seen:
                break
        if self._stopped.wait(WAITS):
            return
        name, make = COLLEAGUES
        self._elsewhere.patch(self._path, {name: make(random.SystemRandom())})
        if self._done is not None:
            self._done()

    def stop(self) -> None:
        """End it, also in the middle of waiting."""
        self._stopped.set()
        if self.is_alive():
            self.join()
