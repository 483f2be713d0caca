"""The theme's style sheet is gone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "theme-file-missing"


async def respond(request: Request) -> Response | None:
    return (
        PlainTextResponse("Not Found", status_code=404)
        if request.url.path.endswith(("/base.css", "/stil.css"))
        else None
    )
