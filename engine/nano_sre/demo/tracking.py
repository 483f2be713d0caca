"""The store's pixels: what they are told, and where a browser gets them from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from nano_sre.demo.cart import Cart
from nano_sre.demo.catalogue import SHARED, Collection
from nano_sre.demo.faults import ACCOUNTS
from nano_sre.demo.feeds import store_of
from nano_sre.demo.store import Checkout, Store
from nano_sre.demo.views import cart_pixel_items, pixel_item

SCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((SHARED / "pixels").glob("*.js"))}
VERSION = hashlib.sha256("".join(SCRIPTS.values()).encode()).hexdigest()[:12]
CHECKOUT_PAGES = {"checkout", "thank-you", "order"}
LISTED = 4
LATE = 300  # ms that a web pixel takes to hear of a purchase: seconds in a real store
WORKER = {"id": "4711", "type": "APP", "runtimeContext": "STRICT"}
FRAME = {"id": "815", "type": "CUSTOM", "runtimeContext": "LAX"}
_APP = f"/wpm@b{VERSION}/app/web-pixel-4711@1/sandbox/worker.modern.js"
_CUSTOM = f"/wpm@b{VERSION}/custom/web-pixel-815@1/sandbox/modern"
_FOREVER = {"cache-control": "public, max-age=31536000, immutable"}


def settings(store: Store, page: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """What the pixels of a page are told of the store, as JSON."""
    theme = store.theme
    surface = "checkout" if page in CHECKOUT_PAGES else "storefront"
    pixels = [WORKER | {"source": _APP}]
    if surface == "checkout":
        pixels.append(FRAME | {"source": _CUSTOM})
    made = {
        "consent": theme.consent,
        "currency": theme.currency,
        "language": theme.region,
        "region": theme.country,
        "shop_id": theme.id,
        "surface": surface,
        "late": LATE,
        "accounts": {"klaviyo": ["DeMo12"], **{vendor: [account] for vendor, account in ACCOUNTS.items()}},
        "webPixelsConfigList": pixels,
        "events": events,
    }
    store.faults.pixels(made)
    return made


def edits(store: Store) -> str:
    """Functions that make of an event for a vendor what a broken pixel makes of it, as the text of a list."""
    return "[" + ", ".join(store.faults.pixel_edits()) + "]"


def checkout_json(store: Store, checkout: Checkout, items: list[dict[str, Any]]) -> dict[str, Any]:
    """A checkout as Shopify's standard events show it; amounts in currency units."""
    cart, order = checkout.cart, checkout.order
    subtotal, off = (
        (order.subtotal, order.discount) if order is not None else (cart.items_subtotal, cart.discount)
    )
    total = order.total if order is not None else cart.total
    return {
        "token": checkout.token,
        "currencyCode": store.theme.currency,
        "subtotalPrice": _money(store, subtotal - off),
        "totalPrice": _money(store, total),
        "totalTax": _money(store, 0),
        "discountsAmount": _money(store, off),
        "shippingLine": {"price": _money(store, order.shipping)} if order is not None else None,
        "lineItems": [
            {
                "id": str(each["id"]),
                "title": each["name"],
                "quantity": each["quantity"],
                "finalLinePrice": {
                    "amount": round(each["price"] * each["quantity"], 2),
                    "currencyCode": store.theme.currency,
                },
                "variant": {
                    "id": each["id"],
                    "sku": each["sku"],
                    "price": {"amount": each["price"], "currencyCode": store.theme.currency},
                    "product": {"id": str(each["product_id"]), "title": each["name"]},
                },
            }
            for each in items
        ],
        "order": None if order is None else {"id": str(order.number), "customer": {"isFirstOrder": True}},
        "email": checkout.fields.get("email") or None,
        "phone": checkout.fields.get("phone") or None,
    }


def cart_event(store: Store, cart: Cart) -> dict[str, Any]:
    """What the cart page tells."""
    return {
        "name": "view_cart",
        "cart": cart.token,
        "value": cart.total / 100,
        "items": cart_pixel_items(store, cart),
    }


def list_event(collection: Collection) -> dict[str, Any]:
    """What a collection's page tells: the products at its top."""
    shown = collection.products[:LISTED]
    variants = [each.first_available() for each in shown]
    items = [
        pixel_item(each, first, price=first.price, quantity=1)
        for each, first in zip(shown, variants, strict=True)
    ]
    listed = {"list_id": collection.handle, "list_name": collection.title}
    return {"name": "view_item_list", "items": items, **listed}


def _money(store: Store, hundredths: int) -> dict[str, Any]:
    return {"amount": hundredths / 100, "currencyCode": store.theme.currency}


async def page_script(_request: Request) -> Response:
    text = SCRIPTS["vendors"] + SCRIPTS["page"]
    return Response(text, media_type="text/javascript", headers=_FOREVER)


async def manager_script(_request: Request) -> Response:
    return Response(SCRIPTS["manager"], media_type="text/javascript", headers=_FOREVER)


async def worker(request: Request) -> Response:
    """An app's pixel, in a worker."""
    text = _sandbox(store_of(request), ("tiktok", "pinterest"), "worker")
    return Response(text, media_type="text/javascript")


async def frame(request: Request) -> Response:
    """The merchant's own pixel, in a frame."""
    text = _sandbox(store_of(request), ("ga4", "meta"), "frame")
    return HTMLResponse(f"<!doctype html><title>Pixel</title><script>{text}</script>")


def _sandbox(store: Store, vendors: tuple[str, ...], place: str) -> str:
    head = f"self.pixelVendors = {json.dumps(vendors)}; self.pixelPlace = {json.dumps(place)};\n"
    return f"{head}self.pixelEdits = {edits(store)};\n{SCRIPTS['vendors']}{SCRIPTS['sandbox']}"


async def monorail(request: Request) -> Response:
    """Where Shopify counts for itself, under the store's own name."""
    try:
        events = json.loads(await request.body())["events"]
    except (ValueError, KeyError, TypeError):
        raise HTTPException(400) from None
    return JSONResponse({"result": [{"status": 200, "message": "ok"} for _ in events]})
