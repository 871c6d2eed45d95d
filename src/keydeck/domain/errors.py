"""One tree of errors: each says what happened, what was kept and what to do.

The exit codes are published (docs/cli.md) and never renumbered.
"""

from __future__ import annotations


class KeydeckError(Exception):
    """Something went wrong that a person should read about.

    `what` happened, what was `kept` (empty when nothing was at stake), what `todo` next.
    No part may ever hold a secret's value.
    """

    code = 1

    def __init__(self, what: str, *, kept: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.kept = kept
        self.todo = todo

    @property
    def message(self) -> str:
        """What happened and what was kept, as one text."""
        return f"{self.what} {self.kept}" if self.kept else self.what


class Conflict(KeydeckError):
    """Both sides changed; nothing was overwritten."""

    code = 3


class Refused(KeydeckError):
    """A rule stands in the way: a dependant, a protected profile, a sealed secret."""

    code = 4


class Stale(Refused):
    """What was planned or edited has moved on since it was read."""


class Locked(KeydeckError):
    """The vault needs a way to unlock and none was given."""

    code = 5


class WrongPassphrase(KeydeckError):
    """No slot of the vault opens with what was given."""

    code = 6


class NotFound(KeydeckError):
    """No tenant, profile, secret, file or vault of that name; near matches in `todo`."""

    code = 7


class NotLoggedIn(KeydeckError):
    """The remote does not accept the token."""

    code = 8


class NetworkError(KeydeckError):
    """The remote can't be reached, is sealed, or did not answer in time."""

    code = 9


class PermissionDenied(KeydeckError):
    """The token, the file's mode or the present scope does not allow it."""

    code = 10


class Invalid(KeydeckError):
    """A name, a value or a setting that can't be taken."""

    code = 11


class Damaged(KeydeckError):
    """The vault is damaged or was tampered with."""

    code = 12


class AnswerNeeded(KeydeckError):
    """A question has to be answered and there is no terminal to ask on."""

    code = 13


class CheckFailed(KeydeckError):
    """A check of a new value failed."""

    code = 14


class Usage(KeydeckError):
    """The command's words are off."""

    code = 64
