"""The filters of `${price | round}`: a short list, each from a value to a value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from nano_sre.core.fields import Money


def _rounded(value: Any) -> Any:
    if isinstance(value, Money):
        return Money(_rounded(value.amount), value.currency)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    return number.quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _slug(value: Any) -> str:
    plain = unicodedata.normalize("NFKD", str(value)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _money(value: Any) -> str:
    amount = value.amount if isinstance(value, Money) else Decimal(str(value))
    return f"{amount:.2f}"


FILTERS: Mapping[str, Callable[[Any], Any]] = {
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "trim": lambda value: str(value).strip(),
    "round": _rounded,
    "slug": _slug,
    "money": _money,
}
