"""A loyalty app paints its members' price over everybody's on product pages; the cart asks the full one."""

from __future__ import annotations

CAUSE = "cart-price-differs"
_PAINT = """<script>(function () {
  function paint() {
    document.querySelectorAll("#price-main .price-item, [data-preis] strong").forEach(function (price) {
      if (price.dataset.member) return;
      price.dataset.member = "yes";
      price.textContent = price.textContent.replace(/[\\d.,]+/, function (amount) {
        var lower = Number(amount.replace(/\\D/g, "")) * 0.0085;
        return lower.toFixed(2).replace(".", document.documentElement.lang === "de" ? "," : ".");
      });
    });
  }
  new MutationObserver(paint).observe(document.body, {childList: true, subtree: true});
  paint();
})();</script>"""


def markup(page: str, locale: str) -> str:
    return _PAINT if page == "product" else ""
