"""A leftover URL redirect sends product pages to the catalogue."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "product-redirected"


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if not path.startswith("/products/") or path.endswith((".js", ".json")):
        return None
    return RedirectResponse("/collections/all", 302)
