"""keydeck itself, but three of its keys fail with the selected secret's value in hand."""

from __future__ import annotations

import sys

from keydeck.entry import main
from keydeck.services import secrets
from keydeck.tui.screens.main import MainScreen


def fail(screen: MainScreen) -> None:
    """Fail with the value in a variable, in a dictionary and in the error's text."""
    place, name = screen.session.require_place(), screen.list_pane.highlighted or ""
    value = secrets.get(screen.session.opened, place, name).reveal_text()
    headers = {"X-Vault-Token": value}
    raise RuntimeError(f"{name} is {value}: {headers}")


def in_handler(screen: MainScreen) -> None:
    """`a`."""
    fail(screen)


async def in_worker(screen: MainScreen) -> None:
    """`T`."""
    fail(screen)


async def in_thread(screen: MainScreen) -> None:
    """`m`."""
    await screen.session.call(fail, screen)


MainScreen.do_place_audit = in_handler  # type: ignore[method-assign,assignment]
MainScreen.do_place_trash = in_worker  # type: ignore[method-assign,assignment]
MainScreen.do_place_matrix = in_thread  # type: ignore[method-assign,assignment]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
