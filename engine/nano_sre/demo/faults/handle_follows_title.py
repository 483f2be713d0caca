"""The best-selling board was given a longer title for search engines, and its address with it; no redirect was made."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo import feeds, pages

CAUSE = "product-missing"
OLD, NEW = "/products/complete-snowboard", "/products/complete-all-mountain-snowboard-2027"


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path.split(".")[0] == OLD:
        return await pages.not_found(request)
    if path.split(".")[0] == NEW:
        request.scope["path"] = path.replace(NEW, OLD)
    if path != "/search/suggest.json":
        return None
    found = bytes((await feeds.suggest(request)).body)
    return Response(found.replace(OLD.encode(), NEW.encode()), media_type="application/json")


def rendered(page: str, html: str) -> str:
    return html.replace(OLD, NEW)
