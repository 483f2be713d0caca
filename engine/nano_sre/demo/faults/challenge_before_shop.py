"""The proxy before the shop was told that it is under attack: every visitor must first show to be no machine."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "monitor-blocked"
_PAGE = """<!doctype html><title>Just a moment...</title><h1>{host}</h1>
<p>Verifying you are human. This may take a few seconds.</p>
<noscript>Enable JavaScript and cookies to continue</noscript>
<p>{host} needs to review the security of your connection before proceeding.</p>"""


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith(("/cdn/", "/__fault")):
        return None
    page = _PAGE.format(host=request.url.hostname)
    return HTMLResponse(page, status_code=403, headers={"cf-mitigated": "challenge", "server": "cloudflare"})
