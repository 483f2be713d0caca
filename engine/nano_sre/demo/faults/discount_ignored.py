"""A discount code is accepted, but the total stays."""

from __future__ import annotations

CAUSE = "discount-takes-nothing-off"


def taken_off(amount: int) -> int:
    return 0
