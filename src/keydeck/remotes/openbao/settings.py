"""How to reach and enter a server: addresses, token, certificates."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from keydeck.domain.errors import Invalid, KeydeckError, NotLoggedIn
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean, shorten_middle
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao.paths import split_path
from keydeck.system.files import read_file

LOOPBACK = ("localhost", "::1")


class Address(NamedTuple):
    """Where a server listens: scheme, host, port, and a path before `/v1`, if any."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two URLs share when they lead to the same server."""
        return (self.scheme, self.host, self.port)

    @property
    def url(self) -> str:
        """`https://bao.example:8200`, with the prefix."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.prefix}"

    @property
    def is_loopback(self) -> bool:
        """Whether it stays on this machine."""
        is_number = self.host.replace(".", "").isdigit()
        return self.host in LOOPBACK or (is_number and self.host.startswith("127."))


def parse_address(text: str) -> Address:
    """One address, or `Invalid` (11) with what an address looks like."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    odd = parts.username is not None or parts.query or parts.fragment
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or odd or not text.isascii():
        raise Invalid(
            f"“{shorten_middle(clean(text), 80)}” is no address of a server.",
            todo="It looks like https://bao.example.com:8200.",
        )
    prefix = parts.path.rstrip("/").removesuffix("/v1")
    if prefix:
        split_path(prefix, "address")
    return Address(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), prefix)


def find_addresses(settings: Mapping[str, str], environ: Mapping[str, str]) -> tuple[Address, ...]:
    """The addresses to try, in order: the setting, `BAO_ADDR`, `VAULT_ADDR`.

    A setting may hold several, separated by commas: the servers of one cluster.
    """
    text = settings.get("address") or environ.get("BAO_ADDR") or environ.get("VAULT_ADDR") or ""
    found = tuple(parse_address(part) for part in text.replace(",", " ").split())
    if not found:
        raise Invalid(
            "The remote has no address.",
            todo="Give it one with `remote add … --address URL`, or set BAO_ADDR.",
        )
    return found


def find_token(
    settings: Mapping[str, str], given: SecretValue | None, environ: Mapping[str, str]
) -> SecretValue:
    """The token: the given one, the token file, `BAO_TOKEN`, `VAULT_TOKEN`, `~/.vault-token`.

    `NotLoggedIn` (8) where there is none, or where it is no token.
    """
    if given is not None:
        return _checked(given.reveal_bytes(), "the stored token")
    path = settings.get("token_file", "")
    if path:
        path = _expanded(path, environ)
        return _checked(_read(path), f"the token in {clean(path)}")
    for variable in ("BAO_TOKEN", "VAULT_TOKEN"):
        if environ.get(variable):
            return _checked(environ[variable].encode(), f"the token in {variable}")
    path = os.path.join(environ.get("HOME") or "~", ".vault-token")
    if environ.get("HOME") and os.path.exists(path):
        return _checked(_read(path), "the token in ~/.vault-token")
    raise NotLoggedIn(
        "There is no token for this server.",
        todo="Log in with `bao login`, name a --token-file, or set BAO_TOKEN.",
    )


def _expanded(path: str, environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    return os.path.join(home, path[2:]) if path.startswith("~/") and home else path


def _read(path: str) -> bytes:
    try:
        return read_file(path, 64 * 1024)
    except KeydeckError as error:
        raise NotLoggedIn(
            f"The token file can't be read. {error.what}",
            todo="Log in again so that it is written, or name another --token-file.",
        ) from error


def _checked(token: bytes, what: str) -> SecretValue:
    """A token fit for a header: printable ASCII without blanks, its last newline dropped."""
    token = token.strip()
    if not token or any(byte <= 0x20 or byte >= 0x7F for byte in token):
        raise NotLoggedIn(
            f"What is stored as {what} is no token.",
            todo="A token is one word. Store it again, or log in with `bao login`.",
        )
    return SecretValue(token)


def tls_context(
    addresses: Sequence[Address], settings: Mapping[str, str], environ: Mapping[str, str]
) -> ssl.SSLContext:
    """The certificates to trust: `ca_file`, `BAO_CACERT`, `VAULT_CACERT`, `SSL_CERT_FILE`, …

    With none of them the system's own, then those that come with httpx. Names are always
    checked: there is no way to skip it. Where no address is https nothing is trusted at all,
    which also saves reading the certificates.
    """
    if all(address.scheme == "http" for address in addresses):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file = _first(settings.get("ca_file"), environ, "BAO_CACERT", "VAULT_CACERT", "SSL_CERT_FILE")
    folder = "" if file else _first("", environ, "BAO_CAPATH", "VAULT_CAPATH", "SSL_CERT_DIR")
    file = _expanded(file, environ)
    system = ssl.get_default_verify_paths()
    if not (file or folder or system.cafile or system.capath):
        import certifi

        file = certifi.where()
    try:
        return ssl.create_default_context(cafile=file or None, capath=folder or None)
    except (OSError, ValueError):
        raise Invalid(
            f"The certificates in {clean(file or folder)} can't be read.",
            todo="A CA file holds certificates in PEM form.",
        ) from None


def _first(given: str | None, environ: Mapping[str, str], *variables: str) -> str:
    return given or next((environ[name] for name in variables if environ.get(name)), "")
