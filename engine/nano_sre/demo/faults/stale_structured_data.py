"""An SEO app writes the structured data, from a copy of the catalogue it made before the boards were delivered."""

from __future__ import annotations

from typing import Any

CAUSE = "structured-data-wrong"


def view(page: str, context: dict[str, Any]) -> None:
    if page != "product" or not context["structured"]:
        return
    gone = {"availability": "https://schema.org/OutOfStock"}
    offers = [{**offer, **gone} for offer in context["structured"]["offers"]]
    context["structured"] = {**context["structured"], "offers": offers}
