"""What a server's answer means: its errors told apart, in words that keep values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keydeck.domain.errors import Invalid, KeydeckError, NetworkError, NotFound
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean, shorten_middle
from keydeck.domain.secret import SecretValue

_MISMATCH = "check-and-set parameter did not match"
_TOO_MANY = "exceeded maximum number of strings"
_TOO_LARGE = ("value being too large", "request body too large", "JSON input due to high")
# Texts behind a 500 that no retry will change.
_PERMANENT = ("value being too large", "resource does not exist")


class Answer(NamedTuple):
    """What the server answered.

    `body` is the JSON object, {} where there was none. `repeated` is true when an earlier try
    of the same request ended without an answer: it may have landed already.
    """

    status: int
    body: Mapping[str, object]
    repeated: bool = False

    @property
    def errors(self) -> str:
        """The server's own error texts, one line."""
        found = self.body.get("errors")
        texts = [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
        return " ".join(" ".join(texts).split())

    @property
    def data(self) -> Mapping[str, object]:
        """The `data` object; {} where there is none."""
        found = self.body.get("data")
        return found if isinstance(found, dict) else {}

    @property
    def ok(self) -> bool:
        """Whether it worked."""
        return self.status in (200, 204)

    @property
    def is_mismatch(self) -> bool:
        """Whether compare-and-set refused the write."""
        return self.status == 400 and _MISMATCH in self.errors

    @property
    def has_too_much(self) -> bool:
        """Whether the request, or what it would make, is beyond the server's limits."""
        return self.status == 413 or any(text in self.errors for text in (_TOO_MANY, *_TOO_LARGE))

    @property
    def is_bad_token(self) -> bool:
        """Whether a 403 speaks of the token itself; a policy's refusal counts its errors."""
        by_policy = "error occurred" in self.errors and "invalid token" not in self.errors
        return self.status == 403 and not by_policy

    @property
    def is_sealed(self) -> bool:
        """Whether the server is sealed or was never initialised."""
        return self.status == 503 and "sealed" in self.errors

    @property
    def is_permanent(self) -> bool:
        """Whether a 500 stays a 500, however often it is tried."""
        return self.status == 500 and any(text in self.errors for text in _PERMANENT)


def quotable(answer: Answer, values: Sequence[SecretValue] = ()) -> str:
    """The server's words, fit to be shown: cleaned, short, and nothing that repeats a value."""
    text = answer.errors
    for value in values:
        shown = value.reveal_bytes().decode("utf-8", "replace")
        if any(part and part in text for part in {shown, *shown.split()}):
            return ""
    return shorten_middle(clean(text), 200)


def sealed() -> KeydeckError:
    """The server is sealed."""
    return NetworkError(
        "The server is sealed: it can't read or write anything until it is unsealed.",
        kept="Nothing more was sent.",
        todo="Ask whoever runs it to unseal it, then try again.",
    )


def not_json(where: str) -> KeydeckError:
    """Something answered that does not speak the API."""
    return NetworkError(
        f"What answers at {clean(where)} is no OpenBao or Vault server: that is no answer of one.",
        kept="Nothing was taken from it.",
        todo="Check the address, and whether a proxy stands in between.",
    )


def wants_https(where: str) -> KeydeckError:
    """Plain HTTP was spoken to a port that speaks TLS."""
    return NetworkError(
        f"The server at {clean(where)} wants https.", todo="Write the address with https://."
    )


def failure(answer: Answer, doing: str, values: Sequence[SecretValue] = ()) -> KeydeckError:
    """The error for an answer that no caller expected, with the server's own words."""
    said = quotable(answer, values)
    told = f" It says: {said}." if said else ""
    if answer.status == 404 and "namespace not found" in answer.errors:
        return NotFound(
            "The server has no such namespace.", todo="Check the remote's namespace setting."
        )
    if answer.status == 404 and "no handler for route" in answer.errors:
        return NotFound(
            "Nothing is mounted there on the server.", todo="Check the remote's mount setting."
        )
    if answer.has_too_much:
        return Invalid(
            f"The server refused {doing}: it is larger than the server takes.{told}",
            todo="Use the layout `path` (one entry a secret), or shorter values.",
        )
    if answer.status in (429, 500, 502, 503, 504):
        return NetworkError(
            f"The server could not do it in time: {doing} ended with {answer.status}.{told}",
            kept="Rows that were told as done are done.",
            todo="Try again; a second run picks up where this one ended.",
        )
    return Invalid(f"The server refused {doing} ({answer.status}).{told}")
