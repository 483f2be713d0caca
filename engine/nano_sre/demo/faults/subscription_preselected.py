"""A subscription app's widget has "subscribe & save" chosen for everybody: the cart asks the subscribers' price."""

from __future__ import annotations

CAUSE = "cart-price-differs"
_FORM = '<input type="hidden" name="form_type" value="product">'
_WORDS = {
    "en": ("One-time purchase", "Subscribe & save 10%", "Delivery every month, 10% off"),
    "de": ("Einmaliger Kauf", "Abonnieren & 10 % sparen", "Lieferung jeden Monat, 10 % Rabatt"),
}
_WIDGET = """<fieldset class="selling-plans"><p><label><input type="radio" name="selling_plan" value=""> {0}</label></p>
<p><label><input type="radio" name="selling_plan" value="688210001" checked> {1}</label></p></fieldset>"""
_UNIT = {"en": '<div class="product-option cart-item__unit">', "de": "<span>Einzelpreis"}


def charged(price: int) -> int:
    return price * 90 // 100


def rendered(page: str, html: str) -> str:
    locale = "de" if "Warenkorb" in html else "en"
    once, plan, told = _WORDS[locale]
    html = html.replace(_FORM, _FORM + _WIDGET.format(once, plan.replace("&", "&amp;")))
    return html.replace(_UNIT[locale], f"<span>{told}</span>{_UNIT[locale]}")
