"""Remotes (named connections) and targets (a profile's place on one)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from keydeck.domain import remote as domain_remote
from keydeck.domain.errors import Invalid, NotFound, Refused, Usage
from keydeck.domain.model import Place, Remote, Target
from keydeck.domain.names import check_place_name, did_you_mean
from keydeck.domain.remote import Finding
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.remotes import registry
from keydeck.remotes.registry import Setting, find_kind, open_remote

if TYPE_CHECKING:
    from keydeck.vault.vault import Vault

KINDS = tuple(registry.KINDS)


def add_remote(
    vault: Vault,
    name: str,
    kind: str,
    settings: Mapping[str, str],
    *,
    token: SecretValue | None = None,
) -> Remote:
    """A new remote; `Invalid` (11) for an unknown kind or setting, or a taken name.

    Settings: openbao `address mount namespace ca_file token_file`; file `path format`.
    Paths are kept absolute, so that a remote means the same from every folder.
    """
    check_place_name(name, "remote")
    checked = _settings(settings, find_kind(kind).settings, kind)
    for field in ("path", "ca_file", "token_file"):
        if field in checked:
            checked[field] = os.path.abspath(os.path.expanduser(checked[field]))
    if kind == "file":
        _check_file(checked)
    elif checked.get("address"):
        from keydeck.remotes.openbao.settings import find_addresses

        find_addresses(checked, {})
    with vault.write("remote add", names=[name]) as change:
        if any(other.name == name for other in change.remotes()):
            raise Invalid(
                f"There is a remote {name} already.",
                kept="Nothing was changed.",
                todo="Choose another name, or remove that one first.",
            )
        remote = Remote(os.urandom(16), name, kind, checked, token)
        change.put_remote(remote)
    return remote


def _check_file(settings: dict[str, str]) -> None:
    if not settings.get("path"):
        raise Invalid("A file remote needs a path.", todo="--path .env")
    from keydeck.formats.registry import codec, guess

    if settings.get("format"):
        codec(settings["format"])
    else:
        settings["format"] = guess(settings["path"], b"").name


def _settings(given: Mapping[str, str], known: Sequence[Setting], kind: str) -> dict[str, str]:
    names = [setting.name for setting in known]
    for field in given:
        if field not in names:
            raise Invalid(f"{kind} has no setting {clean(field)}.", todo=did_you_mean(field, names))
    return {field: value for field, value in given.items() if value}


def _or(words: Iterable[str]) -> str:
    return ", ".join(words)


def remotes(vault: Vault) -> list[Remote]:
    """All remotes, by name."""
    with vault.read() as view:
        return view.remotes()


def find_remote(vault: Vault, name: str) -> Remote:
    """The remote of that name, or `NotFound` (7) with near matches."""
    return _find(remotes(vault), name)


def _find(known: Sequence[Remote], name: str) -> Remote:
    for remote in known:
        if remote.name == name:
            return remote
    raise NotFound(
        f"There is no remote {clean(name)}.",
        todo=did_you_mean(name, (remote.name for remote in known))
        or "keydeck remote add NAME --kind openbao --address URL makes one.",
    )


def remove_remote(vault: Vault, name: str) -> None:
    """Remove a remote; `Refused` (4) while a target uses it."""
    with vault.write("remote remove", names=[name]) as change:
        remote = _find(change.remotes(), name)
        users = [
            f"{tenant.name}/{profile.name}"
            for tenant in change.tenants()
            for profile in tenant.profiles
            if any(target.remote == remote.uid for target in change.targets(profile.uid))
        ]
        if users:
            raise Refused(
                f"{clean(name)} is the target of {', '.join(users)}.",
                kept="Nothing was removed.",
                todo="keydeck target remove takes the targets away first.",
            )
        change.remove_remote(remote.uid)


def try_remote(
    vault: Vault, name: str, environ: Mapping[str, str], place: Place | None = None
) -> list[Finding]:
    """Try a remote step by step, with the place's target on it where there is one."""
    with vault.read() as view:
        remote = _find(view.remotes(), name)
        known = view.targets(place.profile.uid) if place else []
    settings: Mapping[str, str] = {}
    for target in known:
        if target.remote == remote.uid:
            settings = target.settings
    if not settings and place is not None and find_kind(remote.kind).has_paths:
        settings = {"path": place.label}
    opened = open_settings(remote, settings, environ)
    try:
        return opened.test()
    finally:
        opened.close()


