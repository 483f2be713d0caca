"""The cart's template was saved with a section that does not exist: the store cannot draw the cart page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "cart-page-error"
_PAGE = (
    "<!doctype html><title>Something went wrong</title><h1>There was a problem loading this website</h1>"
    "<p>Try refreshing the page.</p>"
)


async def respond(request: Request) -> Response | None:
    drawn = request.method == "GET" and not request.query_params.get("section_id")
    return HTMLResponse(_PAGE, status_code=500) if request.url.path == "/cart" and drawn else None
