"""The payment provider refuses the frames in which a card is typed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "card-fields-empty"


async def respond(request: Request) -> Response | None:
    return (
        PlainTextResponse("", status_code=403) if request.url.path.startswith("/checkouts/_card/") else None
    )
