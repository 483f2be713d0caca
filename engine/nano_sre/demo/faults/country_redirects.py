"""Product pages redirect in a circle: one redirect adds the country, another takes it away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "redirect-loop"


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if not path.startswith("/products/") or path.endswith((".js", ".json")):
        return None
    return RedirectResponse(path if "country" in request.query_params else f"{path}?country=CA", 302)
