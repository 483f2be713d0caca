"""A subscription app made products buyable by subscription alone, and the theme offers none."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo.feeds import product_js, store_of
from nano_sre.demo.pages import page

CAUSE = "selling-plan-required"
_WORDS = {
    "en": "Variant can only be purchased with a selling plan.",
    "de": "Die Variante kann nur mit einem Verkaufsplan gekauft werden.",
}


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path.startswith("/products/") and path.endswith(".js"):
        request.scope["path_params"] = {"handle": path.split("/")[-1].removesuffix(".js")}
        return JSONResponse(
            {**json.loads(bytes((await product_js(request)).body)), "requires_selling_plan": True}
        )
    if path not in ("/cart/add", "/cart/add.js"):
        return None
    said = _WORDS[store_of(request).theme.locale]
    if path.endswith(".js") or "json" in request.headers.get("accept", ""):
        return JSONResponse({"status": 422, "message": "Cart Error", "description": said}, status_code=422)
    return page(request, "cart", {"error": said}, status=422)
