"""The last board of the size that sells best was sold; the other sizes are there."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "product-sold-out"
SIZE = "158cm"


def sold(product: Product) -> Product:
    left = tuple(replace(each, stock=0) if SIZE in each.options else each for each in product.variants)
    return replace(product, variants=left)
