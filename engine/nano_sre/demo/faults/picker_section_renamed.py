"""A section was renamed with a theme update, and the size picker still fetches the product by its old name."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "variant-picker-broken"


async def respond(request: Request) -> Response | None:
    if "section_id" not in request.query_params or not request.url.path.startswith("/products/"):
        return None
    return HTMLResponse("", status_code=404)
