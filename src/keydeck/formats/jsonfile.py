"""Plain JSON files: one object of names and strings."""

from __future__ import annotations

from keydeck.formats.flatjson import FlatJson


class Json(FlatJson):
    """The format `json`: strict, without comments."""
