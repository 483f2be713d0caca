"""Checkout answers with an error page (500)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "checkout-server-error"

_PAGE = "<!doctype html><title>500</title><h1>Internal Server Error</h1><p>Something went wrong.</p>"


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/checkouts/cn/"):
        return HTMLResponse(_PAGE, status_code=500)
    return None
