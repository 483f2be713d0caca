"""The Admin GraphQL API, as far as script tags go: a token, the connection, what it costs."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nano_sre.demo.feeds import store_of

TOKEN = "shpat_0ridge0and0gipfel0demo"  # noqa: S105 - opens nothing but the demo store
TOKEN_VARIABLE = "DEMO_ADMIN_TOKEN"  # noqa: S105 - the name of a variable
FIELDS = ("id", "legacyResourceId", "src", "displayScope", "cache", "createdAt", "updatedAt")


async def graphql(request: Request) -> Response:
    """POST /admin/api/<version>/graphql.json with `X-Shopify-Access-Token`."""
    if request.headers.get("x-shopify-access-token") != TOKEN:
        words = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return JSONResponse({"errors": words}, status_code=401)
    try:
        query = str(json.loads(await request.body())["query"])
    except (ValueError, KeyError, TypeError):
        return JSONResponse({"errors": {"query": "Required parameter missing or invalid"}}, status_code=400)
    return JSONResponse(_answer(query, store_of(request).faults.script_tags()))


def _answer(query: str, tags: list[dict[str, Any]]) -> dict[str, Any]:
    words = re.findall(r"\w+", re.sub(r"\([^)]*\)", "", query))
    words = words[1:] if words[:1] == ["query"] else words
    if "scriptTags" not in words:
        field = words[0] if words else ""
        return _error(f"Field '{field}' doesn't exist on type 'QueryRoot'", code="undefinedField")
    asked = [
        word for word in words[words.index("scriptTags") + 1 :] if word not in {"nodes", "edges", "node"}
    ]
    strange = next((word for word in asked if word not in FIELDS), None)
    if strange is not None:
        return _error(f"Field '{strange}' doesn't exist on type 'ScriptTag'", code="undefinedField")
    shown = [{name: tag[name] for name in asked} for tag in tags]
    connection = {"edges": [{"node": each} for each in shown]} if "edges" in words else {"nodes": shown}
    throttle = {"maximumAvailable": 2000.0, "currentlyAvailable": 1988, "restoreRate": 100.0}
    cost = {"requestedQueryCost": 12, "actualQueryCost": 2 + len(tags), "throttleStatus": throttle}
    return {"data": {"scriptTags": connection}, "extensions": {"cost": cost}}


def _error(message: str, *, code: str) -> dict[str, Any]:
    return {
        "errors": [
            {
                "message": message,
                "locations": [{"line": 1, "column": 3}],
                "extensions": {"code": code},
            }
        ]
    }
