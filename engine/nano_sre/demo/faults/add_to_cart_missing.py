"""The product page has no add-to-cart button."""

from __future__ import annotations

from typing import Any

CAUSE = "buy-button-missing"


def view(page: str, context: dict[str, Any]) -> None:
    if page == "product":
        context["buy_button"] = False
