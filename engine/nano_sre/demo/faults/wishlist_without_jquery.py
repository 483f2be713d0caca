"""A wishlist app's script needs jQuery, which the old theme brought along and the new one does not."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "app-script-error"
PATH = "/extensions/0199c2f4-7d0e-7a55-b1f3-2c60a8d5e914/wishlist-hearts-31/assets/hearts.js"
_SCRIPT = (
    'jQuery(function ($) { $(".wishlist-heart").on("click", function () { $(this).toggleClass("on"); }); });'
)


async def respond(request: Request) -> Response | None:
    return Response(_SCRIPT, media_type="text/javascript") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return f'<script src="{PATH}" defer></script>' if page in ("home", "collection", "product") else ""
