"""Prices on product pages are in the currency of another market."""

from __future__ import annotations

import re

CAUSE = "wrong-currency"
_AMOUNT = re.compile(r"\$(?=\d)|(?<=\d) €")


def rendered(page: str, html: str) -> str:
    if page != "product":
        return html
    before, found, body = html.partition("<body")
    foreign = _AMOUNT.sub(lambda sign: sign[0].translate({36: "£", 8364: "CHF"}), body if found else before)
    return f"{before}{found}{foreign}" if found else foreign
