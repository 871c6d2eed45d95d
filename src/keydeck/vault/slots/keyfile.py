"""Unlock with a key file: at least 32 random bytes."""

from __future__ import annotations

import os
from typing import Final

from keydeck.domain.errors import Invalid, Refused
from keydeck.domain.safetext import clean
from keydeck.system.files import file_error, read_file
from keydeck.vault.slots.base import Head, Unlocker, derive_kek

LEAST: Final = 32
_MOST: Final = 1024 * 1024


def make_key_file(path: str) -> str:
    """Write 32 random bytes to a new file (0600); `Refused` (4) where something is there."""
    try:
        fd = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
        )
    except FileExistsError:
        raise Refused(
            f"{clean(path)} is there already.", kept="It was not touched.", todo="Name another."
        ) from None
    except OSError as error:
        raise file_error(path, error) from None
    with os.fdopen(fd, "wb") as file:
        os.fchmod(fd, 0o600)
        file.write(os.urandom(LEAST))
        file.flush()
        os.fsync(fd)
    return path


class KeyFile(Unlocker):
    """A key file, by its path; read when this is made."""

    kind = "keyfile"
    label = "key file"
    wrong = "This key file does not open the vault."

    def __init__(self, path: str, label: str = "") -> None:
        super().__init__(label)
        data = read_file(path, _MOST)
        if len(data) < LEAST:
            raise Invalid(
                f"{clean(path)} has {len(data)} bytes; a key file has at least {LEAST}.",
                todo="Name the right file.",
            )
        self._input = bytearray(data)

    def make_kek(self, head: Head, vault_id: bytes) -> bytearray:
        """HKDF of the random input."""
        return derive_kek(self._input, head, vault_id)

    def forget(self) -> None:
        """Wipe the input and what was derived."""
        super().forget()
        self._input[:] = bytes(len(self._input))
