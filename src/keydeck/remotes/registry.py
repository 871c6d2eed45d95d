"""The kinds of remote: what each is called, what it asks for, how one is opened."""

from __future__ import annotations

import os
from collections.abc import Mapping

from keydeck.domain.errors import Invalid
from keydeck.domain.names import did_you_mean
from keydeck.domain.record import NamedTuple
from keydeck.domain.remote import Codec, Remote
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue


class Setting(NamedTuple):
    """One thing that a set-up screen asks: its key, the question, what stands there at first."""

    name: str
    question: str
    default: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()


class Kind(NamedTuple):
    """One kind of remote.

    `settings` belong to the remote, `target` to each profile's place on it. `has_paths`: a
    target without a path gets `tenant/profile`. `takes_token`: a token may be stored.
    """

    name: str
    words: str
    settings: tuple[Setting, ...]
    target: tuple[Setting, ...] = ()
    has_paths: bool = False
    takes_token: bool = False


OPENBAO = Kind(
    "openbao",
    "OpenBao or Vault (KV version 2)",
    (
        Setting("address", "Address of the server", "https://127.0.0.1:8200", needed=True),
        Setting("mount", "Mount of the KV store", "secret"),
        Setting("namespace", "Namespace, if any"),
        Setting("ca_file", "File with the server's CA, if it is a private one"),
        Setting("token_file", "File with the token (empty: BAO_TOKEN or ~/.vault-token)"),
    ),
    (
        Setting("path", "Path of this profile below the mount"),
        Setting(
            "layout",
            "One entry with all secrets (map), or one entry each (path)?",
            "",
            choices=("", "map", "path"),
        ),
    ),
    has_paths=True,
    takes_token=True,
)

FILE = Kind(
    "file",
    "A secrets file on this machine",
    (
        Setting("path", "The file", ".env", needed=True),
        Setting("format", "Its format (empty: by its name)"),
    ),
    (Setting("path", "Another file for this profile, if any"),),
)

KINDS = {kind.name: kind for kind in (OPENBAO, FILE)}


def find_kind(name: str) -> Kind:
    """The kind of that name, or `Invalid` (11) with those there are."""
    if name not in KINDS:
        raise Invalid(f"“{clean(name)}” is no kind of remote.", todo=did_you_mean(name, KINDS))
    return KINDS[name]


def open_remote(
    kind: str,
    settings: Mapping[str, str],
    target: Mapping[str, str],
    token: SecretValue | None = None,
    environ: Mapping[str, str] | None = None,
    codecs: Mapping[str, Codec] | None = None,
) -> Remote:
    """Open a target's place on a remote; nothing is sent or read before the first call.

    `environ` is the process's own where it is None; `codecs` are the formats of files by
    name. Raises `Invalid` (11) for settings that can't be, `NotLoggedIn` (8) without a token.
    """
    environ = os.environ if environ is None else environ
    if find_kind(kind) is OPENBAO:
        # httpx costs more than the whole start of a command: only where a server is met.
        from keydeck.remotes.openbao import open_openbao

        return open_openbao(settings, target, token, environ)
    from keydeck.remotes.file import FileRemote

    path = _file_path(settings, target)
    return FileRemote(path, _codec(settings.get("format", ""), path, codecs or {}))


def _file_path(settings: Mapping[str, str], target: Mapping[str, str]) -> str:
    """The target's own file, else the remote's; below it where the remote is a folder."""
    base, own = settings.get("path", ""), target.get("path", "")
    if not base and not own:
        raise Invalid("The remote has no file.", todo="Give it one with --path FILE.")
    return os.path.join(base, own) if own and os.path.isdir(base) else own or base


def _codec(name: str, path: str, codecs: Mapping[str, Codec]) -> Codec:
    """The format by its name, or by what the file is called."""
    if name in codecs:
        return codecs[name]
    if name:
        raise Invalid(f"“{clean(name)}” is no format here.", todo=did_you_mean(name, codecs))
    base = os.path.basename(path)
    fitting = [codec for codec in codecs.values() if base.endswith(codec.suffixes)]
    if len(fitting) == 1:
        return fitting[0]
    if base.startswith(".env") and "dotenv" in codecs:
        return codecs["dotenv"]
    raise Invalid(
        f"{clean(base)} does not tell its format.",
        todo=f"Name it with --format: {', '.join(sorted(codecs))}.",
    )
