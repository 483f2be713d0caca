"""A spreadsheet import swapped two columns: reduced products cost their old price, "instead of" the new one."""

from __future__ import annotations

from dataclasses import replace

from nano_sre.demo.catalogue import Product, Variant

CAUSE = "sale-price-wrong"


def sold(product: Product) -> Product:
    return replace(product, variants=tuple(map(_swapped, product.variants)))


def _swapped(variant: Variant) -> Variant:
    if variant.compare_at is None:
        return variant
    return replace(variant, price=variant.compare_at, compare_at=variant.price)
