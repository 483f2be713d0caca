"""A page builder's product template posts to a form of its own, and not to the cart."""

from __future__ import annotations

CAUSE = "product-form-missing"


def rendered(page: str, html: str) -> str:
    return html.replace('action="/cart/add"', 'action="/pages/order-by-mail"') if page == "product" else html
