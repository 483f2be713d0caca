"""Bot protection in front of the store lets no automatic visitor in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "monitor-blocked"


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith(("/cdn/", "/__fault")):
        return None
    return HTMLResponse("<!doctype html><title>Too many requests</title><h1>Slow down</h1>", status_code=429)
