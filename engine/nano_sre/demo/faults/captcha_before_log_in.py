"""The log-in form waits for a captcha, and the captcha's host does not answer: pressing "sign in" does nothing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "log-in-broken"
PATH = "/hcaptcha/1/api.js"
_WAIT = f"""<script>(function () {{
  var script = document.createElement("script"), other = location.hostname === "localhost" ? "127.0.0.1" : "localhost";
  script.src = "//" + other + ":" + location.port + "{PATH}?render=explicit";
  document.head.append(script);
  document.addEventListener("submit", function (event) {{
    if (event.target.getAttribute("action") !== "/account/login") return;
    event.preventDefault();
    if (window.hcaptcha) window.hcaptcha.execute().then(function () {{ event.target.submit(); }});
  }}, true);
}})();</script>"""


async def respond(request: Request) -> Response | None:
    return PlainTextResponse("", status_code=503) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _WAIT if page == "login" else ""
