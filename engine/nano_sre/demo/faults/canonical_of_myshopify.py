"""The theme writes canonical addresses with the shop's permanent domain: search engines list myshopify.com."""

from __future__ import annotations

import re

CAUSE = None
_SHOP = re.compile(r'shop(?: =|:) "([\w-]+\.myshopify\.com)"')
_CANONICAL = re.compile(r'(<link rel="canonical" href=")https?://[^/"]+')


def rendered(page: str, html: str) -> str:
    shop = _SHOP.search(html)
    return _CANONICAL.sub(rf"\1https://{shop[1]}", html) if shop else html
