"""A split-testing tool holds back product pages until its server has chosen a version, which takes seconds."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "page-draws-late"
PATH = "/apps/split-test/choose.js"
SECONDS = 7.0


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    await asyncio.sleep(SECONDS)
    return Response("window.splitTest = 'b';", media_type="text/javascript")


def rendered(page: str, html: str) -> str:
    return html.replace("</head>", f'<script src="{PATH}"></script></head>') if page == "product" else html
