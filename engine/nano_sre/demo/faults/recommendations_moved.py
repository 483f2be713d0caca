"""The section with “You may also like” was renamed; the page still asks for it by its old name, and stays empty."""

from __future__ import annotations

CAUSE = "page-part-missing"

_WORDS = {"en": "You may also like", "de": "Das könnte dir auch gefallen"}
_SECTION = """<section class="product-recommendations" aria-label="{title}"></section><script>
fetch("/recommendations/products?product_id=7700000000001&section_id=related-products").then(function (answer) {{
  return answer.ok ? answer.text() : "";
}}).then(function (html) {{
  if (html) document.querySelector(".product-recommendations").innerHTML = "<h2>{title}</h2>" + html;
}});</script>"""


def markup(page: str, locale: str) -> str:
    return _SECTION.format(title=_WORDS[locale]) if page == "product" else ""
