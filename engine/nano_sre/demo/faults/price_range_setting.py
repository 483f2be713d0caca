"""The theme editor's box "show price range" was ticked: the board's page shows from and to, whatever size is chosen."""

from __future__ import annotations

import re

CAUSE = "price-ambiguous"
_PRICE = re.compile(
    r'(?<=price-item--regular">)\$(?:699|729|749)\.95|(?<=data-preis><strong>)(?:699|729|749),95 €'
)
_RANGE = {"$": "$699.95 - $749.95", "€": "699,95 € - 749,95 €"}


def rendered(page: str, html: str) -> str:
    if page != "product":
        return html
    return _PRICE.sub(lambda found: _RANGE["$" if "$" in found[0] else "€"], html)
