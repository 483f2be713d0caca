"""What a fragment may be given: the types of its inputs, and whether a text fits one before anything runs."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

from nano_sre.core.fields import Duration

InputType = Literal["text", "number", "money", "duration", "element"]
SAMPLES: dict[str, str] = {"number": "1", "money": "1.00", "duration": "1s"}
"""What stands for an input while the fragment itself is read; text and elements stand for themselves."""
FORMS = {
    "number": "a number such as 2 or 1.5",
    "money": "an amount such as 12.50 or $12.50",
    "duration": Duration.form,
}
_AMOUNT = re.compile(r"[^\d]{0,6}\d[\d.,'\u2019\s]*[^\d]{0,6}")


def misfit(type_: str, text: str) -> str | None:
    """What the text should be, in words, when it does not fit the type; None when it does."""
    if "${" in text or _FITS.get(type_, lambda _text: True)(text.strip()):
        return None
    return FORMS[type_]


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_duration(text: str) -> bool:
    return re.fullmatch(Duration.pattern.strip("^$"), text) is not None


_FITS = {
    "number": _is_number,
    "money": lambda text: _AMOUNT.fullmatch(text) is not None and "%" not in text,
    "duration": _is_duration,
}
