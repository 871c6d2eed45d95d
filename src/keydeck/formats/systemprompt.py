"""A profile's `secrets.json` under `.systemprompt/`: JSON in which comments may stand."""

from __future__ import annotations

from keydeck.formats.flatjson import FlatJson


class Systemprompt(FlatJson):
    """The format `systemprompt`: comments, and a comma after the last member, are kept."""

    name = "systemprompt"
    suffixes: tuple[str, ...] = ("secrets.json",)
    comments = True
