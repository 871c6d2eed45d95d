"""Which files of a folder hold secrets, and the names in them; never a value."""

from __future__ import annotations

import os
import re
import stat

from keydeck.domain.errors import KeydeckError
from keydeck.domain.record import NamedTuple
from keydeck.references.kinds import SECRETS_JSON, is_dotenv
from keydeck.references.walk import NEVER, File, TooBig, Walk, read_regular, why_not

DOTENV = "dotenv"
SYSTEMPROMPT = "systemprompt"
JSON = "json"
CREDENTIALS = "systemprompt-credentials"
TENANTS = "systemprompt-tenants"
PRIVATE_KEY = "private-key"
SERVICE_ACCOUNT = "service-account"
KEYSTORE = "keystore"
LOGIN = "login"

IMPORTABLE = (DOTENV, SYSTEMPROMPT, JSON)  # each the name of a format

_MAX_BYTES = 1_000_000
_MAX_PROBED = 5_000  # files whose name does not tell

_SYSTEMPROMPT = re.compile(
    r"(?:.*/)?\.systemprompt/(?:(credentials\.json)|(tenants\.json)|profiles/[^/]+/secrets\.json)"
)
_KEY = re.compile(r".*\.(?:pem|key|ppk)|id_(?:rsa|dsa|ecdsa|ed25519|ecdsa_sk|ed25519_sk)")
_KEYSTORE = re.compile(r".*\.(?:p12|pfx|jks|keystore|kdbx)")
_LOGIN = re.compile(r"\.netrc|_netrc|\.git-credentials|\.pypirc|\.npmrc|\.yarnrc\.yml")
_LOGIN_HOLDS = re.compile(rb"(?i)password|authtoken|_auth\b|://[^/\s:@]+:[^/\s@]+@")
_PRIVATE = re.compile(rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----|PuTTY-User-Key-File")


class SecretFile(NamedTuple):
    """A file with secrets in it.

    `names` are those it defines; `tracked` and `ignored` are git's word, None where unknown;
    `mode_open` says that others than its owner may read it or write to it.
    """

    path: str
    kind: str
    names: tuple[str, ...] = ()
    tracked: bool | None = None
    ignored: bool | None = None
    mode_open: bool = False

    @property
    def importable(self) -> bool:
        """Whether `import` can take its entries over."""
        return self.kind in IMPORTABLE


def find(root: str, seconds: float) -> tuple[list[SecretFile], list[str]]:
    """The secret files under `root`, sorted, and what was left out and why."""
    never = NEVER - {".systemprompt"}
    walk = Walk(root, into_ignored=True, never=never, seconds=seconds)
    found: list[SecretFile] = []
    probed = 0
    for file in walk.files():
        kind = _kind_by_name(file.path)
        if not kind and file.path.endswith(".json") and not file.symlink and probed < _MAX_PROBED:
            kind = SERVICE_ACCOUNT
            probed += 1
        if not kind:
            continue
        if file.symlink:
            if kind not in (PRIVATE_KEY, KEYSTORE):
                walk.skip(file.path, "a symbolic link, not followed")
            continue
        one = _read(file, kind, walk)
        if one is not None:
            found.append(one)
    return sorted(found), walk.skipped


def _kind_by_name(path: str) -> str:
    base = path.rpartition("/")[2]
    ours = _SYSTEMPROMPT.fullmatch(path)
    if ours is not None:
        return CREDENTIALS if ours[1] else TENANTS if ours[2] else SYSTEMPROMPT
    if is_dotenv(path):
        return DOTENV
    if base in SECRETS_JSON:
        return JSON
    for kind, pattern in ((PRIVATE_KEY, _KEY), (KEYSTORE, _KEYSTORE), (LOGIN, _LOGIN)):
        if pattern.fullmatch(base):
            return kind
    return ""


def _read(file: File, kind: str, walk: Walk) -> SecretFile | None:
    """The file, if it really is what its name promises."""
    try:
        info = os.lstat(file.real)
        data = b"" if kind == KEYSTORE else read_regular(file.real, _MAX_BYTES)
    except (OSError, TooBig) as error:
        if kind != SERVICE_ACCOUNT:
            walk.skip(file.path, why_not(error))
        return None
    if not _holds(kind, data):
        return None
    try:
        names = _names(kind, data)
    except KeydeckError as error:
        walk.skip(file.path, error.what)
        names = ()
    return SecretFile(file.path, kind, names, mode_open=bool(stat.S_IMODE(info.st_mode) & 0o077))


def _holds(kind: str, data: bytes) -> bool:
    if kind == PRIVATE_KEY:
        return _PRIVATE.search(data) is not None
    if kind == SERVICE_ACCOUNT:
        return b'"private_key"' in data and _PRIVATE.search(data) is not None
    if kind == LOGIN:
        return _LOGIN_HOLDS.search(data) is not None
    if kind == TENANTS:
        return b'"database_url"' in data
    return True


def _names(kind: str, data: bytes) -> tuple[str, ...]:
    if kind == CREDENTIALS:
        return ("api_token",) if b'"api_token"' in data else ()
    if kind == TENANTS:
        return ("database_url",)
    if kind not in IMPORTABLE:
        return ()
    from keydeck.formats.registry import codec
    from keydeck.formats.text import is_entry_name

    if not data.strip():
        return ()
    parsed = codec(kind).parse(data)
    return tuple(name for name in parsed.values() if is_entry_name(name))
