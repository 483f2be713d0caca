"""An address validation app refuses every postal code."""

from __future__ import annotations

from typing import Any

CAUSE = "checkout-refuses-address"


def view(page: str, context: dict[str, Any]) -> None:
    if page == "checkout" and context["stage"] in ("", "information"):
        context["errors"] = {**context["errors"], "postalCode": "This postal code could not be verified"}
