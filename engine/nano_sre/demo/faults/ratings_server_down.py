"""The server of a ratings app fails: the stars that product pages fetch from it do not come."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

CAUSE = "app-server-error"
PATH = "/apps/ratings/summary"
_ASK = f"""<div id="ratings-summary"></div><script>
fetch("{PATH}?product=" + encodeURIComponent(location.pathname)).then(function (answer) {{
  return answer.ok ? answer.text() : "";
}}).then(function (stars) {{
  document.getElementById("ratings-summary").innerHTML = stars;
}});</script>"""


async def respond(request: Request) -> Response | None:
    return HTMLResponse("<h1>Application error</h1>", status_code=502) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _ASK if page == "product" else ""
