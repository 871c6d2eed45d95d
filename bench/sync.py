"""A sync of 500 secrets against a bare loop of the very same requests."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import httpx

from bench.measure import Figure, at_least, elapsed
from bench.room import Filled, workplace
from keydeck.services import sync, targets
from keydeck.services.demo.elsewhere import Server, server_program
from keydeck.services.plans import Plan

SECRETS = 500
ROUNDS = 7


class Sent(NamedTuple):
    """One request as it went out."""

    method: str
    url: str
    content: bytes
    headers: list[tuple[str, str]]


def figures() -> Iterator[Figure]:
    """Plan, apply and verify, one path a secret, in-memory server."""
    with workplace() as folder:
        home = folder / "server"
        home.mkdir()
        server = Server(str(home), server_program())
        try:
            server.wait()
            yield from _figures(server, Filled(folder, SECRETS))
        finally:
            server.close()
            server.janitor.close()


def _figures(server: Server, filled: Filled) -> Iterator[Figure]:
    targets.add_remote(
        filled.vault, "bao", "openbao", {"address": server.address}, token=server.token
    )
    ours, floor, whole = [], [], []
    for number in range(ROUNDS + 1):
        path = f"bench/{number}"
        recorded: list[Sent] = []
        with _Recorder(recorded):
            taken = elapsed(partial(_sync, filled, path))
        replayed = [
            one._replace(url=one.url.replace(f"/{path}", f"/again/{number}")) for one in recorded
        ]
        loop = elapsed(partial(_replay, replayed))
        if number:  # the first round warms both up
            ours.append(taken)
            floor.append(loop)
            whole.append(len(recorded))
    yield at_least(
        f"sync of {SECRETS} secrets: plan, write, verify",
        statistics.median(ours),
        f"httpx loop of {whole[0]:,} requests",
        statistics.median(floor),
        0.8,
    )


def _sync(filled: Filled, path: str) -> None:
    settings = {"path": path, "layout": "path"}
    name = path.replace("/", "-")
    target = targets.add_target(filled.vault, filled.place, "bao", name=name, settings=settings)
    plan: Plan = sync.make_plan(filled.vault, filled.place, target, environ=os.environ)
    report = sync.apply(filled.vault, plan, sync.default_choices(plan), environ=os.environ)
    assert report.summary() == {"done": SECRETS}, report.summary()


def _replay(requests: list[Sent]) -> None:
    with httpx.Client(trust_env=False) as client:
        for one in requests:
            _must(client, one)


def _must(client: httpx.Client, one: Sent) -> None:
    answer = client.request(one.method, one.url, content=one.content, headers=one.headers)
    assert answer.is_success or answer.status_code == httpx.codes.NOT_FOUND, answer.text


class _Recorder:
    """Writes down what any httpx client sends while it is in force."""

    def __init__(self, into: list[Sent]) -> None:
        self._into = into
        self._send = httpx.Client.send

    def __enter__(self) -> None:
        into, send = self._into, self._send

        def record(client: httpx.Client, request: httpx.Request, **more: object) -> httpx.Response:
            headers = [
                (name, value)
                for name, value in request.headers.items()
                if name not in ("host", "content-length", "connection")
            ]
            into.append(Sent(request.method, str(request.url), request.content, headers))
            return send(client, request, **more)  # type: ignore[arg-type]

        httpx.Client.send = record  # type: ignore[assignment,method-assign]

    def __exit__(self, *_: object) -> None:
        httpx.Client.send = self._send  # type: ignore[method-assign]
