"""A script of the theme fails while product pages load; recommendations stay empty."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "theme-script-error"
PATH = "/cdn/shop/t/1/assets/recommendations.js"
_SCRIPT = 'document.querySelector("#product-recommendations").dataset.url.split("?");'


async def respond(request: Request) -> Response | None:
    return Response(_SCRIPT, media_type="text/javascript") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return f'<script src="{PATH}" defer></script>' if page == "product" else ""
