"""A firewall rule against copycats, who read the catalogue's data, keeps those from every shopper's browser, too."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "catalogue-unreadable"
ALSO = ("monitor-blocked",)
_PAGE = """<!doctype html><title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>
<h2>You are unable to access {host}</h2><p>This website is using a security service to protect itself from online
attacks. The action you just performed triggered the security solution.</p><p>Cloudflare Ray ID: 9a1f0c2e7d6b4c11</p>"""


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if not (
        path.endswith("/products.json") or (path.startswith("/products/") and path.endswith((".js", ".json")))
    ):
        return None
    return HTMLResponse(
        _PAGE.format(host=request.url.hostname), status_code=403, headers={"server": "cloudflare"}
    )
