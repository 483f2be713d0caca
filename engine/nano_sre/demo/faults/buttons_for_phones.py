"""An edit of the style was to hide the button where a phone has a bar for it, and hides it on computers."""

from __future__ import annotations

CAUSE = "buy-button-missing"

_STYLE = """<style>
@media screen and (min-width: 750px) { .product-form__submit, .knopf-kauf { display: none; } }
</style></head>"""


def rendered(page: str, html: str) -> str:
    return html.replace("</head>", _STYLE, 1) if page == "product" else html
