"""The section with what goes with the cart was deleted in the theme's code, and pages still ask Shopify to draw it."""

from __future__ import annotations

CAUSE = "page-part-missing"
_URL = (
    "/recommendations/products?section_id=cart-upsell&product_id=8010000000001&limit=4&intent=complementary"
)
_PLACE = f"""<product-recommendations class="complementary-products" data-url="{_URL}">
</product-recommendations><script>(function () {{
  var place = document.querySelector("product-recommendations");
  fetch(place.dataset.url).then(function (answer) {{ return answer.ok ? answer.text() : ""; }}).then(function (html) {{
    place.innerHTML = html;
  }});
}})();</script>"""


def markup(page: str, locale: str) -> str:
    return _PLACE if page in ("product", "cart") else ""
