"""A wholesale app hides the prices of products from everybody."""

from __future__ import annotations

import re

CAUSE = "price-missing"
_AMOUNT = re.compile(r"\$[0-9][0-9.,]*|[0-9][0-9.,]* €")


def rendered(page: str, html: str) -> str:
    if page != "product":
        return html
    head, found, body = html.rpartition("<body")
    return head + found + _AMOUNT.sub("Log in to see prices", body)
