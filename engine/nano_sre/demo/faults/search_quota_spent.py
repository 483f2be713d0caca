"""The results page is drawn by a search app, whose server answers no more: the month's searches are used up."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "search-broken"
PATH = "/apps/quick-search/find"
_OWN = re.compile(
    r'<p (?:class="vorspann" )?role="status">.*?</p>|<ul id="product-grid".*?</ul>|<article class="kachel.*</article>',
    re.DOTALL,
)
_RESULTS = f"""<div id="quick-search" aria-busy="true"></div><script>
fetch("{PATH}" + location.search).then(function (answer) {{
  return answer.ok ? answer.text() : "";
}}).then(function (found) {{
  document.getElementById("quick-search").innerHTML = found;
}});</script>"""


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    return JSONResponse({"error": "Monthly search quota exceeded"}, status_code=429)


def rendered(page: str, html: str) -> str:
    return _OWN.sub("", html) if page == "search" else html


def markup(page: str, locale: str) -> str:
    return _RESULTS if page == "search" else ""
