"""A new cart template knows nothing of discounts: a code counts, but the cart goes on showing the full price."""

from __future__ import annotations

from typing import Any

CAUSE = "discount-not-shown"


def view(page: str, context: dict[str, Any]) -> None:
    if page not in ("checkout", "thank-you", "order"):
        full = context["cart"]["original_total_price"]
        context["cart"] = {**context["cart"], "total_price": full, "total_discount": 0, "discount_codes": []}
