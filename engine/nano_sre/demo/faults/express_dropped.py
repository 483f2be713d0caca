"""The express method went with the carrier's contract; the shop still advertises it."""

from __future__ import annotations

from nano_sre.demo.shipping import Rate

CAUSE = "shipping-method-gone"


def rates(found: tuple[Rate, ...]) -> tuple[Rate, ...]:
    return tuple(rate for rate in found if rate.handle != "express")
