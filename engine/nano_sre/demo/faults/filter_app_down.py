"""A filter app draws the collections' products itself and hides the theme's own; its host is down."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "third-party-down"
ALSO = ("app-server-error",)
PATH = "/filter/v2/collection-filter.js"
_FILTER = f"""<style>.template-collection #product-grid, .kacheln {{ display: none; }}</style>
<div id="collection-filter" class="skeleton" aria-busy="true"></div><script>(function () {{
  var filter = document.createElement("script");
  filter.src = "//" + (location.hostname === "localhost" ? "127.0.0.1" : "localhost") + ":" + location.port + "{PATH}";
  document.body.append(filter);
}})();</script>"""


async def respond(request: Request) -> Response | None:
    return PlainTextResponse("Service Unavailable", status_code=503) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _FILTER if page == "collection" else ""
