"""Shopify has an outage: every page of the shop, and its cart, is answered with an error, for half an hour."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "store-server-error"
_PAGE = """<!doctype html><html lang="en"><title>Something went wrong</title><h1>Something went wrong</h1>
<h2>There was a problem loading this website</h2><p>Try refreshing the page.</p>
<p>If the site still doesn't load, please try again in a few minutes.</p></html>"""


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith(("/cdn/", "/__fault")):
        return None
    return HTMLResponse(_PAGE, status_code=503)
