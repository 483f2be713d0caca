"""How values of a comparison are read, measured and shown: expected text becomes what the actual value is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum
from itertools import takewhile
from typing import Any, Final

from nano_sre.core.fields import Duration, Money, Percent, Size
from nano_sre.kinds._shared.languages import FREE
from nano_sre.kinds._shared.money import MoneyError, format_money, precision, read_money

LONGEST_SHOWN = 200
LONGEST_EXCERPT = 40
WITH_UNIT = (Duration, Percent, Size)
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")


class _Missing(Enum):
    MISSING = "nothing"


MISSING: Final = _Missing.MISSING
"""The actual value when there is none: no such header, attribute, path or element."""


class Unreadable(ValueError):
    """An expected or actual value cannot be read as the comparison needs it. The message is for people."""


def fold(text: str) -> str:
    """The text as a person reads it: runs of white space (no-break spaces too) are one space."""
    return " ".join(text.split())


def like(actual: Any, wanted: Any, locale: str) -> Any:
    """The expected value in the type of the actual one. Raises `Unreadable`."""
    if isinstance(actual, Money):
        return _money(wanted, actual.currency, locale)
    if isinstance(actual, bool):
        return _boolean(wanted)
    if isinstance(actual, WITH_UNIT):
        return _with_unit(wanted, type(actual))
    if isinstance(actual, (int, float, Decimal)):
        return _number(wanted)
    if isinstance(actual, str):
        return fold(text_of(wanted, locale))
    return _json(wanted)


def measurable(actual: Any) -> Any:
    """The actual value as something with a size: text that is a number, the items of a list. Raises `Unreadable`."""
    if isinstance(actual, (list, dict)):
        return len(actual)
    if isinstance(actual, bool) or actual is None:
        raise Unreadable(f"{shown(actual, 'en-US')} is not a number")
    return _number(actual) if isinstance(actual, str) else actual


def size(value: Any) -> Decimal:
    """The number to compare by: an amount, milliseconds, or the number itself."""
    return value.amount if isinstance(value, Money) else _decimal(value)


def same(wanted: Any, actual: Any) -> bool:
    """Whether two values of one type are equal; text with white space folded, numbers by their size."""
    if isinstance(actual, Money) or (
        isinstance(actual, (int, float, Decimal)) and not isinstance(actual, bool)
    ):
        return size(wanted) == size(actual)
    if isinstance(actual, str):
        return bool(wanted == fold(actual))
    return bool(wanted == actual)


def percent(given: Any) -> Decimal | None:
    """The number of percent, or None when the value is not a percentage."""
    if isinstance(given, Percent):
        return Decimal(given)
    if isinstance(given, str) and given.rstrip().endswith("%"):
        try:
            return Decimal(Percent.parse(given.strip()))
        except ValueError:
            raise Unreadable(f"“{given}” is not {Percent.form}") from None
    return None


def take_off(wanted: Any, less: Any, locale: str) -> Any:
    """The value with a discount (percentage or amount) taken off; money is rounded to its smallest unit."""
    share = percent(less)
    off = size(wanted) * share / 100 if share is not None else size(like(wanted, less, locale))
    left = size(wanted) - off
    if isinstance(wanted, Money):
        unit = Decimal(1).scaleb(-precision(wanted.currency))
        return Money(left.quantize(unit, rounding=ROUND_HALF_UP), wanted.currency)
    return type(wanted)(int(left)) if isinstance(wanted, (Duration, Size)) else left


def text_of(value: Any, locale: str) -> str:
    """The value as text stands on a page: money as the locale writes it."""
    if isinstance(value, Money):
        return format_money(value, locale=locale)
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return f"{value:f}" if isinstance(value, Decimal) and not isinstance(value, Percent) else str(value)


def shown(value: Any, locale: str) -> str:
    """The value as a message shows it: text in quotes, anything long cut short."""
    if value is MISSING:
        return "nothing"
    text = text_of(value, locale)
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 1] + "…"
    return f"“{fold(text)}”" if isinstance(value, str) else text


def items(count: int) -> str:
    """How many things a list holds, as messages say it."""
    return "1 item" if count == 1 else f"{count} items"


def type_name(value: Any) -> str:
    """The word of the language for the value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "object"
    return "list" if isinstance(value, Sequence) else "number"


