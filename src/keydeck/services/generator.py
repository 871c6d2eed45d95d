"""New values made here, from the system's random source."""

from __future__ import annotations

import math
import string

from keydeck.domain.errors import Invalid
from keydeck.domain.record import NamedTuple
from keydeck.domain.safetext import clean
from keydeck.domain.secret import SecretValue

SETS = {
    "alnum": string.ascii_letters + string.digits,
    "hex": "0123456789abcdef",
    "base64url": string.ascii_letters + string.digits + "-_",
    "digits": string.digits,
    "ascii": string.ascii_letters + string.digits + "!#$%&()*+,-./:;<=>?@[]^_{|}~",
}
BYTES = ("base64", "hex")
DEFAULT_LENGTH = 32
MIN_BITS = 20


class _Spec(NamedTuple):
    alphabet: str
    length: int
    data: int  # random bytes to encode, 0 for characters of the set


def _parse(spec: str) -> _Spec:
    given: dict[str, str] = {}
    for part in filter(None, spec.replace(" ", "").split(",")):
        key, _, value = part.partition("=")
        if key not in ("len", "set", "bytes") or not value or key in given:
            raise _bad(spec)
        given[key] = value
    alphabet = given.get("set", "base64" if "bytes" in given else "alnum")
    try:
        length = int(given.get("len", DEFAULT_LENGTH))
        data = int(given.get("bytes", DEFAULT_LENGTH))
    except ValueError:
        raise _bad(spec) from None
    if alphabet not in SETS and alphabet not in BYTES:
        raise _bad(spec)
    encoded = "bytes" in given or alphabet not in SETS
    if (encoded and "len" in given) or (encoded and alphabet not in BYTES):
        raise _bad(spec)
    result = _Spec(alphabet, 0 if encoded else length, data if encoded else 0)
    if not (0 < length <= 4096 and 0 < data <= 4096):
        raise _bad(spec)
    if _bits(result) < MIN_BITS:
        raise Invalid(
            f"“{clean(spec)}” gives only {_bits(result)} bits.",
            todo="Ask for more characters: len=32.",
        )
    return result


def _bad(spec: str) -> Invalid:
    return Invalid(
        f"“{clean(spec)}” is no way to generate a value.",
        todo=f"len=40, set={'|'.join(SETS)} or bytes=48 with set=base64|hex, joined by commas.",
    )


def _bits(spec: _Spec) -> int:
    return spec.data * 8 or int(spec.length * math.log2(len(SETS[spec.alphabet])))


def generate(spec: str = "") -> SecretValue:
    """A new value by `spec`: `len=40` (default 32), `set=alnum|hex|base64url|digits|ascii`,
    or `bytes=48` (as base64, or with `set=hex`), joined by commas. `Invalid` (11) otherwise.
    """
    import secrets

    wanted = _parse(spec)
    if wanted.data:
        data = secrets.token_bytes(wanted.data)
        if wanted.alphabet == "hex":
            return SecretValue(data.hex())
        from base64 import b64encode

        return SecretValue(b64encode(data))
    alphabet = SETS[wanted.alphabet]
    return SecretValue("".join(secrets.choice(alphabet) for _ in range(wanted.length)))


def strength(spec: str = "") -> int:
    """Bits of entropy that `spec` gives."""
    return _bits(_parse(spec))
