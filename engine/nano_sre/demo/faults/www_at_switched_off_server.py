"""The shop moved to Shopify, but its www record still names the old server, which has been switched off since."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "store-unreachable"
_OTHER = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}  # this machine's other name stands for www
_NOBODY = 64999  # nothing listens there


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    other = _OTHER.get(request.url.hostname or "", request.url.hostname)
    return RedirectResponse(str(request.url.replace(hostname=other, port=_NOBODY)), 301)
