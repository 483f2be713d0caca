"""The newest theme chooses no size by itself: until shoppers do, the button says "choose a size" and waits."""

from __future__ import annotations

import re

CAUSE = "variant-not-chosen"
_ASK = {
    r'(<input type="radio" id="main-[^>]*?) checked': r"\1",
    r'(<input type="hidden" name="id" value="\d+"[^>]*)>': r"\1 disabled>",
    r' class="([^"]*)"><span>Add to cart</span>': r' class="\1" disabled><span>Choose a size</span>',
    r"(<select [^>]*data-option[^>]*>)": r'\1<option value="" selected disabled>Bitte wählen</option>',
    r'(<option value="[^"]+") selected>': r"\1>",
    r' value="In den Warenkorb"': ' value="Bitte auswählen" disabled',
}


def rendered(page: str, html: str) -> str:
    # A section on its own comes after a choice, and products of one sort have nothing to choose.
    if page != "product" or "</html>" not in html or not ("<fieldset" in html or "<select" in html):
        return html
    for before, after in _ASK.items():
        html = re.sub(before, after, html)
    return html
