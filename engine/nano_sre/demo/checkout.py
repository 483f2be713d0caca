"""Checkout: contact, shipping, payment, thank-you; on one page or three, as the theme has it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nano_sre.demo.cart_api import apply_updates, cart_of, read_body
from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import page
from nano_sre.demo.payment import CARD_FIELDS, pay
from nano_sre.demo.places import POSTAL_CODES, ZONES
from nano_sre.demo.shipping import Rate, rates_for
from nano_sre.demo.store import Checkout, Store
from nano_sre.demo.tracking import checkout_json
from nano_sre.demo.views import cart_json, cart_pixel_items, discount_problem, pixel_event

REQUIRED = ("email", "lastName", "address1", "city", "postalCode", "countryCode")
KNOWN = (*REQUIRED, "firstName", "address2", "zone", "phone", "company", "marketing_opt_in")
RATES_DELAY = 0.3  # carriers are asked while the shopper waits
STAGES = ("information", "shipping", "payment")


async def start(request: Request) -> Response:
    """POST /cart: keep the quantities, then on to checkout or back to the cart."""
    store, cart = store_of(request), cart_of(request)
    body = await read_body(request)
    apply_updates(store, cart, body)
    if "checkout" not in body or not cart.lines:
        return RedirectResponse("/cart", 302)
    return _go(store.start_checkout(cart), store)


async def permalink(request: Request) -> Response:
    """/checkout goes on with the cart."""
    store, cart = store_of(request), cart_of(request)
    if not cart.lines:
        return RedirectResponse("/cart", 302)
    return _go(store.start_checkout(cart), store)


async def show(request: Request) -> Response:
    store, checkout = store_of(request), _checkout(request)
    stage = request.path_params.get("stage", "")
    if checkout.order is not None:
        return _thanks(request, checkout) if stage == "thank-you" else _go_to(checkout, "thank-you")
    if not checkout.cart.lines:
        return RedirectResponse("/cart", 302)
    if store.theme.checkout == "one-page":
        return _form(request, checkout, "") if not stage else _go(checkout, store)
    if stage not in STAGES:
        return _go(checkout, store)
    if missing := _first_open_stage(store, checkout, stage):
        return _go_to(checkout, missing)
    return _form(request, checkout, stage)


async def submit(request: Request) -> Response:
    """One stage's form, or the whole of a one-page checkout."""
    store, checkout = store_of(request), _checkout(request)
    if checkout.order is not None:
        return _go_to(checkout, "thank-you")
    if not checkout.cart.lines:
        return RedirectResponse("/cart", 302)
    stage = request.path_params.get("stage", "")
    body = {name: str(value) for name, value in (await read_body(request)).items()}
    if "reductions" in body:
        return _reduce(request, checkout, body)
    errors = _take(store, checkout, body, stage=stage)
    if errors:
        return _form(request, checkout, stage, errors=errors)
    if stage in STAGES[:2]:
        return _go_to(checkout, STAGES[STAGES.index(stage) + 1])
    return _pay(request, checkout, body)


async def rates(request: Request) -> Response:
    """The shipping methods for an address, as a piece of the page."""
    store, checkout = store_of(request), _checkout(request)
    for name in KNOWN:
        if name in request.query_params:
            checkout.fields[name] = request.query_params[name][:200]
    checkout.rate = request.query_params.get("rate", checkout.rate)
    await asyncio.sleep(RATES_DELAY)
    return HTMLResponse(store.theme.render("checkout-rates.html", _context(store, checkout, "")))


async def card_field(request: Request) -> Response:
    """One card field, alone in its frame, so that the shop's page never holds a card."""
    name = request.path_params["name"]
    if name not in CARD_FIELDS:
        raise HTTPException(404)
    store = store_of(request)
    label = store.theme.labels["card"][name]
    context = {"name": name, "label": label, "autocomplete": CARD_FIELDS[name]}
    return HTMLResponse(store.theme.render("card-field.html", context))


def _card_origin(request: Request) -> str:
    """Where card fields come from, so that no script of the shop can read them: this machine's other name."""
    other = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}.get(request.url.hostname or "")
    return f"{request.url.scheme}://{other}:{request.url.port}" if other and request.url.port else ""


async def zones(request: Request) -> Response:
    """States or provinces of a country, as options of a list."""
    context = {"zones": ZONES.get(request.path_params["country"], ()), "chosen": ""}
    return HTMLResponse(store_of(request).theme.render("zones.html", context))


def _take(store: Store, checkout: Checkout, body: dict[str, str], *, stage: str) -> dict[str, str]:
    """Keep what a form says; the answer is the mistakes in it, by field."""
    checkout.fields.update({name: body[name].strip()[:200] for name in KNOWN if name in body})
    errors: dict[str, str] = {}
    if stage in ("", "information"):
        errors |= _address_errors(store, checkout.fields)
    if stage in ("", "shipping") and not errors:
        checkout.rate = body.get("shipping_method", checkout.rate)
        if _rate(store, checkout) is None:
            errors["shipping_method"] = store.theme.labels["choose_rate"]
    return errors


def _address_errors(store: Store, fields: dict[str, str]) -> dict[str, str]:
    labels = store.theme.labels
    errors = {name: labels["required"] for name in REQUIRED if not fields.get(name)}
    country = fields.get("countryCode", "")
    if ZONES.get(country) and not fields.get("zone"):
        errors["zone"] = labels["required"]
    if "email" not in errors and not _is_email(fields["email"]):
        errors["email"] = labels["bad_email"]
    pattern = POSTAL_CODES.get(country)
    if "postalCode" not in errors and pattern and not pattern.fullmatch(fields["postalCode"]):
        errors["postalCode"] = labels["bad_postal_code"]
    return errors


