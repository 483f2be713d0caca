"""Sold-out products look buyable on their page, but cannot be added to the cart."""

from __future__ import annotations

from nano_sre.demo.catalogue import Variant

CAUSE = "stock-shown-wrong"


def shown_available(variant: Variant) -> bool:
    return True
