"""A sync with the accounts system lost its price list, and wrote a price of nought to every product."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "price-zero"


def sold(product: Product) -> Product:
    return replace(product, variants=tuple(replace(each, price=0) for each in product.variants))


def charged(price: int) -> int:
    return 0
