"""Descriptions were imported with their pictures still at the supplier's, who has deleted them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "image-missing"
ALSO = ("images-unavailable",)
PATH = "/kf/S3c1f0a7e5b9d4-detail.jpg"
_PICTURE = f"""<div class="product__description rte"><img id="detail" alt="" width="600"></div><script>
document.getElementById("detail").src =
  "//" + (location.hostname === "localhost" ? "127.0.0.1" : "localhost") + ":" + location.port + "{PATH}";
</script>"""


async def respond(request: Request) -> Response | None:
    return Response(b"", 404, media_type="image/jpeg") if request.url.path == PATH else None


def markup(page: str, locale: str) -> str:
    return _PICTURE if page == "product" else ""
