"""Who uses a secret: searched for once, beside the user, and remembered until a change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from keydeck.domain.reference import Reference
from keydeck.services import references

if TYPE_CHECKING:
    from keydeck.domain.model import Place
    from keydeck.tui.session import Session
    from keydeck.vault.vault import Vault


def _refs(vault: Vault, place: Place, name: str, start: str) -> references.Dependants:
    """Uses in the project around `start`: never the whole home folder."""
    folder = references.project_folder(start) if start else ""
    return references.refs(vault, place, [name], folder)


class Users:
    """Uses by profile and name, as far as they were looked for."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._found: dict[tuple[bytes, str], tuple[Reference, ...]] = {}

    def known(self, place: Place, name: str) -> tuple[Reference, ...] | None:
        """The uses of a name; None while nobody looked."""
        return self._found.get((place.profile.uid, name))

    async def find(self, place: Place, name: str, *, rest: float = 0.0) -> None:
        """Look, after `rest` seconds in which the cursor may still move on."""
        await asyncio.sleep(rest)
        found = await self.session.call(
            _refs, self.session.opened, place, name, self.session.folder
        )
        self._found[place.profile.uid, name] = found.sure + found.perhaps

    def forget(self) -> None:
        """Something changed."""
        self._found.clear()
