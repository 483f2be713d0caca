"""An app against VPNs and proxies takes every visitor for one: its script puts a refusal in the place of each page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "visitors-refused"
PATH = "/apps/guard/visitor.json"
_WORDS = {
    "en": (
        "Access denied",
        "It looks like you are using a VPN or proxy. Please turn it off to visit this store.",
    ),
    "de": (
        "Zugriff verweigert",
        "Du verwendest anscheinend ein VPN oder einen Proxy. Bitte schalte es aus, um diesen Shop zu besuchen.",
    ),
}
_GUARD = """<script>fetch("{path}").then(function (answer) {{ return answer.json(); }}).then(function (visitor) {{
  if (!visitor.blocked) return;
  document.title = "{title}";
  document.body.innerHTML = '<div class="guard-blocked"><h1>{title}</h1><p>{text}</p></div>';
}});</script>"""


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    return JSONResponse({"blocked": True, "reason": "vpn"})


def markup(page: str, locale: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return ""
    title, text = _WORDS[locale]
    return _GUARD.format(path=PATH, title=title, text=text)
