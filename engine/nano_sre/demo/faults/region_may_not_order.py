"""A shipping-restrictions app takes every region for one to which these goods may not be sent, and guards the cart."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import page

CAUSE = "cart-add-refused"
_WORDS = {
    "en": "This product can't be shipped to your region.",
    "de": "Dieses Produkt kann nicht in deine Region versendet werden.",
}


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path not in ("/cart/add", "/cart/add.js"):
        return None
    said = _WORDS[store_of(request).theme.locale]
    if path.endswith(".js") or "json" in request.headers.get("accept", ""):
        return JSONResponse({"status": 422, "message": "Cart Error", "description": said}, status_code=422)
    return page(request, "cart", {"error": said}, status=422)
