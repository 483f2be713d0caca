"""The shop's bill was not paid, and Shopify has frozen the shop."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "store-closed"
_WORDS = {
    "en": "Sorry, this store is currently unavailable.",
    "de": "Dieser Shop ist derzeit leider nicht verfügbar.",
}


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    said = _WORDS[store_of(request).theme.locale]
    return HTMLResponse(f"<!doctype html><title>{said}</title><h1>{said}</h1>", status_code=402)
