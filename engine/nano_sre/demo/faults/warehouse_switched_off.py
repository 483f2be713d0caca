"""The warehouse was switched off as a location: nothing has any stock, and everything is sold out."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "product-sold-out"


def sold(product: Product) -> Product:
    return replace(product, variants=tuple(replace(each, stock=0) for each in product.variants))
