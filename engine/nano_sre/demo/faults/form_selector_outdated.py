"""A bundle app takes the button over, and looks for the rest of the form where the old theme had it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "add-to-cart-app-script"
PATH = "/extensions/018f3c9d-0b7a-7e21-a4c5-93d6b1f20e77/quantity-breaks-45/assets/breaks.js"
_SCRIPT = """(function () {
  function take() {
    var button = document.querySelector('form[action="/cart/add"] [type=submit]');
    if (!button) return;
    button.type = "button";
    var holder = document.querySelector(".product-form__cart-submit-wrapper");
    holder.addEventListener("click", function () { window.quantityBreaks.add(button.form); });
  }
  new MutationObserver(take).observe(document.body, {childList: true, subtree: true});
  take();
})();"""


async def respond(request: Request) -> Response | None:
    return Response(_SCRIPT, media_type="text/javascript") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return f'<script src="{PATH}" defer></script>' if page == "product" else ""
