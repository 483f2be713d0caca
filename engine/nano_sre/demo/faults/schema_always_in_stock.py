"""An agency's snippet for search engines has "InStock" written into it, for every product at any time."""

from __future__ import annotations

from typing import Any

CAUSE = "structured-data-wrong"


def view(page: str, context: dict[str, Any]) -> None:
    if page != "product" or not context["structured"]:
        return
    there = {"availability": "https://schema.org/InStock"}
    offers = [{**offer, **there} for offer in context["structured"]["offers"]]
    context["structured"] = {**context["structured"], "offers": offers}
