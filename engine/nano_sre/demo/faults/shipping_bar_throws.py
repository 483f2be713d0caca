"""A free-shipping bar takes over the cart's quantities to keep its goal up to date, and fails at each of them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "cart-script-broken"
PATH = "/apps/free-shipping/bar.js"
_SCRIPT = """["change", "submit"].forEach(function (kind) {
  document.addEventListener(kind, function (event) {
    var cart = event.target.closest('form[action="/cart"]');
    if (!cart || (kind === "submit" && (!event.submitter || event.submitter.name !== "update"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    window.freeShippingBar.goal.update(new FormData(cart));
  }, true);
});"""


async def respond(request: Request) -> Response | None:
    return Response(_SCRIPT, media_type="text/javascript") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else f'<script src="{PATH}"></script>'
