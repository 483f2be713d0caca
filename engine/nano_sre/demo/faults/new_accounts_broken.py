"""The shop moved to the new customer accounts, whose address is not set up: the log-in leads to an error page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

CAUSE = "log-in-broken"
PATH = "/authentication/login"
_PAGE = (
    "<!doctype html><title>Something went wrong</title><h1>There was a problem loading this page</h1>"
    "<p>The account page could not be opened.</p>"
)


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path == PATH:
        return HTMLResponse(_PAGE, status_code=500)
    return RedirectResponse(f"{PATH}?redirect_uri=/account", 302) if path == "/account/login" else None
