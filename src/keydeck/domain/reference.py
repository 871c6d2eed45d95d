"""What a reference to a secret is: where a name is used, and how sure that is."""

from __future__ import annotations

from keydeck.domain.record import NamedTuple

SURE = "sure"
LIKELY = "likely"
MENTION = "mention"


class Reference(NamedTuple):
    """One use of a secret's name.

    `kind` is the kind of file or consumer (`python`, `yaml`, `compose`, `agent`, …),
    `consumer` the label of a declared one (then there is no file), `line` and `column` count
    from 1, `form` is the text as it stands there, `certainty` is `sure`, `likely` or `mention`.
    """

    name: str
    kind: str
    consumer: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    form: str = ""
    certainty: str = SURE


class Dynamic(NamedTuple):
    """A look-up whose name is made at run time: nobody can tell which secret it reads."""

    file: str
    line: int
    form: str = ""


class Found(NamedTuple):
    """What a scan found: references, dynamic look-ups, how many files, what was left out."""

    references: tuple[Reference, ...]
    dynamic: tuple[Dynamic, ...] = ()
    files: int = 0
    skipped: tuple[str, ...] = ()
