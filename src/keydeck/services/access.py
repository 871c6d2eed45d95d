"""Making a vault and opening it: passphrase, recovery key, key file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from keydeck.domain.errors import AnswerNeeded, NotFound
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.system.files import file_error, private_folder, read_file
from keydeck.vault import opening
from keydeck.vault.slots.base import Unlocker
from keydeck.vault.vault import Vault

_SMALL = 64 * 1024


class Credentials(NamedTuple):
    """What was given to unlock with; any may be absent."""

    passphrase: SecretValue | None = None
    key_file: str = ""
    recovery: SecretValue | None = None


def read_passphrase(path: str) -> SecretValue:
    """A passphrase from a file; its one final newline does not count."""
    return SecretValue(read_file(path, _SMALL))


def from_environment(environ: Mapping[str, str]) -> Credentials:
    """`KEYDECK_PASSPHRASE_FILE` and `KEYDECK_KEY_FILE`; a missing file is `NotFound` (7)."""
    path = environ.get("KEYDECK_PASSPHRASE_FILE", "")
    return Credentials(
        passphrase=read_passphrase(path) if path else None,
        key_file=environ.get("KEYDECK_KEY_FILE", ""),
    )


def ways(path: str) -> list[str]:
    """Kinds of the vault's slots without opening it (`passphrase`, `recovery`, `keyfile`)."""
    return sorted({way.kind for way in opening.ways(path)})


def unlockers(given: Credentials) -> list[Unlocker]:
    """The ways to try, the quick ones first."""
    found: list[Unlocker] = []
    if given.key_file:
        from keydeck.vault.slots.keyfile import KeyFile

        found.append(KeyFile(given.key_file))
    if given.recovery is not None:
        from keydeck.vault.slots.recovery import Recovery

        found.append(Recovery(given.recovery.reveal_text()))
    if given.passphrase is not None:
        from keydeck.vault.slots.passphrase import Passphrase

        found.append(Passphrase(given.passphrase))
    return found


def init(
    path: str, passphrase: SecretValue | None, *, key_file: str = "", recovery: bool = True
) -> tuple[Vault, SecretValue | None]:
    """Make a vault; the second is the recovery key, to be shown once.

    `Refused` (4) where the file is there already. With `key_file` a key-file slot is added
    (the file is made, 0600, where it is missing).
    """
    if passphrase is None and not key_file:
        raise AnswerNeeded(
            "A vault needs a way to unlock it.",
            kept="Nothing was made.",
            todo="Give a passphrase (--passphrase-file F) or a key file (--key-file F).",
        )
    made = bool(key_file) and not os.path.lexists(key_file)
    if made:
        from keydeck.vault.slots.keyfile import make_key_file

        make_key_file(key_file)
    try:
        slots = unlockers(Credentials(passphrase, key_file))
        private_folder(os.path.dirname(os.path.abspath(path)) or ".", made_only=True)
        vault, code = opening.create(path, slots, recovery=recovery)
    except BaseException:
        if made:
            with suppress(OSError):
                os.unlink(key_file)
        raise
    return vault, None if code is None else SecretValue(code)


def require_vault(path: str) -> None:
    """`NotFound` (7) where there is nothing at `path`, `PermissionDenied` (10) where none may look.

    The two are told apart: who can't look must not be told to make a new vault.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            f"There is no vault at {clean(path)}.",
            todo="keydeck init makes one; --vault PATH names another.",
        ) from None
    except OSError as error:
        raise file_error(path, error) from None


def unlock(path: str, given: Credentials) -> Vault:
    """Open the vault with the first thing given that fits.

    `NotFound` (7) no vault there · `Locked` (5) nothing given · `WrongPassphrase` (6) once all
    slots were tried · `Damaged` (12).
    """
    require_vault(path)
    return opening.open_vault(path, *unlockers(given))


def accept(path: str, given: Credentials) -> int:
    """Take a file that is older than what this machine has seen of it, or has another past.

    Its next change is numbered above both, so that this is noticed no more; the number.
    What else can go wrong is as with `unlock`: a damaged file is not accepted.
    """
    require_vault(path)
    vault = opening.open_vault(path, *unlockers(given), trust=True)
    try:
        with vault.write("accept") as change:
            change.note()
        return vault.status().generation
    finally:
        vault.close()


def prepare(path: str, given: Credentials) -> list[Unlocker]:
    """Derive the keys that `unlock_with` will need: slow, for a thread while the app loads."""
    found = unlockers(given)
    for unlocker in found:
        opening.prepare(path, unlocker)
    return found


def unlock_with(path: str, prepared: list[Unlocker]) -> Vault:
    """Open the vault with what `prepare` gave."""
    return opening.open_vault(path, *prepared)
