"""Changing a quantity in the cart has no effect."""

from __future__ import annotations

CAUSE = "quantity-ignored"


def quantity(asked: int, before: int) -> int:
    return asked if asked == 0 else before
