"""What this machine remembers of a vault: the newest (generation, audit head) it has seen.

One small file a vault id under the state folder; it holds no names. It is what notices a
file that was put back to an older state.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fcntl import LOCK_EX, LOCK_UN, flock
from hashlib import sha256
from typing import Final

from keydeck.domain.errors import KeydeckError
from keydeck.domain.safetext import clean
from keydeck.system.files import private_folder
from keydeck.system.paths import state_folder
from keydeck.vault.constants import CONTEXT, HASH

_MAGIC: Final = b"KDS1"
_SIZE: Final = 4 + 8 + HASH + 4

Seen = tuple[int, bytes]


class Memory:
    """The remembered state of one vault."""

    def __init__(self, vault_id: bytes) -> None:
        self._vault_id = vault_id
        name = sha256(CONTEXT + b"memory\0" + vault_id).hexdigest()[:32]
        self._folder = os.path.join(state_folder(), "vaults")
        self._path = os.path.join(self._folder, name)
        self.warning = ""
        self._fd = -1

    def meet(self, now: Seen, check: Callable[[Seen], None]) -> None:
        """Compare `now` with what is remembered and remember the newer one, under a lock.

        `check` is called with what is remembered, where there is anything, and raises where
        the two don't fit. Call it inside a read transaction or after COMMIT, so that no
        other process can have committed since. Where the folder can't be used, `warning`
        says so and nothing else happens.
        """
        try:
            fd = self._descriptor()
        except (OSError, KeydeckError) as error:
            self._cant(error)
            return
        try:
            flock(fd, LOCK_EX)
            try:
                self._meet(fd, now, check)
            finally:
                flock(fd, LOCK_UN)
        except OSError as error:
            self._cant(error)

    def _cant(self, error: OSError | KeydeckError) -> None:
        why = error.what if isinstance(error, KeydeckError) else os.strerror(error.errno or 0)
        self.warning = (
            f"What was last seen of this vault can't be remembered in"
            f" {clean(self._folder)} ({clean(why).rstrip('.')}), so a vault file that was put back"
            " to an older state would not be noticed here."
        )

    def _meet(self, fd: int, now: Seen, check: Callable[[Seen], None]) -> None:
        seen = self._decode(os.pread(fd, _SIZE + 1, 0))
        if seen is not None:
            check(seen)
        if seen is None or seen[0] < now[0]:
            os.pwrite(fd, self._encode(now), 0)

    def _descriptor(self) -> int:
        """The file, opened once; again where it was removed since."""
        if self._fd >= 0 and os.fstat(self._fd).st_nlink == 0:
            self.close()
        if self._fd < 0:
            self._fd = self._open()
        return self._fd

    def close(self) -> None:
        """Let go of the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            return os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            private_folder(state_folder())
            private_folder(self._folder)
            return os.open(self._path, flags, 0o600)

    def _check(self, body: bytes) -> bytes:
        return sha256(CONTEXT + b"memory\0" + self._vault_id + body).digest()[:4]

    def _encode(self, seen: Seen) -> bytes:
        body = _MAGIC + seen[0].to_bytes(8, "big") + seen[1]
        return body + self._check(body)

    def _decode(self, stored: bytes) -> Seen | None:
        if not stored:
            return None
        body = stored[:-4]
        if len(stored) != _SIZE or stored[:4] != _MAGIC or stored[-4:] != self._check(body):
            self.warning = (
                f"{clean(self._path)} could not be read: what was last seen of this vault is"
                " forgotten, and is remembered anew from here on."
            )
            return None
        return int.from_bytes(body[4:12], "big"), body[12:]
