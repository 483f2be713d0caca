"""The moved domain has no certificate yet: the store sends everybody to https, where nobody can shake hands."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "tls-certificate"


async def respond(request: Request) -> Response | None:
    if request.url.path.startswith("/__fault"):
        return None
    return RedirectResponse(str(request.url.replace(scheme="https")), 302)
