"""A new automatic discount, free shipping for all, does not combine with the newsletter's code."""

from __future__ import annotations

from typing import Any

CAUSE = "discount-not-combinable"
_WORDS = {
    "en": "SUMMER10 couldn't be used with your existing discounts.",
    "de": "SUMMER10 kann nicht mit deinen bestehenden Rabatten kombiniert werden.",
}


def refusal(code: str, reason: str) -> str:
    return "discount_not_applicable"


def view(page: str, context: dict[str, Any]) -> None:
    said = context.get("discount_problem") or ""
    if said:
        context["discount_problem"] = _WORDS["de" if "Rabatt" in said else "en"]
