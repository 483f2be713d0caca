"""A country blocker answers /cart.js with its own page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "cart-api-intercepted"
_PAGE = "<!doctype html><title>Not in your country</title><h1>We do not sell to your country yet</h1>"


async def respond(request: Request) -> Response | None:
    return HTMLResponse(_PAGE) if request.url.path in ("/cart.js", "/cart.json") else None
