"""The whole store hides behind its password page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo.password import gate

CAUSE = "storefront-locked"


async def respond(request: Request) -> Response | None:
    return gate(request)
