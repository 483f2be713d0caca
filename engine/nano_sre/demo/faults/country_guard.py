"""A country-blocking app refuses the visitors of a whole continent."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "visitors-refused"
_PAGE = "<!doctype html><title>Access denied</title><h1>Access denied</h1><p>We do not serve your region.</p>"


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith(("/cdn/", "/__fault")):
        return None
    return HTMLResponse(_PAGE, status_code=403)
