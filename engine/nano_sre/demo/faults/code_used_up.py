"""The newsletter's code was made for its first hundred shoppers, and they have all been."""

from __future__ import annotations

from typing import Any

CAUSE = "discount-expired"
ALSO = ("discount-refused",)
_WORDS = {
    "en": "SUMMER10 discount code has reached its usage limit",
    "de": "Das Nutzungslimit des Rabattcodes SUMMER10 wurde erreicht",
}


def refusal(code: str, reason: str) -> str:
    return "discount_not_applicable" if code == "SUMMER10" else reason


def view(page: str, context: dict[str, Any]) -> None:
    said = context.get("discount_problem") or ""
    if said:
        context["discount_problem"] = _WORDS["de" if "Rabatt" in said else "en"]
