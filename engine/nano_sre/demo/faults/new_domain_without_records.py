"""A new domain was made the primary one before its DNS records were there: the old one sends everybody to it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nano_sre.demo.feeds import store_of

CAUSE = "host-name-not-resolved"


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    host = f"www.{store_of(request).theme.shop.partition('.')[0]}.invalid"  # a name that nobody can ever have
    return RedirectResponse(str(request.url.replace(hostname=host, port=None)), 301)
