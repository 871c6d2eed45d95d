"""keydeck on a real vault, as the command line's own tests have it."""

from __future__ import annotations

from cli.conftest import bare, deck, template

__all__ = ["bare", "deck", "template"]
