"""A small HTTP server that answers as a test says: impostors, proxies, servers in trouble.

It stands for what is *between* or *instead of* the real server (another host, a proxy that
cuts the line), never for the server's own behaviour: for that there is `support.bao`.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import httpx


class Request(NamedTuple):
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


class Response(NamedTuple):
    """What to answer; `cut` closes the line without an answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = {}
    cut: bool = False


Answerer = Callable[[Request], Response]
CUT = Response(cut=True)


def answer(status: int, body: object = None, **headers: str) -> Response:
    """A JSON answer."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, b"" if body is None else json.dumps(body).encode(), named)


class Stand:
    """A running server: `address`, what it was asked (`requests`), and its `answerer`."""

    def __init__(self, answerer: Answerer, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.answerer = answerer
        stand = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    self.raw_requestline = self.rfile.readline(65537)
                except OSError:
                    self.raw_requestline = b""
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): text for name, text in self.headers.items()}
                request = Request(self.command, self.path, headers, body)
                stand.requests.append(request)
                response = stand.answerer(request)
                if response.cut:
                    self.close_connection = True
                    return
                self.send_response(response.status)
                for name, text in response.headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(response.body)))
                self.end_headers()
                self.wfile.write(response.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.address = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def standing(answerer: Answerer, context: ssl.SSLContext | None = None) -> Iterator[Stand]:
    """Run a stand for the length of a `with`."""
    stand = Stand(answerer, context)
    stand.start()
    try:
        yield stand
    finally:
        stand.stop()


def forward(address: str) -> Answerer:
    """Passes every request on to the real server and its answer back."""
    client = httpx.Client(base_url=address, trust_env=False, timeout=30)

    def pass_on(request: Request) -> Response:
        kept = {
            name: text
            for name, text in request.headers.items()
            if name.startswith("x-vault") or name == "content-type"
        }
        # The raw path: httpx would decode and encode it anew.
        url = client.base_url.copy_with(raw_path=request.path.encode())
        found = client.request(request.method, url, content=request.body, headers=kept)
        told = {name: text for name, text in found.headers.items() if name.startswith("x-vault")}
        return Response(found.status_code, found.content, told)

    return pass_on
