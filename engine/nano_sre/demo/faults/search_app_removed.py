"""Searches are still redirected to the results page of a search app that was removed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "search-broken"


async def respond(request: Request) -> Response | None:
    return (
        RedirectResponse(f"/pages/search-results-page?{request.url.query}", 302)
        if request.url.path == "/search"
        else None
    )
