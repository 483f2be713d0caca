"""The domain points at Shopify, but was taken off this shop in its admin: Shopify does not know whose it is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = None
_PAGE = """<!doctype html><html lang="en"><title>Shopify</title><h1>Only one step left!</h1>
<p>To finish setting up your new web address, go to your domain settings, click
&quot;Connect existing domain&quot;, and enter:</p><p><strong>{host}</strong></p>
<p><a href="/admin/settings/domains">Go to domain settings</a></p></html>"""


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    return HTMLResponse(_PAGE.format(host=request.url.hostname), status_code=404)