def add_target(
    vault: Vault, place: Place, remote: str, *, name: str = "", settings: Mapping[str, str]
) -> Target:
    """A place's target on a remote; its name is the remote's by default, the path
    `TENANT/PROFILE`. Settings: openbao `path layout`; file none."""
    name = check_place_name(name or remote, "target")
    with vault.write("target add", place.tenant.name, place.profile.name, [name]) as change:
        of = _find(change.remotes(), remote)
        about = find_kind(of.kind)
        checked = _settings(settings, about.target, of.kind)
        if about.has_paths:
            checked.setdefault("path", place.label)
        elif checked.get("path") and not os.path.isdir(of.settings.get("path", "")):
            # As with a remote: the same file from every folder keydeck is started in.
            checked["path"] = os.path.abspath(os.path.expanduser(checked["path"]))
        if checked.get("layout", "map") not in ("map", "path"):
            raise Invalid(
                f"There is no layout {clean(checked['layout'])}.", todo="It is map or path."
            )
        if any(target.name == name for target in change.targets(place.profile.uid)):
            raise Invalid(
                f"{place.label} has a target {name} already.",
                kept="Nothing was changed.",
                todo="Give this one another --name.",
            )
        target = Target(os.urandom(16), name, of.uid, checked)
        change.put_target(place.profile.uid, target)
    return target


def targets(vault: Vault, place: Place) -> list[Target]:
    """The targets of a place, by name."""
    with vault.read() as view:
        return view.targets(place.profile.uid)


def choose(
    vault: Vault, place: Place, wanted: Sequence[str] = (), *, every: bool = False
) -> list[Target]:
    """These targets, or `every` one, or the only one; `NotFound` (7) for none, `Usage` (64)
    where there are several and none was named."""
    known = targets(vault, place)
    if not known:
        raise NotFound(
            f"{place.label} has no target.",
            todo=f"keydeck target add REMOTE -t {place.tenant.name} -p {place.profile.name}",
        )
    if every:
        return known
    if wanted:
        return [_target(known, place, name) for name in dict.fromkeys(wanted)]
    if len(known) > 1:
        raise Usage(
            f"{place.label} has {len(known)} targets: {_or(t.name for t in known)}.",
            todo="Name one with --target, or take --all-targets.",
        )
    return known


def _target(known: Sequence[Target], place: Place, name: str) -> Target:
    for target in known:
        if target.name == name:
            return target
    raise NotFound(
        f"{place.label} has no target {clean(name)}.",
        todo=did_you_mean(name, (target.name for target in known)),
    )


def remove_target(vault: Vault, place: Place, name: str) -> None:
    """Remove a target and what is remembered of it; the remote itself is not touched."""
    with vault.write("target remove", place.tenant.name, place.profile.name, [name]) as change:
        target = _target(change.targets(place.profile.uid), place, name)
        change.remove_target(place.profile.uid, target.uid)


def connect(vault: Vault, target: Target, environ: Mapping[str, str]) -> domain_remote.Remote:
    """Open a target's remote; the caller closes it. Loads httpx only where it is needed."""
    with vault.read() as view:
        of = next((remote for remote in view.remotes() if remote.uid == target.remote), None)
    if of is None:
        raise NotFound(f"The remote of {target.name} is gone.", todo="Add the target anew.")
    return open_settings(of, target.settings, environ)


def open_settings(
    of: Remote, settings: Mapping[str, str], environ: Mapping[str, str]
) -> domain_remote.Remote:
    """Open a remote that need not be in the vault yet (the set-up tries it first)."""
    codecs = {}
    if of.kind == "file":
        from keydeck.formats.registry import codec

        codecs[of.settings["format"]] = codec(of.settings["format"])
    return open_remote(of.kind, of.settings, settings, of.token, environ, codecs)
