"""An upsell app sends the product form, too: one press adds two."""

from __future__ import annotations

CAUSE = "added-more-than-once"
_SEND = """<script>
document.addEventListener("submit", function (event) {
  if (!/\\/cart\\/add$/.test(event.target.getAttribute("action") || "")) return;
  var request = new XMLHttpRequest();
  request.open("POST", "/cart/add.js", false);
  request.send(new FormData(event.target));
}, true);
</script>"""


def markup(page: str, locale: str) -> str:
    return _SEND if page == "product" else ""
