"""Product pages take more than five seconds to begin."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

SECONDS = 5.5


async def respond(request: Request) -> Response | None:
    whole = "/products/" in request.url.path and not request.url.path.endswith((".js", ".json"))
    if whole and "section_id" not in request.query_params:
        await asyncio.sleep(SECONDS)
    return None
