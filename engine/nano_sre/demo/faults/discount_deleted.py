"""The newsletter's discount code was deleted."""

from __future__ import annotations

CAUSE = "discount-unknown"


def refusal(code: str, reason: str) -> str:
    return "bad_discount"
