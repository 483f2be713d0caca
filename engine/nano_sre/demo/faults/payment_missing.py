"""Checkout offers no way to pay."""

from __future__ import annotations

from typing import Any

CAUSE = "payment-missing"


def view(page: str, context: dict[str, Any]) -> None:
    if page == "checkout":
        context["card_fields"] = ()
