"""A target on an OpenBao or Vault server: one profile's place on a KV version 2 mount."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence

from keydeck.domain.errors import Invalid, KeydeckError, PermissionDenied
from keydeck.domain.remote import (
    REFUSED,
    Capabilities,
    Finding,
    Outcome,
    Snapshot,
    Write,
)
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao import findings
from keydeck.remotes.openbao.connection import Connection
from keydeck.remotes.openbao.kv import Kv, Path
from keydeck.remotes.openbao.map_layout import MapLayout
from keydeck.remotes.openbao.path_layout import PathLayout
from keydeck.remotes.openbao.paths import split_path
from keydeck.remotes.openbao.patience import Patience
from keydeck.remotes.openbao.settings import find_addresses, find_token, tls_context

LAYOUTS = ("map", "path", "")
MAP_NAMES = 400  # a server refuses a request of more than about 500 strings (sync.md)


class OpenBaoRemote:
    """One target, opened; meets `keydeck.domain.remote.Remote`.

    `layout` is `map`, `path`, or "" until it was told apart by looking.
    """

    kind = "openbao"

    def __init__(self, connection: Connection, mount: str, path: str, layout: str = "") -> None:
        if layout not in LAYOUTS:
            raise Invalid(f"“{clean(layout)}” is no layout.", todo="There are two: map and path.")
        self._connection = connection
        self._kv = Kv(connection, mount)
        self._path: Path = split_path(path, "path on the server") if path.strip("/") else ()
        self._layout = self._make(layout) if layout else None
        self._is_free = False  # looked at, and nothing was ever there: either layout would do

    @property
    def layout(self) -> str:
        """`map` or `path`; "" while nobody has looked yet. Worth keeping with the target."""
        return self._layout.name if self._layout else ""

    @property
    def where(self) -> str:
        """The place for people: `secret/acme/production`."""
        return clean("/".join((*self._kv.mount, *self._path)))

    @property
    def capabilities(self) -> Capabilities:
        """What can be claimed; a layout not looked at yet counts as `map`."""
        return (self._layout or MapLayout).capabilities

    def snapshot(self, names: Collection[str] | None = None) -> Snapshot:
        """Read the whole place (or these names of it)."""
        return self._opened().snapshot(names)._replace(where=self.where)

    def verify(self, names: Collection[str]) -> Snapshot:
        """Read these names as they are after the last write: every read here is such a read."""
        return self.snapshot(names)

    def apply(self, writes: Sequence[Write]) -> Iterator[Outcome]:
        """Make the changes, each guarded by what the plan saw; outcomes as they are known."""
        possible = []
        for write in writes:
            why = self.refuses(write.name, write.value) if write.value is not None else ""
            if why:
                yield Outcome(write.name, REFUSED, error=why, code=11)
            else:
                possible.append(write)
        if possible:
            layout = self._opened()
            if self._is_free and len(possible) > MAP_NAMES:
                layout = self._layout = self._make("path")
            self._is_free = False
            yield from layout.apply(possible)

    def refuses(self, name: str, value: SecretValue) -> str:
        """Why this can't be held there: bytes that are no text, names that are no path."""
        if not value.is_text:
            return "The server keeps text only, and these bytes are no UTF-8: store it as base64."
        why = (self._layout or MapLayout).refuses_name(name)
        return f"The name can't be used on the server: {why}." if why else ""

    def test(self) -> list[Finding]:
        """Address, seal, token, mount, path, rights: until the first that stops the next."""
        found: list[Finding] = []
        try:
            for finding in self._test():
                found.append(finding)
        except KeydeckError as error:
            found.append(
                Finding("connection" if not found else "answer", False, error.what, error.code)
            )
        return found

    def _test(self) -> Iterator[Finding]:
        for finding in findings.look_at_server(self._connection):
            yield finding
            if finding.what == "sealed" and not finding.ok:
                return
        token = findings.look_at_token(self._connection)
        yield token
        if not token.ok:
            return
        mount = findings.look_at_mount(self._kv, self._path)
        yield mount
        if not mount.ok or not self._path:
            return
        yield self._look_at_path()
        yield from findings.look_at_rights(self._kv, self._path, self.layout or "map")

    def _look_at_path(self) -> Finding:
        try:
            snapshot = self.snapshot()
        except KeydeckError as error:
            return Finding("path", False, error.what, error.code)
        held = f"{len(snapshot.items)} secret{'' if len(snapshot.items) == 1 else 's'}"
        version = f", {snapshot.version}" if snapshot.version else ""
        return Finding("path", True, f"{self.where}: layout {self.layout}, {held}{version}")

    def close(self) -> None:
        """Let go of the connection; calls that wait for a retry end."""
        self._connection.close()

    def _make(self, layout: str) -> MapLayout | PathLayout:
        return (PathLayout if layout == "path" else MapLayout)(self._kv, self._path)

    def _opened(self) -> MapLayout | PathLayout:
        """The layout, after the mount was checked; told apart by looking where it isn't set."""
        if not self._path:
            raise Invalid(
                "The target has no path on the server.",
                todo="Give it one with --path, such as acme/production.",
            )
        self._kv.check(self._path)
        if self._layout is None:
            self._layout = self._make(self._look())
        return self._layout

    def _look(self) -> str:
        """`map` where the path itself holds data, `path` where entries lie below it."""
        entry = self._kv.read(self._path)
        if entry.data is not None:
            return "map"
        try:
            below = self._kv.names(self._path)
        except PermissionDenied:  # a policy for one path alone: that is what `map` needs
            return "map"
        self._is_free = not entry.version and not below
        return "path" if any(not name.endswith("/") for name in below) else "map"


def open_openbao(
    settings: Mapping[str, str],
    target: Mapping[str, str],
    token: SecretValue | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    patience: Patience | None = None,
) -> OpenBaoRemote:
    """Open a target; nothing is sent before the first call.

    `settings`: address, mount (`secret`), namespace, ca_file, token_file. `target`: path,
    layout. Raises `Invalid` (11) and `NotLoggedIn` (8) for what can be told beforehand.
    """
    environ = os.environ if environ is None else environ
    addresses = find_addresses(settings, environ)
    namespace = (
        settings.get("namespace")
        or environ.get("BAO_NAMESPACE")
        or environ.get("VAULT_NAMESPACE")
        or ""
    )
    if namespace:
        split_path(namespace if namespace.isascii() else "", "namespace")
    connection = Connection(
        addresses,
        find_token(settings, token, environ),
        verify=tls_context(addresses, settings, environ),
        namespace=namespace,
        patience=patience,
    )
    return OpenBaoRemote(
        connection,
        settings.get("mount") or "secret",
        target.get("path", ""),
        target.get("layout", ""),
    )
