"""A stock app takes goods back while they lie in carts: the checkout says that they are gone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "goods-gone-at-checkout"
_WORDS = {
    "en": (
        "Out of stock",
        "Some items are no longer available. Your cart has been updated.",
        "Return to cart",
    ),
    "de": (
        "Ausverkauft",
        "Einige Artikel sind nicht mehr verfügbar. Dein Warenkorb wurde angepasst.",
        "Zum Warenkorb",
    ),
}


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if not path.startswith("/checkouts/cn/"):
        return None
    if not path.endswith("/stock_problems"):
        return RedirectResponse(f"/checkouts/cn/{path.split('/')[3]}/stock_problems", 302)
    title, text, back = _WORDS[store_of(request).theme.locale]
    page = f'<!doctype html><title>{title}</title><h1>{title}</h1><p role="alert">{text}</p><a href="/cart">{back}</a>'
    return HTMLResponse(page)
