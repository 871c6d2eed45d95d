"""Import and export of files that people already have, through the preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from keydeck.domain.describe import describe, size
from keydeck.domain.errors import Invalid, NotFound
from keydeck.domain.model import LIVE, TRASH, Place, Secret
from keydeck.domain.names import MAX_VALUE, did_you_mean, fitting, is_name
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.services.history import Receipt, receipt
from keydeck.services.secrets import live_names, require_confirmed, require_version

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault, View

NEW = "new"
SAME = "same"
CONFLICT = "conflict"
REFUSED = "refused"


class ImportRow(NamedTuple):
    """One entry of a file against the vault: `new`, `same`, `conflict` or `refused` (why)."""

    name: str
    state: str
    change: str
    value: SecretValue
    local_version: int = 0
    reason: str = ""


class ImportPlan(NamedTuple):
    """What an import would do; making it changed nothing."""

    place: Place
    source: str
    format: str
    rows: tuple[ImportRow, ...]
    problems: tuple[str, ...] = ()

    def summary(self) -> dict[str, int]:
        """State to number of rows."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.state] = counts.get(row.state, 0) + 1
        return counts


def plan_import(vault: Vault, place: Place, data: bytes, source: str, form: str = "") -> ImportPlan:
    """Read a file's bytes (format by name, or guessed from `source`) and compare."""
    from keydeck.formats.registry import codec, guess

    reader = codec(form) if form else guess(source, data)
    try:
        parsed = reader.parse(data)
    except Invalid as error:
        raise Invalid(
            f"{clean(source)} can't be read. {error.what}",
            kept="Nothing was imported.",
            todo=error.todo or "Mend it there, or name its format with --format.",
        ) from None
    values = parsed.values()
    with vault.read() as view:
        live = {name.lower(): name for name in live_names(view, place)}
        known = view.secrets(place.profile.uid, values)
        rows = tuple(
            _row(view, place, name, value, known.get(name), live) for name, value in values.items()
        )
    problems = tuple(clean(problem) for problem in parsed.problems)
    return ImportPlan(place, clean(source), reader.name, rows, problems)


def _row(
    view: View,
    place: Place,
    name: str,
    value: SecretValue,
    secret: Secret | None,
    live: Mapping[str, str],
) -> ImportRow:
    if secret is not None and secret.state == LIVE:
        ours = view.value(place.profile.uid, secret)
        if ours == value:
            return ImportRow(name, SAME, "", value, secret.version)
        return ImportRow(
            name, CONFLICT, describe(ours, value), value, secret.version, "another value is here"
        )
    why = _cant_be(name, value, place.tenant.rule)
    if why:
        return ImportRow(name, REFUSED, "", value, reason=why)
    twin = live.get(name.lower())
    if twin is not None:
        return ImportRow(name, REFUSED, "", value, reason=f"{twin} is here in another case")
    lying = secret is not None and secret.state == TRASH
    return ImportRow(
        name, NEW, size(value), value, reason="comes out of the trash" if lying else ""
    )


def _cant_be(name: str, value: SecretValue, rule: str) -> str:
    if not is_name(name, rule):
        return f"no name here; {fitting(name, rule)} would fit"
    if len(value) == 0:
        return "the value is empty"
    if len(value) > MAX_VALUE:
        return "the value is over 1 MiB"
    return ""


def apply_import(
    vault: Vault, plan: ImportPlan, *, take: Collection[str] = (), confirm: str = ""
) -> Receipt:
    """Set the new rows, and of the conflicts those in `take`; what undoes it.

    One transaction; `Stale` (4) where a row's secret moved on since the plan, `Refused` (4)
    where conflicts of a protected profile are taken without `confirm`.
    """
    known = {row.name for row in plan.rows if row.state == CONFLICT}
    for name in take:
        if name not in known:
            raise NotFound(
                f"{clean(name)} is no conflict of this import.",
                kept="Nothing was imported.",
                todo=did_you_mean(name, known),
            )
    if take:
        require_confirmed(plan.place, confirm, "an import over values that are there")
    chosen = [row for row in plan.rows if row.state == NEW or row.name in set(take)]
    place = plan.place
    if not chosen:
        return Receipt("import", place, ())
    names = [row.name for row in chosen]
    with vault.write("import", place.tenant.name, place.profile.name, names) as change:
        made = []
        for row in chosen:
            secret = change.secret(place.profile.uid, row.name)
            live = secret if secret is not None and secret.state == LIVE else None
            require_version(place, row.name, live, row.local_version)
            made.append(change.set_value(place.profile.uid, row.name, row.value, origin="import"))
    return receipt("import", place, [row.local_version for row in chosen], made)


def export(
    vault: Vault, place: Place, form: str, *, allow_sealed: Collection[str] = ()
) -> tuple[SecretValue, list[str]]:
    """The file's content, and the sealed names that were left out.

    `Invalid` (11) where the format can't hold a value (said by name), nothing is written then.
    """
    from keydeck.formats.registry import codec

    writer = codec(form)
    with vault.read() as view:
        secrets = view.secrets(place.profile.uid, live_names(view, place))
        ordered = [secrets[name] for name in sorted(secrets)]
        left_out = [s.name for s in ordered if s.sealed and s.name not in allow_sealed]
        given = [secret for secret in ordered if secret.name not in left_out]
        values = dict(
            zip((s.name for s in given), view.values(place.profile.uid, given), strict=True)
        )
    for name, value in values.items():
        why = writer.refuses(name, value)
        if why:
            raise Invalid(
                f"{name} can't be written as {writer.name}: {clean(why)}.",
                kept="Nothing was exported.",
                todo="Choose another format.",
            )
    return SecretValue(writer.write(values)), left_out


def formats() -> Mapping[str, str]:
    """Name of each format and what it is."""
    return {
        "dotenv": "NAME=value lines, as .env files have them",
        "json": "one flat object of names and values",
        "systemprompt": "secrets.json of a systemprompt profile, with // comments",
    }
