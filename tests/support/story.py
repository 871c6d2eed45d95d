"""The demo's world as pictures need it: the same values and the same times each time.

The values come from a seeded generator (they are nobody's), the clock stands still at `NOW`,
and the real server's times are told as if its clock were ours.
"""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import time_machine

from keydeck.domain.secret import SecretValue
from keydeck.services.demo.elsewhere import Files, Server, server_program
from keydeck.services.demo.world import World, build, layout

NOW = datetime(2026, 1, 30, 9, 12, tzinfo=UTC)
SEED = 7
HOST = "laptop"


class _Times:
    """When each version of each path was written, by our clock."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, int], str] = {}

    def told(self, path: str, body: Any) -> Any:
        """An answer of the server with its times replaced by ours."""
        if not isinstance(body, dict):
            return body
        if "created_time" in body and isinstance(body.get("version"), int):
            return body | {"created_time": self._time(path, body["version"])}
        if isinstance(body.get("versions"), dict):
            versions = {
                number: one | {"created_time": self._time(path, int(number))}
                for number, one in body["versions"].items()
            }
            times = [one["created_time"] for one in versions.values()] or [""]
            body |= {"created_time": times[0], "updated_time": times[-1]}
            return body | {"versions": versions}
        return {name: self.told(path, part) for name, part in body.items()}

    def _time(self, path: str, version: int) -> str:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return self._written.setdefault((path, version), now)


class Proxy:
    """Stands before the server and tells its times by our clock; changes nothing else."""

    def __init__(self, server: Server) -> None:
        times, client = _Times(), httpx.Client(base_url=server.address, trust_env=False)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                keep = ("x-vault-token", "content-type")
                answer = client.request(
                    self.command,
                    self.path,
                    content=self.rfile.read(length),
                    headers={key: self.headers[key] for key in keep if key in self.headers},
                )
                body = answer.content
                path = self.path.partition("?")[0].split("/", 4)[-1]
                if body[:1] == b"{":
                    body = json.dumps(times.told(path, json.loads(body))).encode()
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("content-type", ""))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_LIST = _pass

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._client = client
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


class Story:
    """A built world with a standing clock."""

    def __init__(self, world: World, elsewhere: Server | Files, clock: Any) -> None:
        self.world = world
        self.elsewhere = elsewhere
        self._clock = clock
        self.environ: Mapping[str, str] = {}

    def travel(self, days: float) -> None:
        """Go to the moment that lies `days` before the pictures."""
        self._clock.move_to(NOW - timedelta(days=days))


@contextmanager
def story(folder: Path) -> Iterator[Story]:
    """The demo's world in `folder`, its server running, the clock at `NOW`; gone afterwards."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    world = layout(str(folder))
    environ = world.environ({**os.environ, "USER": "you", "LOGNAME": "you", "TZ": "UTC"})
    with (
        time_machine.travel(NOW, tick=False) as clock,
        patch("socket.gethostname", return_value=HOST),
        patch.dict(os.environ, environ, clear=True),
    ):
        server = Server(str(folder), server_program())
        server.wait()
        proxy = Proxy(server)
        server.address = proxy.address
        try:
            told = Story(world, server, clock)
            told.environ = environ
            build(str(folder), server, environ, rng=random.Random(SEED), travel=told.travel)
            yield told
        finally:
            proxy.close()
            server.close()
            server.janitor.close()


def passphrase() -> SecretValue:
    """The demo's passphrase."""
    from keydeck.services.demo.world import PASSPHRASE

    return SecretValue(PASSPHRASE)
