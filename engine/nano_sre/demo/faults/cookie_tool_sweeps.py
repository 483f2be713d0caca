"""A cookie tool deletes what is not on its list, the cart's cookie, too: the next page has forgotten the cart."""

from __future__ import annotations

CAUSE = "cart-loses-goods"
_SWEEP = """<script>(function () {
  var necessary = /^(_tracking_consent|_secure_customer_sig|localization)$/;
  document.cookie.split("; ").forEach(function (cookie) {
    var name = cookie.split("=")[0];
    if (!necessary.test(name)) document.cookie = name + "=; max-age=0; path=/";
  });
})();</script>"""


def markup(page: str, locale: str) -> str:
    return "" if page in ("checkout", "thank-you") else _SWEEP
