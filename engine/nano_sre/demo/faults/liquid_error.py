"""A snippet of the theme is gone, and the template language says so in the middle of the product page."""

from __future__ import annotations

CAUSE = "liquid-error"


def markup(page: str, locale: str) -> str:
    message = "Liquid error (sections/main-product line 84): Could not find asset snippets/size-badge.liquid"
    return f"<p>{message}</p>" if page == "product" else ""
