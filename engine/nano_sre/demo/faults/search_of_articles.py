"""A change for the blog made every search form look for articles only: what the shop sells is never found."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import page

CAUSE = "search-finds-nothing"
_FIELD = re.compile(r'<input(?=[^>]*type="search")')


async def respond(request: Request) -> Response | None:
    asked = request.query_params
    if request.url.path != "/search" or asked.get("type") != "article":
        return None
    found = {"terms": asked.get("q", "")[:200], "products": []}
    return page(request, "search", found, title=store_of(request).theme.labels["search"])


def rendered(page: str, html: str) -> str:
    return _FIELD.sub('<input type="hidden" name="type" value="article"><input', html)
