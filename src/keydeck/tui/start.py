"""Starting the app: unlock in a thread while Textual is imported, then hand over.

The work of a passphrase (Argon2id) and the import of Textual take as long as each other and
run side by side, where the passphrase needs nobody to type it.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from typing import TYPE_CHECKING

from keydeck.domain.errors import AnswerNeeded, KeydeckError
from keydeck.tui.settings import Settings

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault


class EarlyUnlock(threading.Thread):
    """Opens the vault with what the environment names (a passphrase file, a key file)."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="unlock", daemon=True)
        self.settings = settings
        self.vault: Vault | None = None
        self.error: KeydeckError | None = None

    def run(self) -> None:
        """Try once; what went wrong is told on the unlock screen."""
        from keydeck.services import access

        try:
            given = access.from_environment(self.settings.environ)
            if given.passphrase is not None or given.key_file:
                self.vault = access.unlock(self.settings.path, given)
        except KeydeckError as error:
            self.error = error


def require_terminal() -> None:
    """`AnswerNeeded` (13) where the app can't draw or can't be typed to."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise AnswerNeeded(
            "The app needs a terminal to draw on and to be typed to.",
            todo="Without one, use the commands: keydeck list, keydeck get NAME, keydeck --help.",
        )


def run(settings: Settings) -> int:
    """Run the app until it is left; its exit code.

    `AnswerNeeded` (13) without a terminal. Nothing but the vault is written.
    """
    require_terminal()
    # Nothing of what is imported now becomes garbage: looking for it costs a tenth of the start.
    # The app turns it on again once it stands.
    gc.disable()
    early: EarlyUnlock | None = None
    if os.path.exists(settings.path):
        early = EarlyUnlock(settings)
        early.start()
    from keydeck.tui.app import run_app

    return run_app(settings, early)


def collect_again() -> None:
    """Collect garbage from here on, without going through what the start has made."""
    gc.freeze()
    gc.enable()
