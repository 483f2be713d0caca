"""What can be looked at on a page to be kept or judged: the text, number or attribute of an element."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from nano_sre.core.fields import Element
from nano_sre.core.ports import Browser, Handle, failed
from nano_sre.kinds._shared.money import read_number
from nano_sre.kinds._shared.readings import MISSING

_NUMBER = re.compile(r"[-\u2212]?\d[\d.,'\u2019\u00a0\u202f]*")


async def look(
    io: Browser, *, number: Element | None, text: Element | None, attribute: str | None, of: Element | None
) -> Any:
    """What the first visible match shows now, or `MISSING`."""
    element = number or text or of
    assert element is not None
    found = await io.seen(element)
    if not found:
        return MISSING
    if attribute is not None and of is not None:
        held = await found[0].attribute(attribute)
        return MISSING if held is None else held
    if number is None:
        return await found[0].text()
    numbers = await _numbers(found, io.store.market.locale)
    return numbers[0] if numbers else MISSING


async def number_in(io: Browser, element: Element) -> Decimal:
    """The first number that the element shows. Raises `Abort` (R505) when there is none."""
    # A label and its field have one name: what has a number is meant.
    numbers = await io.until(lambda: _numbers_of(io, element))
    if len(numbers) == 1:
        return numbers[0]
    said = await (await io.one(element, purpose="read")).text()
    found = _number(said, io.store.market.locale)
    if not isinstance(found, Decimal):
        raise failed("R505", f"{element} shows no number.", expected="a number", actual=f"“{said[:120]}”")
    return found


async def attribute_of(io: Browser, element: Element, name: str) -> str:
    """The element's attribute. Raises `Abort` (R501) when it has none of this name."""
    found = await (await io.one(element, purpose="read")).attribute(name)
    if found is None:
        raise failed(
            "R501", f"{element} has no attribute “{name}”.", expected=f"an attribute “{name}”", actual="none"
        )
    return found


async def _numbers_of(io: Browser, element: Element) -> list[Decimal]:
    return await _numbers(await io.seen(element), io.store.market.locale)


async def _numbers(found: Sequence[Handle], locale: str) -> list[Decimal]:
    read = [_number(await each.text(), locale) for each in found]
    return [each for each in read if isinstance(each, Decimal)]


def _number(text: str, locale: str) -> Any:
    match = _NUMBER.search(text)
    if match is None:
        return MISSING
    digits = match[0].lstrip("-\u2212").rstrip(".,'\u2019\u00a0\u202f")
    number = read_number(digits, locale=locale)
    return number if match[0][0].isdigit() else -number