def difference(wanted: Any, actual: Any, locale: str) -> str | None:
    """What tells the two apart, when showing both does not make it plain."""
    if isinstance(actual, (Money, int, float, Decimal)) and not isinstance(actual, bool):
        off = size(actual) - size(wanted)
        word = "more" if off > 0 else "less"
        if isinstance(actual, Money):
            return f"{format_money(Money(abs(off), actual.currency), locale=locale)} {word}"
        if isinstance(actual, (Duration, Size)):
            return f"{type(actual)(int(abs(off)))} {word}"
        return f"{Percent(abs(off))} {word}" if isinstance(actual, Percent) else f"{abs(off):f} {word}"
    if isinstance(actual, str) and isinstance(wanted, str):
        return _text_difference(wanted, fold(actual))
    if isinstance(actual, (list, dict)):
        return None if wanted == actual else _json_difference(wanted, actual, "$")
    return None


def _text_difference(wanted: str, actual: str) -> str | None:
    if wanted.casefold() == actual.casefold():
        return "only capitals differ"
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(wanted, actual, strict=False)))
    if alike == 0:
        return None
    instead = f"then {_excerpt(actual, alike)} instead of {_excerpt(wanted, alike)}"
    return f"alike up to “{actual[max(0, alike - 15) : alike]}”, {instead}"


def _excerpt(text: str, start: int) -> str:
    rest = text[start : start + LONGEST_EXCERPT]
    return f"“{rest}”" if rest else "nothing"


def _json_difference(wanted: Any, actual: Any, path: str) -> str:
    if type_name(wanted) != type_name(actual):
        return f"{path} is {type_name(actual)}, expected {type_name(wanted)}"
    if isinstance(actual, dict):
        return _object_difference(wanted, actual, path)
    if isinstance(actual, list):
        for index, (left, right) in enumerate(zip(wanted, actual, strict=False)):
            if left != right:
                return _json_difference(left, right, f"{path}[{index}]")
        return f"{path} has {len(actual)} items, expected {len(wanted)}"
    return f"{path} is {shown(actual, 'en-US')}, expected {shown(wanted, 'en-US')}"


def _object_difference(wanted: dict[str, Any], actual: dict[str, Any], path: str) -> str:
    for key, value in wanted.items():
        if key not in actual:
            return f"{_below(path, key)} is missing"
        if value != actual[key]:
            return _json_difference(value, actual[key], _below(path, key))
    surplus = next(key for key in actual if key not in wanted)
    return f"{_below(path, surplus)} was not expected"


def _below(path: str, key: str) -> str:
    """The JSONPath of a key, in brackets where it is no plain name."""
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _money(wanted: Any, currency: str, locale: str) -> Money:
    if isinstance(wanted, Money):
        if wanted.currency != currency:
            raise Unreadable(f"two currencies cannot be compared: {wanted} and {currency}")
        return wanted
    if not isinstance(wanted, str):
        return Money(_decimal(wanted), currency)
    try:  # as a programmer writes it in YAML, whatever the market's locale: 1299.00
        return Money(Decimal(wanted.strip()), currency)
    except InvalidOperation:
        pass
    if fold(wanted).casefold() in FREE:
        return Money(Decimal(0), currency)
    try:
        return read_money(wanted, locale=locale, currency=currency)
    except MoneyError as problem:
        raise Unreadable(str(problem)) from None


def _with_unit(wanted: Any, cls: type[Any]) -> Any:
    if isinstance(wanted, cls):
        return wanted
    try:
        return cls.parse(str(wanted).strip())
    except ValueError:
        raise Unreadable(f"“{wanted}” is not {cls.form}") from None


def _boolean(wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return wanted
    words = {"true": True, "false": False}
    if str(wanted).strip() not in words:
        raise Unreadable(f"“{wanted}” is neither true nor false")
    return words[str(wanted).strip()]


def _number(wanted: Any) -> Decimal:
    return wanted.amount if isinstance(wanted, Money) else _decimal(wanted)


def _decimal(wanted: Any) -> Decimal:
    try:
        bare = isinstance(wanted, (Duration, Size))
        number = (
            Decimal(wanted)
            if isinstance(wanted, Decimal)
            else Decimal(str(int(wanted) if bare else wanted).strip())
        )
    except InvalidOperation:
        raise Unreadable(f"“{wanted}” is not a number") from None
    if not number.is_finite():
        raise Unreadable(f"“{wanted}” is not a number")
    return number


def _json(wanted: Any) -> Any:
    if not isinstance(wanted, str):
        return wanted
    try:
        return json.loads(wanted)
    except ValueError:
        return wanted
