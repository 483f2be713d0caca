"""A size of the board was renamed in the admin, and who asks for the old name does not find it."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product

CAUSE = "variant-gone"


def sold(product: Product) -> Product:
    def renamed(text: str) -> str:
        return text.replace("158cm", "159W")

    variants = tuple(
        replace(each, title=renamed(each.title), options=tuple(map(renamed, each.options)))
        for each in product.variants
    )
    return replace(product, variants=variants)
