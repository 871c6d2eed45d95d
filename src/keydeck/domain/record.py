"""`NamedTuple` that is made when it is first used.

`typing.NamedTuple` compiles each class's constructor while its module is imported: 0.2 ms a class,
and a command loads some forty of them and uses ten. This one gives the class its fields at
once and its methods with its first instance. To type checkers it is `typing.NamedTuple`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple

    __all__ = ["NamedTuple"]
else:
    from collections import _tuplegetter

    # What `collections.namedtuple` writes for a class.
    _METHODS = ("__new__", "_make", "_replace", "_asdict", "__repr__", "__getnewargs__")

    def _complete(cls):
        """Give the class (or the base of it that was made here) its methods."""
        from collections import namedtuple

        owner = next(base for base in cls.__mro__ if "_fields" in base.__dict__)
        whole = namedtuple(
            owner.__name__,
            owner._fields,
            defaults=owner._field_defaults.values(),
            module=owner.__module__,
        )
        for name in _METHODS:
            if name in ("__new__", "_make") or name not in owner.__dict__:
                setattr(owner, name, whole.__dict__[name])

    def _new(cls, /, *args, **kwargs):
        _complete(cls)
        return cls(*args, **kwargs)

    @classmethod
    def _make(cls, iterable):
        _complete(cls)
        return cls._make(iterable)

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
            own |= {"__slots__": (), "__match_args__": fields, "_fields": fields}
            own |= {"_field_defaults": defaults, "__new__": _new, "_make": _make}
            return type(name, (tuple,), {**own, **namespace})

    class NamedTuple(metaclass=_Maker):
        """The base of values with named fields."""
