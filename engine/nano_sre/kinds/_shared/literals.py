"""Values as they stand in a check, before anything runs: what can be told about them without a page to look at."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from nano_sre.core.fields import Duration, Percent, Size, Unfit

UNITS: tuple[type[Any], ...] = (Duration, Percent, Size)


def measured(given: Any) -> tuple[str, Decimal] | None:
    """Unit and number of a literal; None for a reference, for money with its sign, for text."""
    if not isinstance(given, str):
        return None
    text = given.strip()
    for cls in UNITS:
        try:
            return cls.__name__, Decimal(cls.parse(text))
        except ValueError:
            continue
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return ("", number) if number.is_finite() else None


def is_wordy(given: Any) -> bool:
    """Whether a literal has no digit in it: it can be no number, amount or duration."""
    return isinstance(given, str) and not any(sign.isdigit() for sign in given)


def is_zero(given: Any) -> bool:
    said = measured(given)
    return said is not None and said[1] == 0


def is_more(one: Any, other: Any, *, equal: bool = False) -> bool:
    """Whether two literals of one unit are in this order; False when nobody can tell."""
    left, right = measured(one), measured(other)
    if left is None or right is None or left[0] != right[0]:
        return False
    return left[1] > right[1] or (equal and left[1] == right[1])


def must_be_of(cls: type[Any] | None, given: Any, *path: str | int) -> None:
    """Refuse a literal that is not of a unit (None is a bare number). Raises `Unfit` for the value at `path`."""
    if not isinstance(given, str):
        return
    said = measured(given)
    unit = "" if cls is None else cls.__name__
    if said is not None and said[0] == unit:
        return
    bare = said is not None and said[0] == ""
    form = "a number" if cls is None else cls.form
    raise Unfit(
        f"“{given}” is not {form}",
        *path,
        hint=f"write the unit: {_with_units(given, cls)}" if bare and cls is not None else None,
    )


def _with_units(given: str, cls: type[Any]) -> str:
    units = {"Duration": ("ms", "s"), "Percent": ("%",), "Size": (" KB", " MB")}.get(cls.__name__, ())
    return " or ".join(f"{given}{unit}" for unit in units)
