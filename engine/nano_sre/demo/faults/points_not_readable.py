"""A points programme's host has forgotten this shop's address: browsers may not read its answers."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "cross-origin-blocked"
PATH = "/v2/points.json"
_ASK = f"""<p id="points"></p><script>(function () {{
  var host = (location.hostname === "localhost" ? "127.0.0.1" : "localhost") + ":" + location.port;
  fetch("//" + host + "{PATH}").then(function (answer) {{ return answer.json(); }}).then(function (found) {{
    document.getElementById("points").textContent = "+" + found.points;
  }});
}})();</script>"""


async def respond(request: Request) -> Response | None:
    return JSONResponse({"points": 70}) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _ASK if page == "product" else ""
