"""A cache before the shop was told to keep every page, the cart, too: everybody gets an empty one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo import pages

CAUSE = "cart-not-drawn"


async def respond(request: Request) -> Response | None:
    if request.url.path != "/cart" or request.method != "GET" or request.query_params:
        return None
    headers = [each for each in request.scope["headers"] if each[0] != b"cookie"]
    kept = await pages.cart(Request({**request.scope, "headers": headers}))
    kept.headers.update({"cache-control": "public, max-age=14400", "cf-cache-status": "HIT", "age": "811"})
    return kept
