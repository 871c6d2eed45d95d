"""Where a new vault's recovery key goes: shown once with one group asked back, or to a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from keydeck.domain.errors import Refused

if TYPE_CHECKING:
    from keydeck.cli.context import Context
    from keydeck.cli.terminal import Terminal
    from keydeck.domain.secret import SecretValue


class Keeper:
    """Keeps one recovery key. `wanted` is false where there is nowhere to put one."""

    def __init__(self, *, terminal: Terminal | None = None, path: str = "") -> None:
        self._terminal = terminal
        self._path = path
        self._kept = False

    @property
    def wanted(self) -> bool:
        """Whether a recovery key shall be made."""
        return bool(self._terminal or self._path)

    @classmethod
    @contextmanager
    def choose(cls, context: Context, path: str | None) -> Iterator[Keeper]:
        """The file that was named, else the terminal, else none.

        The file is made before the vault, so that a key is never made that can't be written;
        it is removed again where making the vault fails.
        """
        if path is not None:
            keeper = cls._with_file(path)
            try:
                yield keeper
            except BaseException:
                if not keeper._kept:
                    with suppress(OSError):
                        os.unlink(path)
                raise
            return
        with context.terminal() as terminal:
            yield cls(terminal=terminal)

    @classmethod
    def _with_file(cls, path: str) -> Keeper:
        from keydeck.system.files import replace_file

        if os.path.lexists(path):
            raise Refused(
                f"{path} is there already, and a recovery key overwrites nothing.",
                kept="Nothing was made.",
                todo="Name a new file.",
            )
        replace_file(path, b"")
        return cls(path=path)

    def keep(self, key: SecretValue) -> None:
        """Write it to the file, or show it and ask one group back until it is right."""
        if self._path:
            from keydeck.system.files import replace_file

            replace_file(self._path, key.reveal_bytes() + b"\n")
            self._kept = True
        elif self._terminal is not None:
            _show(self._terminal, key)


def _show(terminal: Terminal, key: SecretValue) -> None:
    text = key.reveal_text()
    groups = text.split("-")
    terminal.show(f"Recovery key, shown this once: write it down.\n\n  {text}\n")
    asked = int.from_bytes(os.urandom(2)) % len(groups)
    while True:
        answer = terminal.ask(f"Type group {asked + 1} of {len(groups)}: ")
        if answer.upper() == groups[asked].upper():
            terminal.show("That is right. Keep it away from this machine.")
            return
        terminal.show("That is another. Look at what you wrote down.")
