"""Dataclasses that cost little to declare: `frozen` (keywords only) and `frozen_row` (in order, too).

`dataclass` writes and compiles an `__init__`, a `__setattr__` and more for each class. For all that the engine
declares, that took longer than to read twenty files; here the classes share theirs.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from typing import Any, NoReturn, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """A frozen dataclass whose fields are given by name."""
    cls.__doc__ = cls.__doc__ or cls.__name__  # else `dataclass` composes one, at length
    made: Any = dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)
    made.__init__ = _init
    return _shared(cls, made)


@dataclass_transform(frozen_default=True)
def frozen_row(cls: type[T]) -> type[T]:
    """A frozen dataclass whose fields may also be given in order."""
    cls.__doc__ = cls.__doc__ or cls.__name__
    made: Any = dataclass(init=False, repr=False, eq=False)(cls)
    made.__init__ = _init_in_order
    return _shared(cls, made)


def _shared(cls: type[T], made: Any) -> type[T]:
    every = fields(made)
    made.held_names = tuple(f.name for f in every)
    made.compared_names = tuple(f.name for f in every if f.compare)
    made.needed_names = frozenset(made.held_names)
    made.default_values = {f.name: f.default for f in every if f.default is not MISSING}
    made.default_makers = {f.name: f.default_factory for f in every if f.default_factory is not MISSING}
    made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
    made.__eq__, made.__hash__ = _same, _hash
    made.__repr__ = cls.__dict__.get("__repr__", _repr)
    return cast("type[T]", made)


def made_of(cls: type[T], given: dict[str, Any]) -> T:
    """`cls(**given)` for a class declared here, from fields that are known to be its own and to be enough."""
    self: Any = object.__new__(cls)
    held = self.__dict__
    held.update(self.default_values)
    held.update(given)
    for name, make in self.default_makers.items():
        if name not in held:
            held[name] = make()
    settle = getattr(self, "__post_init__", None)
    if settle is not None:
        settle()
    return cast("T", self)


def _init(self: Any, /, **given: Any) -> None:
    held = self.__dict__
    held.update(self.default_values)
    held.update(given)
    for name, make in self.default_makers.items():
        if name not in held:
            held[name] = make()
    if held.keys() != self.needed_names:
        _refuse_to_make(type(self), given)
    settle = getattr(self, "__post_init__", None)
    if settle is not None:
        settle()


def _init_in_order(self: Any, /, *values: Any, **given: Any) -> None:
    named = dict(zip(self.held_names, values, strict=False))
    if len(named) < len(values) or not named.keys().isdisjoint(given):
        raise TypeError(f"{type(self).__qualname__}() takes each of {', '.join(self.held_names)} once")
    _init(self, **named, **given)


def _refuse_to_make(cls: type[Any], given: dict[str, Any]) -> NoReturn:
    strange = [name for name in given if name not in cls.needed_names]
    lacking = [name for name in cls.held_names if name not in {*given, *cls.default_values}]
    said = f"no argument {strange[0]!r}" if strange else f"an argument {lacking[0]!r} as well"
    raise TypeError(f"{cls.__qualname__}() takes {said}")


def _refuse_to_set(_self: Any, name: str, _value: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _held(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.compared_names])


def _same(self: Any, other: object) -> bool:
    return _held(self) == _held(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), _held(self)))


def _repr(self: Any) -> str:
    said = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({said})"
