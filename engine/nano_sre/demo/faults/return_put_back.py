"""A sold-out board was sent back, and refunded with "restock item" ticked: the shop sells it again."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "product-restocked"
SENT_BACK = "aurora-snowboard"


def sold(product: Product) -> Product:
    if product.handle != SENT_BACK:
        return product
    first, *others = product.variants
    return replace(product, variants=(replace(first, stock=1), *others))
