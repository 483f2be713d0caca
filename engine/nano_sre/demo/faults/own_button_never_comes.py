"""A one-tap cart app hides the theme's checkout button to draw its own, which its server, asleep, does not send."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "checkout-button-missing"
PATH = "/apps/one-tap-cart/button"
_SCRIPT = f"""<style>[name="checkout"] {{ display: none !important; }}</style><script>(function () {{
  fetch("{PATH}").then(function (answer) {{ return answer.ok ? answer.text() : ""; }}).then(function (html) {{
    document.querySelectorAll('[name="checkout"]').forEach(function (button) {{
      button.insertAdjacentHTML("afterend", html);
    }});
  }});
}})();</script>"""


async def respond(request: Request) -> Response | None:
    return PlainTextResponse("Service Unavailable", status_code=503) if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _SCRIPT
