"""The cart knows what is in it, but its page and drawer draw no lines."""

from __future__ import annotations

from typing import Any

CAUSE = "cart-not-drawn"


def view(page: str, context: dict[str, Any]) -> None:
    if page == "cart":
        context["cart"] = {**context["cart"], "items": []}
