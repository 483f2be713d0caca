"""A bundle app takes over the product form and fails when the button is pressed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "add-to-cart-app-script"
PATH = "/apps/bundles/bundle.js"
_SCRIPT = """addEventListener("submit", function (event) {
  if (!/\\/cart\\/add$/.test(event.target.getAttribute("action") || "")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  window.bundleSettings.tiers.forEach(function (tier) { tier.apply(event.target); });
}, true);"""


async def respond(request: Request) -> Response | None:
    return Response(_SCRIPT, media_type="text/javascript") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return f'<script src="{PATH}"></script>' if page == "product" else ""
