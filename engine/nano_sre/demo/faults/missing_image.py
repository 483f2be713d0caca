"""The size chart's picture was deleted, and product pages still show its place."""

from __future__ import annotations

CAUSE = "image-missing"


def markup(page: str, locale: str) -> str:
    picture = '<img src="/cdn/shop/files/size-chart.png" alt="Size chart" width="600" height="240">'
    return f"<p>{picture}</p>" if page == "product" else ""
