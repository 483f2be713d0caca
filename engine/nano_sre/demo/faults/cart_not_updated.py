"""Adding to the cart says it worked, but the cart stays empty."""

from __future__ import annotations

from nano_sre.demo.catalogue import Product, Variant

CAUSE = "cart-loses-goods"


def put(product: Product, variant: Variant) -> Variant | None:
    return None
