"""Local pickup was switched on and put first: the checkout asks for no address until shoppers choose "ship"."""

from __future__ import annotations

import re

CAUSE = "checkout-field-missing"
ALSO = ("choice-demanded",)
_WORDS = {
    "en": (
        "Ship",
        "Pickup in store",
        "There are no stores available with your items.",
        "Select a pickup location",
    ),
    "de": (
        "Versand",
        "Abholung",
        "Es gibt keine Filialen, in denen deine Artikel verfügbar sind.",
        "Wähle einen Abholort",
    ),
}
_PLACES = (
    # The parts of a page that are there for who has something sent: where they begin, and what comes after them.
    re.compile(
        r'(?P<head><section aria-label="Delivery" id="shippingAddressForm"><h2>Delivery</h2>)'
        r'(?P<address>.*?)(?P<after></section>\s*<section aria-label="Payment")',
        re.DOTALL,
    ),
    re.compile(r'(?P<head>)(?P<address><h2>Lieferadresse</h2>.*?)(?P<after><div class="weiter">)', re.DOTALL),
)  # fmt: skip
_CHOICE = """{head}<div role="radiogroup" id="delivery-strategies"><label><input type="radio" name="delivery_strategy"
value="SHIPPING"> {ship}</label> <label><input type="radio" name="delivery_strategy" value="PICK_UP" checked> {pickup}
</label></div><div id="pickup-locations"><p>{none}</p></div><div id="to-ship" hidden>{address}</div><script>
(function () {{
  var choice = document.getElementById("delivery-strategies"), places = document.getElementById("pickup-locations");
  choice.addEventListener("change", function (event) {{
    event.stopPropagation();
    places.hidden = event.target.value === "SHIPPING";
    document.getElementById("to-ship").hidden = !places.hidden;
  }});
  choice.closest("form").addEventListener("submit", function (event) {{
    if (places.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (places.querySelector("[role=alert]")) return;
    places.innerHTML += '<p class="field__error fehler" role="alert">{ask}</p>';
  }}, true);
}})();</script>{after}"""


def rendered(page: str, html: str) -> str:
    if page != "checkout":
        return html
    ship, pickup, none, ask = _WORDS["de" if '<html lang="de">' in html else "en"]
    words = {"ship": ship, "pickup": pickup, "none": none, "ask": ask}
    for each in _PLACES:
        html = each.sub(lambda part: _CHOICE.format(**words, **part.groupdict()), html)
    return html
