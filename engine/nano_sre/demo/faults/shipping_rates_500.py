"""The carrier app that works out shipping rates fails."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "rates-not-loaded"


async def respond(request: Request) -> Response | None:
    return (
        PlainTextResponse("carrier timed out", status_code=500)
        if request.url.path.endswith("/rates")
        else None
    )
