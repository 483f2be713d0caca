"""Product pages take more than five seconds to begin."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "server-slow"

SECONDS = 5.5


async def respond(request: Request) -> Response | None:
    # Only what a shopper opens: the theme's own requests for a part of the page stay quick.
    if "/products/" in request.url.path and request.headers.get("sec-fetch-dest") == "document":
        await asyncio.sleep(SECONDS)
    return None
