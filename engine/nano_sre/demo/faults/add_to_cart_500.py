"""The store answers add-to-cart with a server error."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "cart-add-server-error"


async def respond(request: Request) -> Response | None:
    return (
        JSONResponse({"status": 500, "message": "Internal Server Error"}, status_code=500)
        if request.url.path in ("/cart/add", "/cart/add.js")
        else None
    )
