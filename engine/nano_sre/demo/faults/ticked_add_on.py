"""An add-on app offers a tin of wax beside every product, and its box is ticked from the beginning."""

from __future__ import annotations

CAUSE = "extra-item-in-cart"
WAX = 43000000000901
_FORM = '<input type="hidden" name="form_type" value="product">'
_WORDS = {"en": "Add a tin of All-Temp Wax (+$14.50)", "de": "Eine Dose Allwetterwachs dazu (+14,50 €)"}
_BOX = '<p class="add-on"><label><input type="checkbox" id="add-on" checked> {0}</label></p>'
_SEND = f"""<script>document.addEventListener("submit", function (event) {{
  var box = event.target.querySelector("#add-on");
  if (!box || !box.checked) return;
  var request = new XMLHttpRequest();
  request.open("POST", "/cart/add.js", false);
  request.setRequestHeader("Content-Type", "application/json");
  request.send('{{"id": {WAX}, "quantity": 1}}');
}}, true);</script>"""


def rendered(page: str, html: str) -> str:
    words = _WORDS["de" if "In den Warenkorb" in html else "en"]
    return html.replace(_FORM, _FORM + _BOX.format(words)) if page == "product" else html


def markup(page: str, locale: str) -> str:
    return _SEND if page == "product" else ""
