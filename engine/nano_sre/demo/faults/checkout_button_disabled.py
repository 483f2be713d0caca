"""A terms-and-conditions app keeps the checkout button disabled, and its box is not shown."""

from __future__ import annotations

CAUSE = "checkout-button-missing"


def rendered(page: str, html: str) -> str:
    return html.replace('name="checkout"', 'name="checkout" disabled')
