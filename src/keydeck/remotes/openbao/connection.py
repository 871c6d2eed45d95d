"""One connection to a server: requests that are retried, bounded, and never led astray.

The token goes to the configured addresses only. Redirects are followed by hand (httpx would
carry `X-Vault-Token` to any host), answers are bounded in size, and no proxy is taken from
the environment: it would see the token of a plain-HTTP server.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

import httpx

from keydeck.domain.errors import KeydeckError, NetworkError, NotLoggedIn, PermissionDenied
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean, shorten_middle
from keydeck.domain.secret import SecretValue
from keydeck.remotes.openbao.consistency import ConsistencyIndex
from keydeck.remotes.openbao.lost import NoAnswer, lost_call
from keydeck.remotes.openbao.patience import Patience
from keydeck.remotes.openbao.settings import Address
from keydeck.remotes.openbao.words import Answer, failure, not_json, sealed, wants_https

MAX_ANSWER = 64 * 1024 * 1024
MAX_SECONDS = 60.0  # for one whole answer
MAX_REDIRECTS = 3
MERGE_PATCH = "application/merge-patch+json"
_LATER = (412, 429, 500, 502, 503, 504)
TIMEOUT = httpx.Timeout(15.0, connect=5.0, pool=60.0)


class _Raw(NamedTuple):
    """A whole response, read: status, headers, body."""

    status: int
    headers: httpx.Headers
    content: bytes


class Connection:
    """Blocking calls to one server (or the servers of one cluster); safe to use from threads.

    Raises `NetworkError` (9) for a server that is sealed, silent, unreachable or no OpenBao;
    any other answer comes back as an `Answer`.
    """

    def __init__(
        self,
        addresses: Sequence[Address],
        token: SecretValue,
        *,
        verify: object = True,
        namespace: str = "",
        patience: Patience | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.addresses = tuple(addresses)
        self._origins = {address.origin for address in addresses}
        self._current = 0
        self._answered = False
        self._index = ConsistencyIndex()
        self._stop = threading.Event()
        self._patience = patience or Patience()
        headers = {
            "X-Vault-Token": token.reveal_text(),
            "X-Vault-Request": "true",
            "Accept-Encoding": "identity",
        }
        if namespace:
            headers["X-Vault-Namespace"] = namespace.strip("/") + "/"
        self._client = httpx.Client(
            headers=headers,
            verify=verify,  # type: ignore[arg-type]
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=16),
        )

    @property
    def where(self) -> str:
        """The address in use, for people."""
        return self.addresses[self._current].url

    def close(self) -> None:
        """End the connection; a call that waits for its next try ends with `NetworkError`."""
        self._stop.set()
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        content_type: str = "application/json",
        patience: Patience | None = None,
    ) -> Answer:
        """One request below `/v1/`, tried again while the server says “later”.

        Every body sent here may be sent twice: writes carry compare-and-set. `path` is
        percent-encoded already.
        """
        rule = patience or self._patience
        content = None if body is None else json.dumps(body).encode("ascii")
        until = rule.clock() + rule.bound
        repeated, tries = False, 0
        while True:
            asked = 0.0
            try:
                raw = self._send(method, path, content, content_type)
                answer = self._answer(raw, repeated=repeated)
                if answer is not None:
                    return answer
                last: KeydeckError = _overdue(raw)
                repeated = repeated or raw.status >= 500
                asked = _retry_after(raw)
            except NoAnswer as lost:
                last = lost.error
                repeated = repeated or lost.sent
                hopeless = lost.lasting or self._is_hopeless(tries)
                if hopeless and not self._stop.is_set():
                    raise last from None
            tries += 1
            pause = rule.pause(tries, asked)
            if rule.clock() + pause > until:
                raise last
            if not self._stop.is_set():
                (rule.sleep or self._stop.wait)(pause)
            if self._stop.is_set():
                raise NetworkError("The connection was closed while it waited for the server.")

    def _is_hopeless(self, tries: int) -> bool:
        """Whether to give up at once: nothing ever answered, and every address was tried."""
        self._current = (self._current + 1) % len(self.addresses)
        return not self._answered and tries + 1 >= len(self.addresses)

    def _send(self, method: str, path: str, content: bytes | None, content_type: str) -> _Raw:
        """Send once and read the whole answer, following redirects to the same server only."""
        url = f"{self.addresses[self._current].url}/v1/{path}"
        for _ in range(MAX_REDIRECTS + 1):
            raw = self._exchange(method, url, content, content_type)
            if raw.status not in (301, 302, 303, 307, 308):
                return raw
            url = self._next_hop(method, url, path, raw)
        raise NoAnswer(
            NetworkError(
                "The server keeps sending the request on in a circle.",
                todo="Check the address, and the proxy in front of the server.",
            ),
            sent=False,
            lasting=True,
        )

    def _next_hop(self, method: str, url: str, path: str, raw: _Raw) -> str:
        """Where a redirect leads, if the token may go there; else `NoAnswer`."""
        location = str(raw.headers.get("location", ""))
        target: str = urljoin(url, location)
        try:
            parts = urlsplit(target)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            origin = (parts.scheme, (parts.hostname or "").lower(), port)
            same_call = f"{parts.path}?{parts.query}".rstrip("?").endswith(f"/v1/{path}")
        except ValueError:
            origin, same_call = ("", "", 0), False
        keeps_method = raw.status in (307, 308) or method in ("GET", "LIST")
        if location and origin in self._origins and same_call and keeps_method:
            return target
        shown = shorten_middle(clean(f"{origin[0]}://{origin[1]}:{origin[2]}"), 120)
        # A standby whose leader has just died sends writes on to the dead one: no leader yet.
        waits = raw.status == 307 and same_call and self._answered
        raise NoAnswer(
            NetworkError(
                f"The server sends this request on to {shown}, which is no address of this "
                "remote. The token was not sent there.",
                kept="Nothing was written.",
                todo="If that is the right server, make it the remote's address.",
            ),
            sent=False,
            lasting=not waits,
        )

    def _exchange(self, method: str, url: str, content: bytes | None, content_type: str) -> _Raw:
        headers = {} if content is None else {"Content-Type": content_type}
        if content is None:
            headers.update(self._index.headers())
        try:
            request = self._client.build_request(method, url, content=content, headers=headers)
            response = self._client.send(request, stream=True)
            try:
                return _Raw(response.status_code, response.headers, _read(response))
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The cause holds the request with its token: it goes no further.
            raise lost_call(error, self.where) from None
        except RuntimeError:
            closed = NetworkError("The connection to the server was closed.")
            raise NoAnswer(closed, sent=False, lasting=True) from None

    def _answer(self, raw: _Raw, *, repeated: bool) -> Answer | None:
        """The answer as JSON, or None where the same request should be tried again."""
        body = _parse(raw.content)
        later = raw.status in _LATER
        if body is None:
            if later:
                return None
            if b"HTTP request to an HTTPS server" in raw.content:
                raise wants_https(self.where)
            raise not_json(self.where)
        answer = Answer(raw.status, body, repeated)
        if answer.is_sealed:
            raise sealed()
        self._index.remember(raw.headers.get("x-vault-index", ""))
        if later and not answer.is_permanent:
            return None
        self._answered = True
        return answer

    def refusal(self, doing: str) -> KeydeckError:
        """A 403 told apart: a token that is no good (8), or one that may not do this (10)."""
        said = self.call("GET", "auth/token/lookup-self")
        if said.is_bad_token:
            return NotLoggedIn(
                "The server does not accept the token: it is wrong, expired or revoked.",
                kept="Nothing more was sent.",
                todo="Log in again (`bao login`), or give the remote a new token.",
            )
        return PermissionDenied(
            f"The token may not do this: {doing} is not allowed by its policies.",
            kept="Nothing more was sent.",
            todo="Ask whoever runs the server for a policy on this path.",
        )


def _read(response: httpx.Response) -> bytes:
    """The body as it came, bounded: no endless answer, nothing that unpacks to gigabytes."""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise not_json(str(response.url.host))
    parts, size = [], 0
    until = time.monotonic() + MAX_SECONDS
    for part in response.iter_raw():
        size += len(part)
        if time.monotonic() > until:
            raise httpx.ReadTimeout("the answer never ends")
        if size > MAX_ANSWER:
            raise NetworkError(
                f"The server's answer is larger than {MAX_ANSWER // 2**20} MiB; "
                "it was not read further.",
                todo="Check the address.",
            )
        parts.append(part)
    return b"".join(parts)


def _parse(content: bytes) -> Mapping[str, object] | None:
    """The JSON object; {} for an empty body; None where it is anything else."""
    if not content.strip():
        return {}
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _retry_after(raw: _Raw) -> float:
    text = raw.headers.get("retry-after", "")
    return min(float(text), 60.0) if text.isascii() and text.isdigit() else 0.0


def _overdue(raw: _Raw) -> KeydeckError:
    """What is said when a server kept saying “later” until patience ran out."""
    return failure(Answer(raw.status, {}), "the request")
