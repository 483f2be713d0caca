"""A translation app takes every visitor for somebody from France, and sends them to the shop's French pages."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

CAUSE = "sent-to-another-market"
_SEND = """<script>(function () {
  if (/^\\/fr(\\/|$)/.test(location.pathname)) return;
  location.replace("/fr" + location.pathname + location.search + location.hash);
})();</script>"""
_FRENCH = {
    "Add to cart": "Ajouter au panier", "In den Warenkorb": "Ajouter au panier",
    "Check out": "Procéder au paiement", "Zur Kasse": "Procéder au paiement",
    "Sold out": "Épuisé", "Ausverkauft": "Épuisé", "Your cart": "Votre panier", "Warenkorb": "Panier",
    "View cart": "Voir le panier", "Search": "Rechercher", "Suchen": "Rechercher", "Suche": "Rechercher",
    "Size": "Taille", "Länge": "Longueur", "Quantity": "Quantité", "Menge": "Quantité", "Konto": "Compte",
    "Estimated total": "Total estimé", "Zwischensumme": "Sous-total", "Gesamt": "Total",
    "The Complete Snowboard": "Le snowboard complet", "Das Komplette Snowboard": "Le snowboard complet",
    "The Summit Splitboard": "Le splitboard du sommet", "Splitboard Gipfelgrat": "Le splitboard de la crête",
}  # fmt: skip
_TEXT = re.compile(f'(?<=[>"])({"|".join(map(re.escape, _FRENCH))})(?=[<"])')
_LOCALE = re.compile(r'(<html [^>]*lang=|Shopify\.locale = |locale: )"(?:en|de)"')


async def respond(request: Request) -> Response | None:
    path = request.url.path
    if path == "/fr" or path.startswith("/fr/"):
        request.scope["path"] = (
            path.removeprefix("/fr") or "/"
        )  # the same pages, under the language's own addresses
    return None


def rendered(page: str, html: str) -> str:
    if page in ("checkout", "thank-you", "password"):
        return html
    french = _LOCALE.sub(r'\1"fr"', _TEXT.sub(lambda text: _FRENCH[text[0]], html))
    return french.replace("<head>", f"<head>{_SEND}", 1)
