"""An upsell app's server fails: what goes with the cart is asked for on every page, and never comes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "app-server-error"
PATH = "/apps/upsell/offers.json"
_ASK = f"""<div id="upsell-offers"></div><script>fetch("{PATH}").then(function (answer) {{
  if (!answer.ok) return;
  return answer.text().then(function (html) {{ document.getElementById("upsell-offers").innerHTML = html; }});
}});</script>"""


async def respond(request: Request) -> Response | None:
    page = "<!doctype html><title>Application error</title><h1>Application error</h1>"
    return HTMLResponse(page, status_code=502) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _ASK
