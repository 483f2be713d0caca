"""A slide-cart app's trial ran out: its script still adds to the cart by itself, but draws its drawer no more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "no-sign-of-adding"
PATH = "/apps/slide-cart/settings.json"
_SCRIPT = f"""<script>document.addEventListener("submit", function (event) {{
  if (!/\\/cart\\/add$/.test(event.target.getAttribute("action") || "")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  fetch("/cart/add.js", {{method: "POST", body: new FormData(event.target)}}).then(function () {{
    var item = JSON.parse(document.querySelector("[data-pixel-item], .messung").textContent);
    window.storePixels.publish({{name: "add_to_cart", value: item.price, items: [item]}});
    return fetch("{PATH}");
  }}).then(function (answer) {{ return answer.json(); }}).then(function (settings) {{
    if (settings.active) document.querySelector("slide-cart").open(settings);
  }});
}}, true);</script><slide-cart></slide-cart>"""


async def respond(request: Request) -> Response | None:
    ended = {"active": False, "plan": "trial_expired"}
    return JSONResponse(ended) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _SCRIPT if page == "product" else ""
