"""`NamedTuple` that is made when it is first used.

`typing.NamedTuple` compiles each class while its module is imported: 0.2 ms a class, and a
command loads some forty of them and uses ten. This one gives the class its fields at once,
compiles its constructor with the first instance, and shares the other methods. To type
checkers it is `typing.NamedTuple`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple

    __all__ = ["NamedTuple"]
else:
    from collections import _tuplegetter

    _tuple_new = tuple.__new__

    def _first(cls, /, *args, **kwargs):
        """Stands for the constructor until it is called once: then the real one is compiled."""
        owner = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
        names = ", ".join(owner._fields)
        code = f"lambda _cls, {names}: _new(_cls, ({names}{',' if names else ''}))"
        # The names are those of a class body: nothing from outside comes here.
        made = eval(code, {"_new": _tuple_new, "__builtins__": {}})  # noqa: S307
        made.__defaults__ = tuple(owner._field_defaults.values())
        made.__name__, made.__qualname__ = "__new__", f"{owner.__qualname__}.__new__"
        owner.__new__ = made
        return cls(*args, **kwargs)

    @classmethod
    def _make(cls, iterable):
        """Make one from a row."""
        made = _tuple_new(cls, iterable)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self, /, **changes):
        """A copy with some fields changed."""
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"Got unexpected field names: {list(changes)!r}")
        return made

    def _asdict(self):
        """Field to value."""
        return dict(zip(self._fields, self, strict=True))

    def _repr(self):
        fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({fields})"

    def _plain(self):
        return tuple(self)

    _METHODS = {
        "__slots__": (),
        "__new__": _first,
        "__repr__": _repr,
        "__getnewargs__": _plain,
        "_make": _make,
        "_replace": _replace,
        "_asdict": _asdict,
    }

    class _Maker(type):
        """Turns `class Name(NamedTuple)` into a tuple with named fields."""

        def __new__(mcs, name, bases, namespace):
            if not bases:
                return super().__new__(mcs, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = {field: namespace.pop(field) for field in fields if field in namespace}
            if fields[len(fields) - len(defaults) :] != tuple(defaults):
                raise TypeError(f"{name}: a field without a default follows one with a default")
            own = {field: _tuplegetter(index, None) for index, field in enumerate(fields)}
            own |= {"__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return type(name, (tuple,), {**_METHODS, **own, **namespace})

    class NamedTuple(metaclass=_Maker):
        """The base of values with named fields."""
