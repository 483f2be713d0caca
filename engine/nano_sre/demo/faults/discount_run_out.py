"""The newsletter's discount code has run out."""

from __future__ import annotations

CAUSE = "discount-expired"


def refusal(code: str, reason: str) -> str:
    return "discount_expired"
