"""A lock app meant for the wholesale products guards every product: who is not logged in is sent to the log-in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nano_sre.demo.accounts import customer_of

CAUSE = "login-required"


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if not path.startswith("/products/") or path.endswith((".js", ".json")) or customer_of(request):
        return None
    return RedirectResponse(f"/account/login?return_url={path}", 302)
