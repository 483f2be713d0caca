"""Somebody made the newsletter's code anew and left its type on "fixed amount": ten off, not ten percent."""

from __future__ import annotations

CAUSE = "discount-wrong-amount"


def taken_off(amount: int) -> int:
    return min(amount, 1000)
