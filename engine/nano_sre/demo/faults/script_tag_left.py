"""An app still puts its script into every page by a script tag, which Shopify stops on 2027-03-01."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

PATH = "/apps/reviews/widget.js"
_TAG = {
    "id": "gid://shopify/ScriptTag/596726825",
    "legacyResourceId": "596726825",
    "src": PATH,
    "displayScope": "ONLINE_STORE",
    "cache": False,
    "createdAt": "2024-05-02T08:15:00Z",
    "updatedAt": "2024-05-02T08:15:00Z",
}


def script_tags() -> list[dict[str, Any]]:
    return [_TAG]


def markup(page: str, locale: str) -> str:
    return f'<script async src="{PATH}"></script>' if page not in {"checkout", "thank-you", "order"} else ""


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    return Response("window.reviewsWidget = true;", media_type="text/javascript")
