"""A request without an answer: why, and whether it may have arrived all the same."""

from __future__ import annotations

import httpx

from keydeck.domain.errors import KeydeckError, NetworkError
from keydeck.domain.safetext import clean


class NoAnswer(Exception):
    """No answer came, for the reason in `error`.

    `sent`: the request may have reached the server. `lasting`: trying again is no use.
    """

    def __init__(self, error: KeydeckError, *, sent: bool, lasting: bool = False) -> None:
        super().__init__()
        self.error = error
        self.sent = sent
        self.lasting = lasting


def lost_call(error: Exception, where: str) -> NoAnswer:
    """What an `httpx` error stands for; the error itself holds the token and goes no further."""
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol | httpx.InvalidURL):
        bad = NetworkError(f"The request to {clean(where)} can't be sent.")
        return NoAnswer(bad, sent=False, lasting=True)
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        wrong = "name" if "match" in text.lower() else "certificate"
        refused = NetworkError(
            f"The server at {clean(where)} can't be trusted: its {wrong} was not accepted.",
            kept="Nothing was sent.",
            todo="Name the CA with --ca-file, or check the address.",
        )
        return NoAnswer(refused, sent=False, lasting=True)
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
        plain = NetworkError(
            f"The server at {clean(where)} does not speak https.",
            todo="Write the address with http:// if that is meant.",
        )
        return NoAnswer(plain, sent=False, lasting=True)
    sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    timed_out = isinstance(error, httpx.TimeoutException)
    how = "did not answer in time" if timed_out else "can't be reached"
    if sent and not timed_out:
        how = "broke the connection off"
    return NoAnswer(
        NetworkError(
            f"The server at {clean(where)} {how}.",
            kept="Rows that were told as done are done.",
            todo="Check the address and the network, then try again.",
        ),
        sent=sent,
    )
