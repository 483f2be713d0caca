"""A fraud filter holds back every order: the checkout says so, and its buttons are dead."""

from __future__ import annotations

import re

CAUSE = "checkout-refuses-order"
_WORDS = {
    "en": "We can&rsquo;t accept your order. Please contact us.",
    "de": "Wir können deine Bestellung nicht annehmen. Bitte kontaktiere uns.",
}
_FORM = re.compile(r'<form method="post"[^>]*novalidate[^>]*>')
_ONWARD = re.compile(r'(<button type="submit" id="checkout-pay-button"|<input type="submit" class="knopf")')


def rendered(page: str, html: str) -> str:
    if page != "checkout":
        return html
    said = _WORDS["de" if '<html lang="de">' in html else "en"]
    banner = f'<div role="alert" class="banner fehler"><p>{said}</p></div>'
    return _ONWARD.sub(r"\1 disabled", _FORM.sub(lambda form: form[0] + banner, html))
