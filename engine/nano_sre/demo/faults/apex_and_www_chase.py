"""The shop sends www to the bare domain, and a rule at the domain's provider sends the bare domain back to www."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "redirect-loop"
_OTHER = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}  # this machine's two names


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    other = _OTHER.get(request.url.hostname or "", request.url.hostname)
    return RedirectResponse(str(request.url.replace(hostname=other)), 301)
