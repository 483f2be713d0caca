"""Another size or colour than the one chosen lands in the cart."""

from __future__ import annotations

from nano_sre.demo.catalogue import Product, Variant

CAUSE = "wrong-variant-in-cart"


def put(product: Product, variant: Variant) -> Variant | None:
    others = [other for other in product.variants if other.available and other.id != variant.id]
    return others[0] if others else variant