def _is_email(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name) and "." in host.strip(".") and " " not in text


def _pay(request: Request, checkout: Checkout, body: dict[str, str]) -> Response:
    store = store_of(request)
    card = {name: body.get(f"credit_card[{name}]", "") for name in CARD_FIELDS}
    refusal = pay(card)
    if refusal:
        message = store.theme.labels[refusal]
        stage = request.path_params.get("stage", "")
        return _form(request, checkout, stage, errors={"payment": message})
    rate = _rate(store, checkout)
    if rate is None:
        return _go(checkout, store)
    lines = cart_json(store, checkout.cart)["items"]
    items = cart_pixel_items(store, checkout.cart)
    order = store.place(checkout, lines=lines, shipping=rate.price)
    extra: dict[str, Any] = {
        "once": checkout.token,
        "transaction_id": str(order.number),
        "shipping": rate.price / 100,
        "tax": 0,
    }
    extra["checkout"] = checkout_json(store, checkout, items)
    checkout.purchase = pixel_event("purchase", items, value=order.subtotal - order.discount, extra=extra)
    return _go_to(checkout, "thank-you")


def _reduce(request: Request, checkout: Checkout, body: dict[str, str]) -> Response:
    """Apply a discount code."""
    store = store_of(request)
    code = body["reductions"].strip().upper()
    checkout.fields.update({name: body[name][:200] for name in KNOWN if name in body})
    stage = request.path_params.get("stage", "")
    before, checkout.cart.discount_code = checkout.cart.discount_code, code
    if problem := discount_problem(store, checkout.cart):
        checkout.cart.discount_code = before
        return _form(request, checkout, stage, errors={"reductions": problem})
    return RedirectResponse(request.url.path, 303)


def _form(
    request: Request, checkout: Checkout, stage: str, *, errors: dict[str, str] | None = None
) -> Response:
    store = store_of(request)
    context = _context(store, checkout, stage)
    context["errors"] = errors or {}
    context["card_origin"] = _card_origin(request)
    if stage in ("", "information") and not errors:
        items = cart_pixel_items(store, checkout.cart)
        once = {"once": checkout.token, "checkout": checkout_json(store, checkout, items)}
        context["pixel_events"] = [
            pixel_event("begin_checkout", items, value=checkout.cart.total, extra=once)
        ]
    return page(request, "checkout", context)


def _context(store: Store, checkout: Checkout, stage: str) -> dict[str, Any]:
    fields = {name: checkout.fields.get(name, "") for name in KNOWN}
    fields["countryCode"] = fields["countryCode"] or store.theme.country
    found = _rates(store, checkout)
    chosen = _rate(store, checkout) or (found[0] if found else None)
    cart = checkout.cart
    return {
        "checkout": checkout,
        "cart": cart_json(store, cart),
        "stage": stage,
        "fields": fields,
        "errors": {},
        "zones": ZONES.get(fields["countryCode"], ()),
        "rates": found,
        "rate": chosen,
        "total": cart.total + (chosen.price if chosen else 0),
        "card_fields": tuple(CARD_FIELDS),
        "card_origin": "",
    }


async def status(request: Request) -> Response:
    """The page of an order that the confirmation links to."""
    store = store_of(request)
    order = next((each for each in store.orders if each.token == request.path_params["token"]), None)
    if order is None:
        raise HTTPException(404)
    address = {name: order.address.get(name, "") for name in KNOWN}
    return page(request, "order", {"order": order, "address": address})


def _thanks(request: Request, checkout: Checkout) -> Response:
    address = {name: checkout.fields.get(name, "") for name in KNOWN}
    context = {"order": checkout.order, "address": address, "pixel_events": [checkout.purchase]}
    return page(request, "thank-you", context)


def _rates(store: Store, checkout: Checkout) -> tuple[Rate, ...]:
    """Shipping methods for the address so far; none before there is one."""
    fields = checkout.fields
    ships = cart_json(store, checkout.cart)["requires_shipping"]
    if ships and not all(fields.get(name) for name in ("address1", "city", "postalCode", "countryCode")):
        return ()
    home = fields.get("countryCode") == store.theme.country
    return store.faults.rates(rates_for(checkout.cart.total, home=home, ships=ships))


def _rate(store: Store, checkout: Checkout) -> Rate | None:
    return next((rate for rate in _rates(store, checkout) if rate.handle == checkout.rate), None)


def _first_open_stage(store: Store, checkout: Checkout, stage: str) -> str:
    """The stage that must be done before this one, if any."""
    if stage == "information":
        return ""
    if _address_errors(store, checkout.fields):
        return "information"
    return "shipping" if stage == "payment" and _rate(store, checkout) is None else ""


def _checkout(request: Request) -> Checkout:
    checkout = store_of(request).checkouts.get(request.path_params["token"])
    if checkout is None:
        raise HTTPException(404)
    return checkout


def _go(checkout: Checkout, store: Store) -> Response:
    return _go_to(checkout, "" if store.theme.checkout == "one-page" else "information")


def _go_to(checkout: Checkout, stage: str) -> Response:
    return RedirectResponse(f"/checkouts/cn/{checkout.token}" + (f"/{stage}" if stage else ""), 302)
