"""What it costs to send a parcel."""

from __future__ import annotations

from dataclasses import dataclass

FREE_FROM = 50_000


@dataclass(frozen=True)
class Rate:
    """A shipping method; `price` in hundredths."""

    handle: str
    price: int


def rates_for(total: int, *, home: bool, ships: bool) -> tuple[Rate, ...]:
    """The methods for a cart of this total, at home or abroad."""
    if not ships:
        return (Rate("email", 0),)
    if not home:
        return (Rate("standard", 3500), Rate("express", 6900))
    return (Rate("standard", 0 if total >= FREE_FROM else 990), Rate("express", 2490))
