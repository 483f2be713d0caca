"""A limit of one a customer, made for a drop, was left on for every product."""

from __future__ import annotations

CAUSE = "quantity-limited"
_WORDS = {"en": "Limit: 1 per customer", "de": "Höchstens 1 Stück pro Person"}


def quantity(asked: int, before: int) -> int:
    return min(asked, 1)


def markup(page: str, locale: str) -> str:
    return f'<p class="order-limit" role="note">{_WORDS[locale]}</p>' if page in ("product", "cart") else ""
