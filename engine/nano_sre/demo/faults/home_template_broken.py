"""The home page's template was saved half-finished, and the store cannot draw it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "page-server-error"


async def respond(request: Request) -> Response | None:
    return (
        HTMLResponse("<!doctype html><title>500</title><h1>Something went wrong</h1>", status_code=500)
        if request.url.path == "/"
        else None
    )
