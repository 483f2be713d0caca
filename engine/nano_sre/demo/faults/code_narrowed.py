"""The newsletter's code was narrowed to one collection after the newsletter went out."""

from __future__ import annotations

CAUSE = "discount-not-applicable"


def refusal(code: str, reason: str) -> str:
    return "discount_not_applicable"
