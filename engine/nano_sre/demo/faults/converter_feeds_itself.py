"""A currency converter answers its own change of the price, again and again: product pages freeze."""

from __future__ import annotations

CAUSE = "page-hangs"

_CONVERT = """<script>(function () {
  function convert() {
    document.querySelectorAll("#price-main .price-item, [data-preis] :is(strong, ins)").forEach(function (price) {
      var money = document.createElement("span");
      money.className = "money";
      money.textContent = price.textContent;
      price.replaceChildren(money);
    });
  }
  convert();
  new MutationObserver(convert).observe(document.body, {childList: true, subtree: true});
})();</script>"""


def markup(page: str, locale: str) -> str:
    return _CONVERT if page == "product" else ""
