"""The theme's script was deleted with an upload, and pages still ask for it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "theme-file-missing"
_SCRIPTS = ("/theme.js", "/laden.js")


async def respond(request: Request) -> Response | None:
    return PlainTextResponse("Not Found", status_code=404) if request.url.path.endswith(_SCRIPTS) else None
