"""What is wrong with a vault and its surroundings, and what can be done."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING

from keydeck.domain.errors import KeydeckError
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.services import access
from keydeck.system import paths
from keydeck.system.files import file_error
from keydeck.vault.verify import Finding, verify, verify_file

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

MAX_SHOWN = 20


class Check(NamedTuple):
    """One thing looked at: `ok`, what was found, what to do; `code` its exit code if not."""

    what: str
    ok: bool
    detail: str = ""
    todo: str = ""
    code: int = 0


def examine(path: str, vault: Vault | None, environ: Mapping[str, str]) -> list[Check]:
    """Look at the file, its mode and folder, and its whole tree; changes nothing.

    `vault` is the open vault; where it would not open, what `environ` unlocks with is tried
    on the damaged file. `NotFound` (7) where there is no vault.
    """
    access.require_vault(path)
    checks = [_mode(path), _folder(path), _state()]
    if vault is not None:
        found = verify(vault)
        return checks + (_damage(found) if found else [_sound(vault)])
    return checks + _closed(path, access.from_environment(environ))


def _mode(path: str) -> Check:
    try:
        info = os.stat(path)
    except OSError as error:
        found = file_error(path, error)
        return Check("file", False, found.what, found.todo, found.code)
    if not stat.S_ISREG(info.st_mode):
        return Check("file", False, "it is no regular file", "Name a vault.", 11)
    if info.st_uid != os.geteuid():
        return Check("file", False, "another user owns it", "Copy it to a folder of your own.", 10)
    if stat.S_IMODE(info.st_mode) & 0o077:
        todo = f"chmod 600 {clean(path)}"
        return Check("file", False, "others on this machine can read it (it is sealed)", todo, 1)
    return Check("file", True, f"{info.st_size:,} bytes, only yours to read")


def _folder(path: str) -> Check:
    folder = os.path.dirname(os.path.abspath(path))
    if os.stat(folder).st_mode & stat.S_IWOTH and not os.stat(folder).st_mode & stat.S_ISVTX:
        todo = "Move the vault to a folder that only you can write to."
        return Check("folder", False, "anyone can replace the file there", todo, 1)
    if not os.access(folder, os.W_OK):
        todo = "A change needs to write beside the file; make the folder writable to change it."
        return Check(
            "folder", False, "it is read-only: the vault can be read, not changed", todo, 1
        )
    return Check("folder", True, clean(folder))


def _state() -> Check:
    folder = paths.state_folder()
    if os.path.isdir(folder) and not os.access(folder, os.W_OK):
        todo = f"Make {clean(folder)} writable: an older copy of the vault goes unnoticed else."
        return Check("memory", False, "what was seen of the vault can't be remembered", todo, 1)
    return Check("memory", True, "the last state seen is remembered outside the vault")


def _closed(path: str, given: access.Credentials) -> list[Check]:
    """What can be said of a vault that is locked, or that does not open."""
    try:
        ways = ", ".join(access.ways(path))
        unlockers = access.unlockers(given)
        if unlockers:
            return _damage(verify_file(path, *unlockers))
    except KeydeckError as error:
        return [Check("content", False, error.message, error.todo, error.code)]
    todo = "KEYDECK_KEY_FILE or KEYDECK_PASSPHRASE_FILE lets doctor look inside."
    return [Check("content", True, f"not looked at: it is locked (ways: {ways})", todo)]


def _sound(vault: Vault) -> Check:
    said = f"every record verifies up to the signed root, generation {vault.status().generation}"
    if vault.warnings:
        return Check("content", False, f"{said}; {' '.join(vault.warnings)}", code=1)
    return Check("content", True, said)


def _damage(found: list[Finding]) -> list[Check]:
    todo = "Keep a copy of the file as it is; a backup, or the machine that wrote it last, helps."
    shown = [
        Check("content", False, f"{clean(one.what)} ({clean(one.where)})", todo, 12)
        for one in found[:MAX_SHOWN]
    ]
    rest = len(found) - len(shown)
    return [*shown, Check("content", False, f"and {rest} more", todo, 12)] if rest else shown
