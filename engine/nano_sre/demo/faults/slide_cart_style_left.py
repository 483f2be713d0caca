"""A slide-out cart app is uninstalled; its style still hides the theme's own checkout button."""

from __future__ import annotations

CAUSE = "checkout-button-missing"

_STYLE = """<style id="slide-cart-overrides">
#CartDrawer-Checkout, form[action="/cart"] [name="checkout"], #checkout[name="checkout"] { display: none !important; }
</style></head>"""


def rendered(page: str, html: str) -> str:
    return html if page in ("checkout", "thank-you") else html.replace("</head>", _STYLE, 1)
