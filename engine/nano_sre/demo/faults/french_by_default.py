"""Somebody made French the language of the home market: shoppers at the usual address read a French shop."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from nano_sre.demo import cart_api, feeds
from nano_sre.demo.catalogue import Product

CAUSE = "sent-to-another-market"
_FRENCH = {
    "The Complete Snowboard": "Le Snowboard Complet",
    "Das Komplette Snowboard": "Le Snowboard Complet",
    "The Summit Splitboard": "Le Splitboard des Cimes",
    "Splitboard Gipfelgrat": "Le Splitboard des Cimes",
    "The Aurora Limited": "Aurore, série limitée",
    "Nordlicht Limitiert": "Aurore, série limitée",
    "Add to cart": "Ajouter au panier",
    "In den Warenkorb": "Ajouter au panier",
    "Sold out": "Épuisé",
    "Ausverkauft": "Épuisé",
    "Warenkorb": "Panier",
    "View cart": "Voir le panier",
    "Your cart": "Votre panier",
    "Check out": "Procéder au paiement",
    "Zur Kasse": "Procéder au paiement",
    "Snowboards, outerwear and the small things in between.": "Snowboards, vêtements et accessoires.",
    '<html class="no-js" lang="en">': '<html class="no-js" lang="fr">',
    '<html lang="de">': '<html lang="fr">',
    'Shopify.locale = "en"': 'Shopify.locale = "fr"',
    'locale: "de"': 'locale: "fr"',
}
_WORDS = re.compile("|".join(map(re.escape, _FRENCH)))
_DATA = {
    "/cart.js": cart_api.show,
    "/cart/add": cart_api.add,
    "/cart/add.js": cart_api.add,
    "/cart/change.js": cart_api.change,
    "/cart/update.js": cart_api.update,
    "/search/suggest.json": feeds.suggest,
}


async def respond(request: Request) -> Response | None:
    if (handler := _DATA.get(request.url.path)) is None:
        return None
    answer = await handler(request)
    answer.body = _in_french(bytes(answer.body).decode()).encode()
    answer.headers["content-length"] = str(len(answer.body))
    return answer


def sold(product: Product) -> Product:
    return replace(product, title=_in_french(product.title))


def rendered(page: str, html: str) -> str:
    return html if page in ("checkout", "thank-you") else _in_french(html)


def _in_french(text: str) -> str:
    return _WORDS.sub(lambda word: _FRENCH[word[0]], text)
