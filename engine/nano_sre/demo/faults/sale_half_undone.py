"""A sale app ended its sale half-way: prices went up again, the prices to compare with stayed where they were."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "sale-price-wrong"
BEFORE = {44995: 54995}  # the sale's prices, and those before it


def sold(product: Product) -> Product:
    full = tuple(replace(each, price=each.compare_at or each.price) for each in product.variants)
    return replace(product, variants=full)


def charged(price: int) -> int:
    return BEFORE.get(price, price)
