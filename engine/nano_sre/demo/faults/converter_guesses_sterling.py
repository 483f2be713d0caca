"""A currency converter app takes everybody for a Briton, and writes pounds over every price but the checkout's."""

from __future__ import annotations

CAUSE = "wrong-currency"
_CONVERT = """<script>(function () {
  var home = {en: /\\$([\\d,]+\\.\\d\\d)/g, de: /([\\d.]+,\\d\\d) €/g}[document.documentElement.lang];
  var rate = {en: 0.76, de: 0.87}[document.documentElement.lang];
  function convert() {
    var texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), node;
    while ((node = texts.nextNode())) {
      if (/SCRIPT|STYLE/.test(node.parentNode.tagName) || node.data.search(home) < 0) continue;
      node.data = node.data.replace(home, function (all, amount) {
        return "£" + (Number(amount.replace(/\\D/g, "")) / 100 * rate).toFixed(2) + " GBP";
      });
    }
  }
  new MutationObserver(convert).observe(document.body, {childList: true, subtree: true});
  convert();
})();</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you", "password") else _CONVERT
