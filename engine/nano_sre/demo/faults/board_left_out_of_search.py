"""The best-selling board is hidden from the search, by a metafield that an import set; all the others are found."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo.feeds import suggest

CAUSE = "product-left-out-of-search"
HIDDEN = "complete-snowboard"


async def respond(request: Request) -> Response | None:
    if request.url.path != "/search/suggest.json":
        return None
    products = json.loads(bytes((await suggest(request)).body))["resources"]["results"]["products"]
    left = [each for each in products if each["handle"] != HIDDEN]
    return JSONResponse({"resources": {"results": {"products": left}}})


def view(page: str, context: dict[str, Any]) -> None:
    if page == "search":
        context["products"] = [each for each in context["products"] if each.handle != HIDDEN]
