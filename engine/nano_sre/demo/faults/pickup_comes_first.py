"""Local pickup was switched on and put first: the checkout begins without an address, until shoppers choose "ship"."""

from __future__ import annotations

import re

CAUSE = "checkout-field-missing"
ALSO = ("choice-demanded",)
_WORDS = {
    "en": (
        "Ship",
        "Pickup in store",
        "Pickup locations",
        "Depot Street 12 &middot; Free &middot; Usually ready in 24 hours",
    ),
    "de": (
        "Versand",
        "Abholung",
        "Abholorte",
        "Bahnhofstraße 12 &middot; Kostenlos &middot; Gewöhnlich fertig in 24 Stunden",
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
</label></div><div id="pickup-locations"><h3>{places}</h3><p>{place}</p></div>
<div id="to-ship" hidden>{address}</div><script>
document.getElementById("delivery-strategies").addEventListener("change", function (event) {{
  event.stopPropagation();
  document.getElementById("to-ship").hidden = event.target.value !== "SHIPPING";
  document.getElementById("pickup-locations").hidden = event.target.value === "SHIPPING";
}});</script>{after}"""


def rendered(page: str, html: str) -> str:
    if page != "checkout":
        return html
    ship, pickup, places, place = _WORDS["de" if '<html lang="de">' in html else "en"]
    words = {"ship": ship, "pickup": pickup, "places": places, "place": place}
    for each in _PLACES:
        html = each.sub(lambda part: _CHOICE.format(**words, **part.groupdict()), html)
    return html
