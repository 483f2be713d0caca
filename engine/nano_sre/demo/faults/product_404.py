"""Product pages answer "not found"."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo.pages import not_found

CAUSE = "product-missing"


async def respond(request: Request) -> Response | None:
    return await not_found(request) if "/products/" in request.url.path else None
