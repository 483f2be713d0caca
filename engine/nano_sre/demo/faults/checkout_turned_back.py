"""Checkout sends shoppers back to their cart: a validation app refuses every order."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

CAUSE = "checkout-sends-back"


async def respond(request: Request) -> Response | None:
    return RedirectResponse("/cart", 302) if request.url.path.startswith("/checkouts/cn/") else None
