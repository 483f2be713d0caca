"""The theme's cart was given a box for the terms that must be ticked before the checkout."""

from __future__ import annotations

import re

CAUSE = "terms-first"
_BUTTON = re.compile(r'<button[^>]*name="checkout"[^>]*>(Check out|Zur Kasse)')
_WORDS = {"Check out": "I agree to the terms and conditions", "Zur Kasse": "Ich stimme den AGB zu"}


def rendered(page: str, html: str) -> str:
    return html if page == "checkout" else _BUTTON.sub(_with_box, html)


def _with_box(button: re.Match[str]) -> str:
    form = re.search(r' form="[^"]*"', button[0])
    box = f'<input type="checkbox" name="attributes[terms]" value="yes" required{form[0] if form else ""}>'
    return f"<p><label>{box} {_WORDS[button[1]]}</label></p>{button[0]}"
