"""The discount code takes off half of what the newsletter promises."""

from __future__ import annotations

CAUSE = "discount-wrong-amount"


def taken_off(amount: int) -> int:
    return amount // 2
