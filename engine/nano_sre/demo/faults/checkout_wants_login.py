"""Checkout asks everybody to log in: a wholesale setting was switched on for the whole shop."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "checkout-needs-login"


async def respond(request: Request) -> Response | None:
    return (
        RedirectResponse("/account/login?checkout_url=/checkout", 302)
        if request.url.path.startswith("/checkouts/cn/")
        else None
    )
