"""A theme setting shows every product as sold out."""

from __future__ import annotations

from typing import Any

CAUSE = "stock-hidden"


def view(page: str, context: dict[str, Any]) -> None:
    if page == "product":
        context["available"] = False
