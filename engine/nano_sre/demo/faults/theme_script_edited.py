"""Somebody pasted a snippet into the theme's script and lost a bracket: the browser runs nothing of the file."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo.feeds import store_of

CAUSE = "theme-script-error"
_SNIPPET = b"""
document.addEventListener("click", function (event) {
  if (event.target.matches(".promo-link") { window.dataLayer.push({event: "promo"});
});
"""


async def respond(request: Request) -> Response | None:
    folder, _, name = request.url.path.rpartition("/")
    if folder != "/cdn/shop/t/1/assets" or name not in ("theme.js", "laden.js"):
        return None
    file = store_of(request).theme.assets.get(name)
    return Response(file.body + _SNIPPET, media_type=file.kind) if file else None
