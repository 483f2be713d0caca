"""A banner without a size arrives late on product pages and pushes everything down."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "late-content-shifts-page"

PATH = "/cdn/shop/files/winter-sale-banner.svg"
SECONDS = 0.8  # the page has been drawn by then, and waits for its pictures before it counts as loaded
_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="700" viewBox="0 0 1600 700">
<rect width="1600" height="700" fill="#12324a"/><path d="M0 700 420 250l260 220L980 180l620 520z" fill="#e8eef2"/>
<text x="80" y="120" font-family="sans-serif" font-size="72" fill="#fff">Winter sale</text></svg>"""
_BANNER = f"""<script>(function () {{
  var banner = document.createElement("img");
  banner.alt = "Winter sale";
  banner.style.cssText = "display:block;min-width:100%";
  banner.src = "{PATH}";
  document.body.prepend(banner);
}})();</script>"""


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    await asyncio.sleep(SECONDS)
    return Response(_PICTURE, media_type="image/svg+xml", headers={"cache-control": "no-store"})


def markup(page: str, locale: str) -> str:
    return _BANNER if page == "product" else ""
