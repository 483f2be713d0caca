"""Discount codes: what each takes off, and why it may not be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Discount:
    """A code: a share of a hundred off the goods of one type, or of all; `least` is hundredths to buy for."""

    percent: int
    art: str | None = None
    least: int = 0
    ends: datetime | None = None


@dataclass(frozen=True)
class Goods:
    """A line of the cart as codes look at it: what it is, and what it costs in hundredths."""

    art: str
    price: int


DISCOUNTS = {
    "SUMMER10": Discount(percent=10),
    "POWDER20": Discount(percent=20),
    "BEANIE15": Discount(percent=15, art="beanie"),
    "BIGSPENDER": Discount(percent=25, least=500_000),
    "WINTER24": Discount(percent=15, ends=datetime(2026, 3, 31, tzinfo=UTC)),
}


def refusal(code: str, goods: Iterable[Goods]) -> str:
    """The name of the reason why a code takes nothing off, or nothing when it does."""
    discount = DISCOUNTS.get(code)
    if discount is None:
        return "bad_discount"
    if discount.ends is not None and datetime.now(UTC) > discount.ends:
        return "discount_expired"
    lines = list(goods)
    fits = [line for line in lines if discount.art in (None, line.art)]
    if not fits or sum(line.price for line in lines) < discount.least:
        return "discount_not_applicable"
    return ""


def taken_off(code: str, goods: Iterable[Goods]) -> int:
    """Hundredths that a code takes off these goods."""
    lines = list(goods)
    if not code or refusal(code, lines):
        return 0
    discount = DISCOUNTS[code]
    return sum(line.price for line in lines if discount.art in (None, line.art)) * discount.percent // 100
