"""A geolocation app takes every shopper for a Briton, and sends them to the store's British pages."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "sent-to-another-market"
_HOME, _ABROAD = "/products/", "/en-gb/products/"
_AMOUNT = re.compile(r"\$(\d[\d.,]*)|(\d[\d.,]*) €")
_MARKET = re.compile(r"(?<=active\": )\"USD\"|(?<=active: )\"EUR\"")
_COUNTRY = re.compile(r"(?<=Shopify.country = )\"US\"|(?<=country: )\"DE\"")


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path.startswith(_ABROAD):
        request.scope["path"] = path.removeprefix(
            "/en-gb"
        )  # the same pages, under the market's own addresses
    elif path.startswith(_HOME) and request.headers.get("sec-fetch-dest") == "document":
        return RedirectResponse(path.replace(_HOME, _ABROAD), 302)
    return None


def rendered(page: str, html: str) -> str:
    if page != "product":
        return html
    priced = _AMOUNT.sub(lambda amount: f"£{amount[1] or amount[2]}", html)
    return _COUNTRY.sub('"GB"', _MARKET.sub('"GBP"', priced))
