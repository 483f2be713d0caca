"""The proxy before the shop was given security headers, and they forbid the payment provider's frames."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo import checkout

CAUSE = "content-policy-blocks"
ALSO = ("card-fields-empty",)
_PAGE = re.compile(r"/checkouts/cn/(?P<token>[^/]+)(?:/(?P<stage>information|shipping|payment))?")
_POLICY = "frame-src 'self'; frame-ancestors 'self'; object-src 'none'; base-uri 'self'"


async def respond(request: Request) -> Response | None:
    found = _PAGE.fullmatch(request.url.path)
    if found is None or request.method != "GET":
        return None
    parts = {name: value for name, value in found.groupdict().items() if value}
    answer = await checkout.show(Request({**request.scope, "path_params": parts}))
    answer.headers.update({"content-security-policy": _POLICY, "server": "cloudflare"})
    return answer
