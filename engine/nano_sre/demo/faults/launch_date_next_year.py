"""A launch app reads this winter's release dates a year too late: product pages say "coming soon"."""

from __future__ import annotations

import re

CAUSE = "not-on-sale-yet"
_BUTTON = {
    r' class="([^"]*)"><span>Add to cart</span>': r' class="\1" disabled><span>Coming soon</span>',
    r' value="In den Warenkorb"': ' value="Bald erhältlich" disabled',
}
_LAUNCH = {"en": "Launches on October 1, 2027", "de": "Ab 1. Oktober 2027 im Verkauf"}


def rendered(page: str, html: str) -> str:
    if page != "product":
        return html
    for button, waiting in _BUTTON.items():
        html = re.sub(button, waiting, html)
    return html


def markup(page: str, locale: str) -> str:
    return f'<p class="launch-date" role="status">{_LAUNCH[locale]}</p>' if page == "product" else ""
