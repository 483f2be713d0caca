"""The Ajax cart and the form posts that do the same without script."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from nano_sre.demo.cart import Cart, CartError, Line, Properties
from nano_sre.demo.feeds import store_of
from nano_sre.demo.pages import CART_COOKIE, page, render_section
from nano_sre.demo.store import Store
from nano_sre.demo.views import cart_json, line_json

_ITEM_KEY = re.compile(r"items\[(\d+)\]\[(id|quantity)\]")
_PROPERTY_KEY = re.compile(r"properties\[(.+)\]")
_UPDATE_KEY = re.compile(r"updates\[(.*)\]")
TWO_WEEKS = 14 * 24 * 3600


@dataclass
class Wanted:
    """One thing someone asks to put in the cart."""

    id: int
    quantity: int = 1
    properties: Properties = field(default_factory=dict)


async def show(request: Request) -> Response:
    store = store_of(request)
    return JSONResponse(cart_json(store, cart_of(request)))


async def add(request: Request) -> Response:
    """/cart/add and /cart/add.js: JSON, form or multipart; one thing or `items`."""
    store, cart = store_of(request), cart_of(request)
    body = await read_body(request)
    wanted = _wanted(body)
    if not wanted:
        return _refusal(request, CartError(400, "Bad Request", store.theme.labels["no_variant"]))
    try:
        lines = [_add_one(store, cart, each) for each in wanted]
    except CartError as error:
        return _refusal(request, error)
    store.keep(cart)
    if not _wants_json(request):
        return _with_cart(RedirectResponse(_local(body.get("return_to")), 302), cart)
    shown = [line_json(store, cart, line) for line in lines]
    answer: dict[str, Any] = {"items": shown} if "items" in body else shown[0]
    return _with_cart(JSONResponse({**answer, **_sections(request, cart, body)}), cart)


def _add_one(store: Store, cart: Cart, wanted: Wanted) -> Line:
    variant = store.catalogue.variant(wanted.id)
    if variant is None:
        raise CartError(404, "Cart Error", store.theme.labels["no_variant"])
    product = store.catalogue.product_of(variant)
    put = store.faults.put(product, variant) if variant.available else variant
    if put is None:
        return Line(variant, wanted.quantity, wanted.properties)
    try:
        return cart.add(put, wanted.quantity, properties=wanted.properties)
    except CartError as error:
        words = store.theme.labels[error.description].format(title=product.title)
        raise CartError(error.status, error.message, words) from None


async def change(request: Request) -> Response:
    """/cart/change and /cart/change.js: one line's quantity, by key, variant or number."""
    store, cart = store_of(request), cart_of(request)
    body = {**dict(request.query_params), **await read_body(request)}
    line = _named_line(cart, body)
    if line is None:
        return _refusal(request, CartError(400, "Bad Request", store.theme.labels["no_line"]))
    asked = _count(body.get("quantity"), line.quantity)
    cart.change(line, store.faults.quantity(asked, line.quantity))
    return _changed(request, cart, body)


async def update(request: Request) -> Response:
    """/cart/update and /cart/update.js: many quantities, the note, attributes, a discount code."""
    store, cart = store_of(request), cart_of(request)
    body = await read_body(request)
    apply_updates(store, cart, body)
    return _changed(request, cart, body)


def apply_updates(store: Store, cart: Cart, body: dict[str, Any]) -> None:
    for line, asked in _updates(cart, body):
        cart.change(line, store.faults.quantity(asked, line.quantity))
    if "note" in body:
        cart.note = str(body["note"])
    if isinstance(body.get("attributes"), dict):
        cart.attributes.update({str(name): str(value) for name, value in body["attributes"].items()})
    if "discount" in body:
        cart.discount_code = str(body["discount"]).strip().upper()[:50]


async def discount(request: Request) -> Response:
    """/discount/<code>: a shared link that applies a code and leads on."""
    store, cart = store_of(request), cart_of(request)
    apply_updates(store, cart, {"discount": request.path_params["code"]})
    store.keep(cart)
    return _with_cart(RedirectResponse(_local(request.query_params.get("redirect", "/")), 302), cart)


