"""The one type in which a secret's value lives."""

from __future__ import annotations

from typing import NoReturn

REDACTED = "«secret»"


class SecretValue:
    """Bytes that don't show themselves: redacted in `repr`, `str` and `format`, never pickled.

    Compared in constant time; unhashable, so that no dictionary is keyed by a value.
    """

    __slots__ = ("_data",)

    def __init__(self, data: bytes | str) -> None:
        self._data = data.encode("utf-8") if isinstance(data, str) else bytes(data)

    def reveal_bytes(self) -> bytes:
        """The value itself, as bytes: call it where the value leaves on purpose."""
        return self._data

    def reveal_text(self) -> str:
        """The value itself, as text; raises `UnicodeDecodeError` where it is no UTF-8."""
        return self._data.decode("utf-8")

    @property
    def is_text(self) -> bool:
        """Whether the bytes are UTF-8."""
        try:
            self._data.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    @property
    def encoding(self) -> str:
        """`utf-8`, or `base64` for bytes that are no UTF-8 (how `--json` writes them)."""
        return "utf-8" if self.is_text else "base64"

    def __len__(self) -> int:
        """Length in bytes."""
        return len(self._data)

    @property
    def characters(self) -> int:
        """Length in characters; in bytes where the value is no text."""
        return len(self.reveal_text()) if self.is_text else len(self._data)

    def __bool__(self) -> bool:
        """A value is a value, even an empty one."""
        return True

    def __eq__(self, other: object) -> bool:
        """Equality in constant time (for values of one length)."""
        if not isinstance(other, SecretValue):
            return NotImplemented
        from hmac import compare_digest

        return compare_digest(self._data, other._data)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return REDACTED

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return REDACTED

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret value is never pickled or copied")
