"""The search index is empty: whatever shoppers look for, nothing is found."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "search-finds-nothing"


async def respond(request: Request) -> Response | None:
    if request.url.path == "/search/suggest.json":
        return JSONResponse({"resources": {"results": {"products": []}}})
    return None


def view(page: str, context: dict[str, Any]) -> None:
    if page == "search":
        context["products"] = []
