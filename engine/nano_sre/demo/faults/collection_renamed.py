"""The collection of boards got a new address without a redirect, and every menu still leads to the old one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo import pages

CAUSE = "page-missing"


async def respond(request: Request) -> Response | None:
    if request.url.path.rstrip("/") != "/collections/snowboards":
        return None
    return await pages.not_found(request)
