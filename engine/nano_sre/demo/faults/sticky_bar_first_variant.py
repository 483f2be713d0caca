"""A sticky-bar app remembers the variant that the page began with, and sends that one whatever is chosen later."""

from __future__ import annotations

CAUSE = "wrong-variant-in-cart"
_BAR = """<script>(function () {
  var first = document.querySelector('form[action="/cart/add"] [name=id]').value;
  document.addEventListener("submit", function (event) {
    if (event.target.getAttribute("action") === "/cart/add") event.target.elements.id.value = first;
  }, true);
})();</script>"""


def markup(page: str, locale: str) -> str:
    return _BAR if page == "product" else ""
