"""The shop's domain ran out, and its registrar shows a page of its own there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = None
_PAGE = """<!doctype html><title>{host}</title><h1>{host}</h1><p>This domain name has expired.</p>
<p><a href="/renew">Is this your domain? Renew it now</a></p>
<h2>Related searches</h2><ul><li>Snowboard deals</li><li>Ski trips</li><li>Winter jackets</li></ul>"""


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    return HTMLResponse(_PAGE.format(host=request.url.hostname))
