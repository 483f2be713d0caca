"""The boards' product type was tidied up, and the smart collection still asks for the old one: it is empty."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "content-removed"
HANDLE = "snowboards"
_NONE = {
    '<ul id="product-grid" class="product-grid" role="list"></ul>': "No products found",
    '<div class="kacheln"></div>': "Keine Produkte gefunden",
}


async def respond(request: Request) -> Response | None:
    data = request.url.path == f"/collections/{HANDLE}/products.json"
    return JSONResponse({"products": []}) if data else None


def view(page: str, context: dict[str, Any]) -> None:
    if page == "collection" and context["collection"].handle == HANDLE:
        context["products"] = ()


def rendered(page: str, html: str) -> str:
    if page == "collection":
        for grid, words in _NONE.items():
            html = html.replace(grid, f'<h2 class="title--primary">{words}</h2>')
    return html
