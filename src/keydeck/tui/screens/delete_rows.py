"""What depends on a secret, as lines: for sure, perhaps, and what nobody can know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from keydeck.domain.model import Place
from keydeck.domain.reference import Dynamic, Reference
from keydeck.domain.safetext import clean
from keydeck.services.references import Dependants
from keydeck.tui.screens.excerpt import mask_form
from keydeck.tui.text import Role, Span, middle, pad
from keydeck.tui.widgets.rows import Lines, Slot

TRASH_DAYS = 30
HEADINGS = ("Breaks for sure", "Perhaps", "Can't know")
_HEADING_ROLES: dict[Role, Role] = {"danger": "danger-bold", "due": "due-bold"}


class Line(NamedTuple):
    """A heading (no `file`, `heading` true) or a place where a name is used.

    `left` and `right` are its two cells, `role` the colour of the left one. `line` counts
    from 1; 0 where there is no file to show.
    """

    left: str
    right: str = ""
    role: Role = "text"
    heading: bool = False
    file: str = ""
    line: int = 0


def lines(
    found: Dependants, several: bool = False, headings: tuple[str, str, str] = HEADINGS
) -> list[Line]:
    """All lines; with `several` names each place says which name it uses."""
    breaks, perhaps, unknown = headings
    # A key beside its own placeholder is one place, not two.
    sure = {(one.name, one.file, one.line) for one in found.sure if one.file}
    unsure = [one for one in found.perhaps if (one.name, one.file, one.line) not in sure]
    made: list[Line] = []
    if found.sure:
        made.append(Line(breaks, str(len(found.sure)), "danger", heading=True))
        made += [_place(reference, several) for reference in _sorted(found.sure)]
    if unsure:
        made.append(Line(perhaps, str(len(unsure)), "due", heading=True))
        made += [_place(reference, several) for reference in _sorted(unsure)]
    if found.dynamic or found.skipped:
        made.append(Line(unknown, "", "muted", heading=True))
        made += _dynamic(found.dynamic)
        made += [Line(clean(text), "", "muted") for text in found.skipped[:20]]
        if len(found.skipped) > 20:
            made.append(Line(f"and {len(found.skipped) - 20} more not read", "", "muted"))
    return made


def _sorted(references: Sequence[Reference]) -> list[Reference]:
    """Declared consumers first, then files in their order."""
    return sorted(references, key=lambda one: (not one.consumer, one.consumer, one.file, one.line))


def _place(reference: Reference, several: bool) -> Line:
    name = f"  {clean(reference.name)}" if several else ""
    if reference.consumer:
        kind, _, label = reference.consumer.partition(":")
        return Line(f"{clean(kind)}  {clean(label)}", f"linked{name}")
    form = "mentioned" if reference.certainty == "mention" else mask_form(clean(reference.form))
    return Line(
        f"{clean(reference.file)}:{reference.line}",
        f"{form}{name}",
        file=reference.file,
        line=reference.line,
    )


def _dynamic(dynamic: Sequence[Dynamic]) -> list[Line]:
    """Look-ups by a name made at run time, counted by file."""
    by_file: dict[str, list[Dynamic]] = {}
    for one in dynamic:
        by_file.setdefault(one.file, []).append(one)
    return [
        Line(
            f"{len(some)} dynamic look-up{'s' if len(some) > 1 else ''} in {clean(file)}",
            "",
            "muted",
            file=file,
            line=some[0].line,
        )
        for file, some in sorted(by_file.items())
    ]


def nothing_found(found: Dependants) -> list[Span]:
    """What an empty list says, as (text, role) lines."""
    said: list[Span] = [("Nothing is known to use it.", "ok")]
    if found.folder:
        said.append(
            (f"Looked at declared consumers and the files in {clean(found.folder)}.", "muted")
        )
    else:
        said.append(("Only declared consumers were looked at: no project folder here.", "muted"))
    return said


def title(names: Sequence[str], place: Place) -> str:
    """`Delete STRIPE_KEY from acme / production`."""
    what = clean(names[0]) if len(names) == 1 else f"{len(names)} secrets"
    return f"Delete {what} from {clean(place.tenant.name)} / {clean(place.profile.name)}"


def consequence(count: int, targets: Sequence[str]) -> str:
    """Where it goes, and what stays elsewhere."""
    it, goes = ("It", "goes") if count == 1 else ("They", "go")
    text = f"{it} {goes} to the trash for {TRASH_DAYS} days."
    if targets:
        where = clean(targets[0]) if len(targets) == 1 else f"{len(targets)} targets"
        stay = "stays" if count == 1 else "stay"
        text += f" On {where} {it.lower()} {stay} until a sync deletes it."
        if count > 1:
            text = text.replace("deletes it.", "deletes them.")
    return text


def draw(line: Line, slot: Slot) -> Lines:
    """A heading with its count, or a place with what stands there."""
    if line.heading:
        role = _HEADING_ROLES.get(line.role, "muted-bold")
        return [[(line.left, role), (f"  {line.right}", role)]]
    if not line.right:
        return [[("  ", "text"), (line.left, line.role)]]
    left = max(16, min(60, slot.width * 2 // 5))
    cell: Span = (pad(middle(line.left, left), left), line.role)
    return [[("  ", "text"), cell, ("  ", "text"), (line.right, "muted")]]
