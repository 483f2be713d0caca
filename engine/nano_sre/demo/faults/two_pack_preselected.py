"""A quantity-breaks app puts its packs into the place of the quantity, and the most popular, two, is chosen."""

from __future__ import annotations

CAUSE = "added-more-than-once"
_FORM = '<input type="hidden" name="form_type" value="product">'
_WORDS = {"en": ("Single", "Duo", "Most popular"), "de": ("Einzeln", "Doppelpack", "Am beliebtesten")}
_PACKS = """<div class="quantity-breaks" role="radiogroup">
<p><label><input type="radio" name="pack" value="1"> {0}</label></p>
<p><label><input type="radio" name="pack" value="2" checked> {1} <em>{2}</em></label></p></div>"""
_SCRIPT = """<script>(function () {
  function take() {
    var pack = document.querySelector("[name=pack]:checked"), field = document.querySelector("[name=quantity]");
    if (!pack || !field || field.value === pack.value) return;
    field.value = pack.value;
    (field.closest(".product-form__quantity") || field.closest(".wahl")).style.display = "none";
  }
  new MutationObserver(take).observe(document.body, {childList: true, subtree: true});
  document.addEventListener("change", take);
  take();
})();</script>"""


def rendered(page: str, html: str) -> str:
    words = _WORDS["de" if "In den Warenkorb" in html else "en"]
    return html.replace(_FORM, _FORM + _PACKS.format(*words)) if page == "product" else html


def markup(page: str, locale: str) -> str:
    return _SCRIPT if page == "product" else ""
