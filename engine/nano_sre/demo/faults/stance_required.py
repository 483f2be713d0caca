"""A product options app asks for a stance on every product, and lets nobody on who chose none."""

from __future__ import annotations

CAUSE = "choice-demanded"
_FORM = '<input type="hidden" name="form_type" value="product">'
_WORDS = {
    "en": ("Stance", "Please choose", "Regular", "Goofy", "Please choose your stance"),
    "de": ("Stand", "Bitte wählen", "Regular", "Goofy", "Bitte wähle deinen Stand"),
}
_FIELD = """<p class="options-app"><label for="stance">{0} *</label> <select id="stance" name="properties[{0}]"
required><option value="">{1}</option><option>{2}</option><option>{3}</option></select>
<span role="alert"></span></p>"""
_CHECK = """<script>document.addEventListener("submit", function (event) {
  var stance = event.target.querySelector("#stance");
  if (!stance || stance.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  stance.parentNode.querySelector("[role=alert]").textContent = "%s";
}, true);</script>"""


def rendered(page: str, html: str) -> str:
    words = _WORDS["de" if "In den Warenkorb" in html else "en"]
    return html.replace(_FORM, _FORM + _FIELD.format(*words)) if page == "product" else html


def markup(page: str, locale: str) -> str:
    return _CHECK % _WORDS[locale][4] if page == "product" else ""
