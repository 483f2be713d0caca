"""The wholesale quantity rule, six at the least, was set for the home market, too; the theme knows no such rules."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo import cart_api
from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import page

CAUSE = "minimum-quantity"
LEAST = 6
_WORDS = {"en": "This item has a minimum of 6", "de": "Dieser Artikel hat eine Mindestmenge von 6"}


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path not in ("/cart/add", "/cart/add.js"):
        return None
    if int(str((await cart_api.read_body(request)).get("quantity") or 1)) >= LEAST:
        return await cart_api.add(request)
    said = _WORDS[store_of(request).theme.locale]
    if path.endswith(".js") or "json" in request.headers.get("accept", ""):
        return JSONResponse({"status": 422, "message": "Cart Error", "description": said}, status_code=422)
    return page(request, "cart", {"error": said}, status=422)
