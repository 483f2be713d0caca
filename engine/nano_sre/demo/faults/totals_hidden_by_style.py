"""Somebody's own style in the theme editor hides the cart's totals."""

from __future__ import annotations

CAUSE = "cart-total-missing"
_STYLE = "<style>.totals__total-value, .korb-summe [data-summe] { display: none !important; }</style>"


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _STYLE
