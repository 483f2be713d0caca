"""An image-shrinking app serves every picture from a host of its own, and its plan has ended."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "images-unavailable"
ALSO = ("third-party-down",)
FOLDER = "/img/w-auto/q-80"
_SHRINK = f"""<script>(function () {{
  var host = "//" + (location.hostname === "localhost" ? "127.0.0.1" : "localhost") + ":" + location.port;
  document.querySelectorAll('img[src^="/cdn/shop/files/"]').forEach(function (picture) {{
    picture.src = host + "{FOLDER}" + picture.getAttribute("src");
  }});
}})();</script>"""


async def respond(request: Request) -> Response | None:
    if not request.url.path.startswith(FOLDER):
        return None
    return PlainTextResponse("Payment Required: this plan has ended", status_code=402)


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _SHRINK
