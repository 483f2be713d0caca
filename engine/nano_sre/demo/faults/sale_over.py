"""The reduction was taken out of the products, while the campaign goes on."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "sale-ended"


def sold(product: Product) -> Product:
    return replace(product, variants=tuple(replace(each, compare_at=None) for each in product.variants))
