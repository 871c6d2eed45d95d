"""Everything known about a secret but its value, as labelled lines. Pure."""

from __future__ import annotations

from keydeck.domain.model import VersionInfo
from keydeck.domain.reference import MENTION, Reference
from keydeck.services.secrets import Listed
from keydeck.system.clock import ago
from keydeck.tui.panes.place_rows import PlaceRows
from keydeck.tui.panes.words import due_sentence, here, state
from keydeck.tui.widgets.detail import Blank, Fact, FactLine, Head, Item


def current(row: Listed) -> VersionInfo | None:
    """The version that counts."""
    for version in row.secret.versions:
        if version.number == row.secret.version:
            return version
    return None


def facts(row: Listed, rows: PlaceRows, now: int) -> list[FactLine]:
    """Value, version, age, due, origin, each target."""
    secret = row.secret
    out: list[FactLine] = [
        Fact("Value", "sealed: replaced, never shown" if secret.sealed else secret.hint)
    ]
    if secret.description:
        out.append(Fact("About", secret.description))
    if secret.tags:
        out.append(Fact("Tags", ", ".join(secret.tags)))
    version = current(row)
    by = f", by {version.by}" if version is not None and version.by else ""
    out += [Blank(), Fact("Version", f"{secret.version}{by}")]
    if version is not None and version.origin != "set":
        out.append(Fact("Made by", version.origin))
    out.append(Fact("Changed", ago(secret.value_changed_at, now)))
    if secret.created_at != secret.value_changed_at:
        out.append(Fact("Created", ago(secret.created_at, now)))
    if secret.due_at is not None:
        out.append(Fact("Due", *due_sentence(secret.due_at, now)))
    out.append(Fact("Origin", row.origin))
    for target in rows.targets:
        out += _at(row, rows, target.uid, target.name, now)
    if not rows.targets:
        out.append(Fact("Sync", "no remote yet: s sets one up", "muted"))
    return out


def _at(row: Listed, rows: PlaceRows, uid: bytes, name: str, now: int) -> list[FactLine]:
    """What may be said of one target: the last plan's word, or what changed here."""
    known = rows.session.known_state(uid, row.secret.name, row.secret.version)
    word = here(row.changed_here(name)) if known is None else state(known)
    out: list[FactLine] = [Fact(f"Sync {name}", *word)]
    plan = rows.session.plans.get(uid)
    base = row.bases.get(name)
    if plan is not None:
        out.append(Fact("", f"checked {ago(plan.checked_at, now)}", "muted"))
    elif base is not None:
        out.append(Fact("", f"last agreed {ago(base.at, now)}", "muted"))
    return out


def users(found: tuple[Reference, ...] | None) -> list[FactLine]:
    """Who uses it: declared consumers and files; None while nobody looked yet."""
    if found is None:
        return [Head("Used by", "muted"), Item("looking…", "muted")]
    if not found:
        return [Head("Used by nothing known", "muted")]
    out: list[FactLine] = [Head(f"Used by {len(found)}")]
    for one in found:
        text = one.consumer.replace(":", " ", 1) or f"{one.file}:{one.line}"
        out.append(Item(text, "muted" if one.certainty == MENTION else "text"))
    return out
