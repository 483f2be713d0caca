"""Discount codes as the store's cart keeps them, and as the page shows them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from nano_sre.core.ports import Abort, Browser, failed
from nano_sre.kinds._shared import languages
from nano_sre.kinds._shared.languages import fold
from nano_sre.kinds._shared.parts import press_at
from nano_sre.kinds._shared.shop_words import DISCOUNT
from nano_sre.kinds._shared.theme import ask, read_cart


@dataclass(frozen=True, slots=True)
class Reduced:
    """The cart as far as codes go: hundredths; `codes` says of each code whether it applies."""

    count: int
    total: int
    off: int
    codes: dict[str, bool]

    def holds(self, code: str) -> bool | None:
        """Whether the code applies; None when the cart does not know it."""
        return self.codes.get(fold(code))


async def read_reduced(io: Browser) -> Reduced:
    """The cart with its codes, from the Ajax API. Raises `Abort` (R517) when there is no cart to be had."""
    answer = await io.fetch("/cart.js")
    try:
        data: dict[str, Any] = json.loads(answer.body)
        listed = data.get("discount_codes") or ()
        codes = {fold(str(each["code"])): bool(each.get("applicable")) for each in listed}
        for each in (*(data.get("cart_level_discount_applications") or ()), *_of_lines(data)):
            codes.setdefault(fold(str(each.get("title", ""))), True)
        return Reduced(
            count=int(data.get("item_count") or 0),
            total=int(data["total_price"]),
            off=int(data.get("total_discount") or 0),
            codes=codes,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        cart = await read_cart(io)  # says what is wrong with it
        return Reduced(count=cart.count, total=cart.total, off=0, codes={})


def _of_lines(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for item in data.get("items", ()) for each in item.get("discounts") or ()]


async def look_for_field(io: Browser, code: str) -> dict[str, Any]:
    """Where the page takes a code, and what it says of this one: the answer of the script `discount`."""
    asked = {"words": DISCOUNT, "summary": languages.ORDER_SUMMARY, "code": code}
    seen: dict[str, Any] = await ask(io, "discount", asked)
    return seen


def field_of(seen: dict[str, Any]) -> dict[str, Any] | None:
    """The field to type into: one in a drawer that lies over the page comes first."""
    fields: list[dict[str, Any]] = seen["fields"]
    return next((field for field in fields if field["on_top"]), next(iter(fields), None))


async def unfold(io: Browser, seen: dict[str, Any]) -> bool:
    """Press what hides the field; whether anything was pressed."""
    for opener in seen["openers"][:2]:
        try:
            await press_at(io, opener["path"], what=f"“{opener['name']}”")
        except Abort as abort:
            if abort.finding is None:
                raise
            continue
        return True
    return False


def refused(code: str, said: str, *, where: str) -> Abort:
    """The `Abort` (R525) of a code that is not applied, in the merchant's words where there are any."""
    why = f": {where} says {said}" if said else ""
    return failed(
        "R525",
        f"The discount code “{code}” is not applied{why}.",
        expected=f"“{code}” applied",
        actual=said or "a code that takes nothing off",
        hint="Look at the code in the admin under Discounts: its dates, its usage limits, and the products, markets "
        "and least amount it holds for. A code is not found when it was deleted or is spelt differently.",
    )
