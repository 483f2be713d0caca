"""A one-click checkout app has taken over the checkout button, and the server it opens its own checkout with fails."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "checkout-button-missing"
ALSO = ("third-party-down",)
PATH = "/v1/merchant/checkout-sessions"
_WORDS = {"en": "Loading secure checkout…", "de": "Sichere Kasse wird geladen …"}
_TAKE_OVER = """<script>(function () {{
  var host = "//" + (location.hostname === "localhost" ? "127.0.0.1" : "localhost") + ":" + location.port;
  function begin() {{
    var layer = document.createElement("div");
    layer.id = "one-click-checkout";
    layer.style.cssText = "position:fixed;inset:0;z-index:2147483000;background:#fff;padding:30vh 0;text-align:center";
    layer.innerHTML = '<p role="status">{loading}</p>';
    document.body.append(layer);
    fetch(host + "{path}", {{method: "POST", body: JSON.stringify({{shop: Shopify.shop}})}})
      .then(function (answer) {{ return answer.json(); }})
      .then(function (session) {{ location.assign(session.url); }})
      .catch(function (error) {{ console.error("[one-click] session could not be created", error); layer.remove(); }});
  }}
  document.addEventListener("click", function (event) {{
    if (!event.target.closest("[name=checkout]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    begin();
  }}, true);
}})();</script>"""


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    return PlainTextResponse(
        "upstream connect error", status_code=503, headers={"access-control-allow-origin": "*"}
    )


def markup(page: str, locale: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return ""
    return _TAKE_OVER.format(loading=_WORDS[locale], path=PATH)
