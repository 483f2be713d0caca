"""The section that draws related products went with a theme clean-up, and product pages still ask the store for it."""

from __future__ import annotations

CAUSE = "page-part-missing"
_WORDS = {"en": "You may also like", "de": "Das könnte dir auch gefallen"}
_ASK = """<div class="related-products"><h2>{title}</h2><product-recommendations
data-url="/recommendations/products?section_id=template--19283746__related-products&amp;limit=4&amp;product_id="
></product-recommendations></div><script>(function () {{
  var place = document.querySelector("product-recommendations");
  var product = JSON.parse(document.querySelector("[data-pixel-item], .messung").textContent).product_id;
  fetch(place.dataset.url + product).then(function (answer) {{ return answer.text(); }}).then(function (text) {{
    var drawn = new DOMParser().parseFromString(text, "text/html").querySelector("product-recommendations");
    if (drawn && drawn.innerHTML.trim().length) place.innerHTML = drawn.innerHTML;
  }});
}})();</script>"""


def markup(page: str, locale: str) -> str:
    return _ASK.format(title=_WORDS[locale]) if page == "product" else ""
