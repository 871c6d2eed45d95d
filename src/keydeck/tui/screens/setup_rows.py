"""What the set-up of a remote shows: its first choices, and what a test found."""

from __future__ import annotations

from typing import NamedTuple

from keydeck.domain.model import Remote
from keydeck.domain.remote import Finding
from keydeck.domain.safetext import clean
from keydeck.remotes.registry import Kind
from keydeck.tui.text import Span, pad
from keydeck.tui.widgets.detail import Fact
from keydeck.tui.widgets.rows import Lines, Slot


class Option(NamedTuple):
    """A first choice: a new remote of a kind, or one that is there already."""

    kind: Kind
    known: Remote | None = None

    @property
    def key(self) -> str:
        """What tells options apart."""
        return f"={self.known.name}" if self.known else self.kind.name


def draw_option(option: Option, slot: Slot) -> Lines:
    """A first choice: what it is, and where or what for."""
    if option.known is None:
        about = {
            "openbao": "A server: versions, compare-and-set, shared with your team",
            "file": "A .env, JSON or secrets.json file: no server needed",
        }.get(option.kind.name, "")
        return [[(option.kind.words, "bold")], [("  ", "text"), (about, "muted")]]
    settings = option.known.settings
    where = settings.get("address") or settings.get("path") or "address from BAO_ADDR"
    name: Span = (pad(clean(option.known.name), min(20, slot.width)), "bold")
    return [[name, ("  is set up already", "text")], [("  ", "text"), (clean(where), "muted")]]


def fact_of(finding: Finding) -> Fact:
    """One line of a test: `ok`, or what needs a look."""
    if finding.ok:
        said = "" if finding.detail == "yes" else f": {finding.detail}"
        return Fact(clean(finding.what), f"ok{said}", "ok")
    return Fact(clean(finding.what), f"look: {finding.detail}", "due")


def short_name(kind: Kind) -> str:
    """What a remote of this kind is called at first."""
    return {"openbao": "bao", "file": "file"}.get(kind.name, kind.name)


def free_name(name: str, taken: set[str]) -> str:
    """`name`, or `name-2`, …: the first that is not taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free
