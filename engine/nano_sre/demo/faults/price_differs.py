"""The cart charges a tenth more than the product page says."""

from __future__ import annotations

CAUSE = "cart-price-differs"


def charged(price: int) -> int:
    return price * 110 // 100
