"""A back-in-stock app looks for stock in a location that was closed: it offers a message for goods that are there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "stock-hidden"
ALSO = ("buy-button-missing",)
PATH = "/extensions/018f6c1e-3a52-7b0d-9c41-77d0e2f4a9b6/notify-me-when-available-58/assets/notify-me.js"
_WORDS = {
    "en": ("Out of stock", "Notify me when available"),
    "de": ("Nicht vorrätig", "Benachrichtigen, wenn verfügbar"),
}
_SCRIPT = """(function () {
  var words = window.notifyMe;
  function offer() {
    document.querySelectorAll('form[action="/cart/add"] [type=submit]').forEach(function (button) {
      if (button.style.display === "none") return;
      button.style.display = "none";
      button.insertAdjacentHTML("afterend", '<p class="notify-me-stock">' + words[0] + "</p>" +
        '<button type="button" class="notify-me-button">' + words[1] + "</button>");
    });
  }
  new MutationObserver(offer).observe(document.body, {childList: true, subtree: true});
  offer();
})();"""


async def respond(request: Request) -> Response | None:
    return Response(_SCRIPT, media_type="text/javascript") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    stock, ask = _WORDS[locale]
    settings = f'<script>window.notifyMe = ["{stock}", "{ask}"];</script>'
    return f'{settings}<script src="{PATH}" defer></script>' if page == "product" else ""
