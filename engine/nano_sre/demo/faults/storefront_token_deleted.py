"""A custom section draws matching goods by the Storefront API, and the private app whose token it used was deleted."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CAUSE = "storefront-api-refused"
PATH = "/api/2026-07/graphql.json"
_SECTION = f"""<div id="goes-with-it"></div><script>
fetch("{PATH}", {{
  method: "POST",
  headers: {{"Content-Type": "application/json", "X-Shopify-Storefront-Access-Token": "goes-with-it"}},
  body: JSON.stringify({{query: "{{ products(first: 3) {{ nodes {{ title onlineStoreUrl }} }} }}"}})
}}).then(function (answer) {{
  return answer.ok ? answer.json() : {{data: {{products: {{nodes: []}}}}}};
}}).then(function (found) {{
  var titles = found.data.products.nodes.map(function (each) {{ return each.title; }});
  document.getElementById("goes-with-it").textContent = titles.join(", ");
}});</script>"""


async def respond(request: Request) -> Response | None:
    if request.url.path != PATH:
        return None
    return JSONResponse(
        {"errors": [{"message": "", "extensions": {"code": "UNAUTHORIZED"}}]}, status_code=401
    )


def markup(page: str, locale: str) -> str:
    return _SECTION if page == "product" else ""
