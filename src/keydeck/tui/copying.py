"""The app's part in copying: it writes to the terminal, and asks for clearing in time."""

from __future__ import annotations

from collections.abc import Mapping

from keydeck.domain.secret import SecretValue
from keydeck.tui import clipboard
from keydeck.tui.guard import Guarded
from keydeck.tui.screens.base import Commanded


class Copying(Guarded[int]):
    """An app that copies values; `environ` says which clipboards there may be."""

    environ: Mapping[str, str]
    _copied: clipboard.Copied | None = None

    async def copy_value(self, value: SecretValue) -> str:
        """Copy, and ask for clearing after half a minute; what was done, in words."""
        self._copied = copied = await clipboard.copy(value, self._write_terminal, self.environ)
        self.set_timer(clipboard.CLEAR_AFTER, lambda: self._clear_soon(copied))
        return f"{copied.said}; clearing is asked for in {int(clipboard.CLEAR_AFTER)} s"

    def _clear_soon(self, copied: clipboard.Copied) -> None:
        if copied is self._copied:  # a later copy has its own clearing
            self._copied = None
            self.run_worker(self._clear(copied), name="clear the clipboard")

    async def _clear(self, copied: clipboard.Copied) -> None:
        said = await copied.clear()
        if isinstance(self.screen, Commanded):
            self.screen.tell(said)

    def _write_terminal(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)
