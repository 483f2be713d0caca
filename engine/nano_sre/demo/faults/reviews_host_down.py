"""The host of a reviews service is down, and product pages load its script."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "third-party-down"
PATH = "/widgets/stars.js"
_STARS = f"""<script>(function () {{
  var stars = document.createElement("script");
  stars.src = "//" + (location.hostname === "localhost" ? "127.0.0.1" : "localhost") + ":" + location.port + "{PATH}";
  document.body.append(stars);
}})();</script>"""


async def respond(request: Request) -> Response | None:
    return PlainTextResponse("", status_code=503) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _STARS if page == "product" else ""
