"""The cart's data (/cart.js) answers with an error page instead of JSON."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "cart-api-error"


async def respond(request: Request) -> Response | None:
    if request.url.path in ("/cart.js", "/cart.json"):
        return HTMLResponse(
            "<!doctype html><title>500</title><h1>Internal Server Error</h1>", status_code=500
        )
    return None