async def clear(request: Request) -> Response:
    cart = cart_of(request)
    cart.clear()
    return _changed(request, cart, {})


def cart_of(request: Request) -> Cart:
    return store_of(request).cart(request.cookies.get(CART_COOKIE))


async def read_body(request: Request) -> dict[str, Any]:
    """A body as a dictionary, whatever it was written in; repeated fields become lists."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            data = json.loads(await request.body() or b"{}")
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}
    form = await request.form()
    return {
        name: [str(each) for each in form.getlist(name)] if name.endswith("[]") else str(value)
        for name, value in form.items()
    }


def _wanted(body: dict[str, Any]) -> list[Wanted]:
    if isinstance(body.get("items"), list):
        return [_wanted_one(item) for item in body["items"] if isinstance(item, dict)]
    numbered: dict[str, dict[str, Any]] = {}
    for name, value in body.items():
        if match := _ITEM_KEY.fullmatch(name):
            numbered.setdefault(match[1], {})[match[2]] = value
    if numbered:
        body["items"] = list(numbered.values())
        return [_wanted_one(item) for item in numbered.values()]
    return [_wanted_one(body)] if "id" in body else []


def _wanted_one(item: dict[str, Any]) -> Wanted:
    properties = item.get("properties")
    if not isinstance(properties, dict):
        properties = {m[1]: value for name, value in item.items() if (m := _PROPERTY_KEY.fullmatch(name))}
    words = {str(name): str(value) for name, value in properties.items()}
    return Wanted(_count(item.get("id"), 0), max(1, _count(item.get("quantity"), 1)), words)


def _named_line(cart: Cart, body: dict[str, Any]) -> Line | None:
    if "line" in body:
        number = _count(body["line"], 0)
        return cart.lines[number - 1] if 1 <= number <= len(cart.lines) else None
    return cart.line(str(body.get("id", "")))


def _updates(cart: Cart, body: dict[str, Any]) -> list[tuple[Line, int]]:
    """Lines with the quantities asked for: by key or variant, or in the order of the cart."""
    asked = body.get("updates", body.get("updates[]"))
    if isinstance(asked, list):
        return [
            (line, _count(text, line.quantity)) for line, text in zip(list(cart.lines), asked, strict=False)
        ]
    if not isinstance(asked, dict):
        asked = {m[1]: value for name, value in body.items() if (m := _UPDATE_KEY.fullmatch(name))}
    found = [(cart.line(str(name)), text) for name, text in asked.items()]
    return [(line, _count(text, line.quantity)) for line, text in found if line is not None]


def _count(text: object, default: int) -> int:
    digits = str(text).strip()
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 18 else default


def _changed(request: Request, cart: Cart, body: dict[str, Any]) -> Response:
    store_of(request).keep(cart)
    if not _wants_json(request):
        return _with_cart(RedirectResponse("/cart", 302), cart)
    answer = {**cart_json(store_of(request), cart), **_sections(request, cart, body)}
    return _with_cart(JSONResponse(answer), cart)


def _sections(request: Request, cart: Cart, body: dict[str, Any]) -> dict[str, Any]:
    store = store_of(request)
    asked = body.get("sections", "")
    names = [str(name) for name in (asked if isinstance(asked, list) else str(asked).split(","))]
    known = [name for name in names if name in store.theme.sections]
    if not known:
        return {}
    context = {"page": "cart", "cart": cart_json(store, cart)}
    return {"sections": {name: render_section(request, name, context) for name in known}}


def _refusal(request: Request, error: CartError) -> Response:
    if not _wants_json(request):
        return page(request, "cart", {"error": error.description}, status=error.status)
    body = {"status": error.status, "message": error.message, "description": error.description}
    return JSONResponse(body, status_code=error.status)


def _wants_json(request: Request) -> bool:
    return request.url.path.endswith(".js") or "json" in request.headers.get("accept", "")


def _local(path: object) -> str:
    text = str(path or "")
    return text if text.startswith("/") and not text.startswith("//") else "/cart"


def _with_cart(response: Response, cart: Cart) -> Response:
    response.set_cookie(CART_COOKIE, cart.token, max_age=TWO_WEEKS, path="/", samesite="lax")
    return response
