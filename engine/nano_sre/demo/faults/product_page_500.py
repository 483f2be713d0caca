"""Product pages answer with a server error; their data do not."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "product-page-error"


async def respond(request: Request) -> Response | None:
    return (
        HTMLResponse("<!doctype html><title>500</title><h1>Something went wrong</h1>", status_code=500)
        if request.url.path.startswith("/products/") and not request.url.path.endswith((".js", ".json"))
        else None
    )
