"""The late NamedTuple behaves as typing's does."""

from __future__ import annotations

import pickle
import subprocess
import sys
import typing
from typing import Any

import pytest

from keydeck.domain.record import NamedTuple


class Late(NamedTuple):
    """A value."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """In words."""
        return f"{self.name}×{self.size}"

    def __bool__(self) -> bool:
        return True


class Usual(typing.NamedTuple):
    """A value."""

    name: str
    size: int = 3
    parts: tuple[str, ...] = ()


class Child(Late):
    """One that was derived."""


class FromMake(NamedTuple):
    """Made from a row first."""

    one: int
    two: int = 2


@pytest.mark.parametrize(
    ("args", "kwargs"), [(("a",), {}), (("a", 1), {}), ((), {"name": "a", "parts": ("x",)})]
)
def test_it_is_made_and_read_as_usual(args: Any, kwargs: Any) -> None:
    late, usual = Late(*args, **kwargs), Usual(*args, **kwargs)
    assert tuple.__eq__(late, usual)
    assert tuple(late) == tuple(usual)
    assert (late.name, late.size, late.parts) == (usual.name, usual.size, usual.parts)
    assert repr(late) == repr(usual).replace("Usual", "Late")
    assert late._asdict() == usual._asdict()
    assert tuple(late._replace(size=9)) == tuple(usual._replace(size=9))
    assert type(late._replace(size=9)) is Late
    assert hash(late) == hash(usual)


def test_what_the_class_says_of_itself() -> None:
    assert Late._fields == Usual._fields
    assert Late._field_defaults == Usual._field_defaults
    assert Late.__match_args__ == Usual.__match_args__
    assert Late.__doc__ == "A value."
    assert Late("x").label == "x×3"
    assert not hasattr(Late("x"), "__dict__")
    match Late("x", 5):
        case Late(name, size):
            assert (name, size) == ("x", 5)


def test_made_from_a_row_first() -> None:
    assert FromMake._make([1, 5]) == (1, 5)
    assert FromMake(1) == (1, 2)


class Empty(NamedTuple):
    """No field at all."""


def test_no_fields_and_wrong_rows() -> None:
    assert Empty() == ()
    with pytest.raises(TypeError):
        Late._make(["x"])
    with pytest.raises(ValueError, match="unexpected"):
        Late("x")._replace(nothing=1)  # type: ignore[call-arg]


def test_derived_pickled_and_wrong() -> None:
    assert type(Child("x")) is Child
    assert Child("x").label == "x×3"
    assert pickle.loads(pickle.dumps(Late("x", 2))) == Late("x", 2)
    with pytest.raises(TypeError):
        Late()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Late("x", nothing=1)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Late("x").size = 4  # type: ignore[misc]


def test_a_default_before_a_field_without_is_refused() -> None:
    code = (
        "from __future__ import annotations\n"
        "from keydeck.domain.record import NamedTuple\n"
        "class Bad(NamedTuple):\n    a: int = 1\n    b: int\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Bad: a field without a default" in done.stderr
