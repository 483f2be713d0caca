"""The shipping rates go by weight and end at two kilos; boards weigh more, so nothing can be sent."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from nano_sre.demo.feeds import store_of
from nano_sre.demo.views import cart_json

CAUSE = "shipping-missing"
MOST = 2_000  # grams
_WORDS = {
    "en": (
        "Shipping not available",
        "Your order cannot be shipped to the selected address. Review your address, or select a different one.",
    ),
    "de": (
        "Versand nicht verfügbar",
        "Deine Bestellung kann nicht an diese Adresse versendet werden. Überprüfe sie oder wähle eine andere aus.",
    ),
}


async def respond(request: Request) -> Response | None:
    store, parts = store_of(request), request.url.path.split("/")
    if parts[-1] != "rates" or len(parts) < 2:
        return None
    checkout = store.checkouts.get(parts[-2])
    if checkout is None or cart_json(store, checkout.cart)["total_weight"] <= MOST:
        return None
    if "countryCode" in request.query_params and not all(
        request.query_params.get(name) for name in ("address1", "city", "postalCode")
    ):
        return None
    title, text = _WORDS[store.theme.locale]
    return HTMLResponse(
        f'<div class="banner fehler" role="alert"><p><strong>{title}</strong></p><p>{text}</p></div>'
    )


def view(page: str, context: dict[str, Any]) -> None:
    if page == "checkout" and context["cart"]["total_weight"] > MOST:
        context["rates"], context["rate"] = (), None
        context["total"] = context["cart"]["total_price"]
