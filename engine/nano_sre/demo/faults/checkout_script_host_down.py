"""The checkout's form is drawn by a script whose host is down: shoppers see grey bars in its place."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

CAUSE = "checkout-form-empty"
PATH = "/cdn/shopifycloud/checkout-web/assets/app.js"
_FORM = re.compile(r'<form method="post"[^>]*novalidate.*?</form>', re.DOTALL)
_BARS = f'<div class="skeleton" aria-busy="true"></div><script src="{PATH}"></script>'


async def respond(request: Request) -> Response | None:
    return PlainTextResponse("", status_code=503) if request.url.path == PATH else None


def rendered(page: str, html: str) -> str:
    return _FORM.sub(_BARS, html) if page == "checkout" else html
