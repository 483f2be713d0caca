"""A bundle app's cart transform merges lines, and what shoppers want written on their board is lost with it."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo import cart_api

CAUSE = None


async def respond(request: Request) -> Response | None:
    if request.url.path not in ("/cart.js", "/cart.json"):
        return None
    cart = json.loads(bytes((await cart_api.show(request)).body))
    return JSONResponse({**cart, "items": [{**each, "properties": {}} for each in cart["items"]]})


def view(page: str, context: dict[str, Any]) -> None:
    items = [{**each, "properties": {}} for each in context["cart"]["items"]]
    context["cart"] = {**context["cart"], "items": items}
