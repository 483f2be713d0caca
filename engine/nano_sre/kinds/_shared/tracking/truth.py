"""What an event should say: by the store's own events, by the cart, by the product that was looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from nano_sre.core.hits import CartSeen, ShopEvent, TrackedItem
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared.tracking.faults import Occurrence
from nano_sre.kinds._shared.tracking.seen import Seen

SHOP_NAMES = {
    "page_viewed": "page_view",
    "product_viewed": "view_item",
    "collection_viewed": "view_item_list",
    "search_submitted": "search",
    "product_added_to_cart": "add_to_cart",
    "product_removed_from_cart": "remove_from_cart",
    "cart_viewed": "view_cart",
    "checkout_started": "begin_checkout",
    "checkout_shipping_info_submitted": "add_shipping_info",
    "payment_info_submitted": "add_payment_info",
    "checkout_completed": "purchase",
}
"""The store's own words for what all vendors share."""
OF_THE_CART = ("view_cart", "begin_checkout", "add_shipping_info", "add_payment_info", "purchase")
"""Events about everything in the cart."""
AFTER_SHIPPING = ("add_shipping_info", "add_payment_info", "purchase")
"""Events from which an amount may hold shipping, tax and codes that the cart knows nothing of."""
NEAR = 15_000  # ms between the store's own event and a vendor's, at most, when they tell of one thing
_DIGITS = re.compile(r"[0-9]{4,}")


@frozen_row
class Amount:
    """An amount that an event may rightly have; `source` is who says so (“the cart”)."""

    source: str
    amount: Decimal


@frozen_row
class Line:
    """A product as the store knows it: every id it has, the price of one, how many."""

    ids: frozenset[str]
    name: str
    price: Decimal | None
    quantity: int | None = None


class Truth:
    """Looks things up in what the visit showed."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def currency(self, about: Occurrence) -> Told:
        """Who says which currency it is: the cart, the store's own event, the market."""
        for event in self.shop_events(about):
            found = next((v for k, v in _walk(event.data) if k in ("currencyCode", "currency")), None)
            if isinstance(found, str) and found:
                return Told("the store", found.upper())
        for cart in reversed(self._carts(about)):
            if isinstance(cart.cart.get("currency"), str):
                return Told("the cart", cart.cart["currency"].upper())
        return Told("the market", str(self._seen.store.market.currency))

    def amounts(self, about: Occurrence) -> list[Amount]:
        """Every amount that the event may rightly have; empty when nobody can tell."""
        found = list(self._shop_amounts(about))
        if about.what in OF_THE_CART:
            if about.what not in AFTER_SHIPPING:
                found += self._cart_totals(about)
        else:
            found += self._prices(about)
            if about.what != "view_item":
                found += self._cart_totals(about)
        return list({each.amount: each for each in reversed(found)}.values())[::-1]

    def lines(self, about: Occurrence) -> list[Line]:
        """The products that the event is about; empty when nobody can tell."""
        for event in self.shop_events(about):
            if lines := list(shop_lines(event.data)):
                return lines
        if about.what in OF_THE_CART:
            carts = [each for each in self._carts(about) if each.cart.get("items")]
            return list(_cart_lines(carts[-1].cart)) if carts else []
        if about.what == "view_item":
            return self._viewed(about)
        return [line for each in self._carts(about)[-2:] for line in _cart_lines(each.cart)]

    def shop_events(self, about: Occurrence) -> list[ShopEvent]:
        """The store's own events of the same thing: that which it answers, then the nearest."""
        same = [e for e in self._seen.shop_events if SHOP_NAMES.get(e.name) == about.what]
        near = [e for e in same if e.step == about.step or abs(e.at_ms - about.moment) <= NEAR]
        near += [about.answers] if about.answers is not None and about.answers not in near else []
        return sorted(near, key=lambda e: (e is not about.answers, abs(e.at_ms - about.moment)))

    def came_to(self, what: str) -> ShopEvent | None:
        """The store's own first word of something."""
        return next((each for each in self._seen.shop_events if SHOP_NAMES.get(each.name) == what), None)

    def amounts_of(self, about: Occurrence, source: str) -> list[Amount]:
        """The amounts by one source: `cart`, `product` or `shop`."""
        if source == "cart":
            total = self.cart_total(about)
            return [] if total is None else [Amount("the cart", total)]
        if source == "shop":
            return list(self._shop_amounts(about))
        return list(self._prices(about))

    def lines_of(self, about: Occurrence, source: str) -> list[Line]:
        """The products by one source: `cart`, `product` or `shop`."""
        if source == "shop":
            events = self.shop_events(about)
            return list(shop_lines(events[0].data)) if events else []
        if source == "cart":
            carts = [each for each in self._carts(about) if each.cart.get("items")]
            return list(_cart_lines(carts[-1].cart)) if carts else []
        return self.lines(about)

    def cart_total(self, about: Occurrence) -> Decimal | None:
        """The total of the cart as it was then."""
        carts = [each for each in self._carts(about) if each.cart.get("items")]
        return _hundredths(carts[-1].cart.get("total_price")) if carts else None

    @cached_property
    def _known(self) -> list[Line]:
        """Every product that the visit showed."""
        shop = [line for event in self._seen.shop_events for line in shop_lines(event.data)]
        return [*shop, *(line for each in self._seen.carts for line in _cart_lines(each.cart))]

    def _carts(self, about: Occurrence) -> Sequence[CartSeen]:
        """The carts up to the step of the event, the last one being as the step left it."""
        return [each for each in self._seen.carts if each.step <= about.step]

    def _cart_totals(self, about: Occurrence) -> Iterator[Amount]:
        carts = [each.cart for each in self._carts(about)[-2:]]
        for cart in reversed(carts):
            for key in ("total_price", "items_subtotal_price", "original_total_price"):
                amount = _hundredths(cart.get(key))
                if amount:
                    yield Amount("the cart", amount)
        if len(carts) == 2:
            before, after = (_hundredths(cart.get("total_price")) for cart in carts)
            if before is not None and after is not None and before != after:
                yield Amount(
                    "what the cart grew by" if after > before else "what the cart lost", abs(after - before)
                )

    def _prices(self, about: Occurrence) -> Iterator[Amount]:
        """The prices of the event's products, once and as many times as it says."""
        for item in about.event.items:
            for line in self._known:
                if line.price is not None and is_same(item, line):
                    yield Amount("the product", line.price)
                    quantity = _decimal(item.quantity)
                    if quantity is not None and quantity != 1:
                        yield Amount(f"the product, {quantity} times", line.price * quantity)
                    if line.quantity is not None and line.quantity != 1:
                        yield Amount("the cart's line", line.price * line.quantity)

    def _shop_amounts(self, about: Occurrence) -> Iterator[Amount]:
        for event in self.shop_events(about)[:1]:
            data = _payload(event.data)
            checkout = data.get("checkout")
            if isinstance(checkout, Mapping):
                yield from _checkout_amounts(checkout)
            line = data.get("cartLine")
            if isinstance(line, Mapping):
                yield from _amounts_of(
                    "the store", _at(line, "cost", "totalAmount"), _at(line, "merchandise", "price")
                )
            yield from _amounts_of(
                "the store", _at(data, "productVariant", "price"), _at(data, "cart", "cost", "totalAmount")
            )

    def _viewed(self, about: Occurrence) -> list[Line]:
        """The product whose page it was, if it came to lie in the cart later."""
        path = urlsplit(about.event.page_url or "").path.rstrip("/")
        handle = path.rpartition("/products/")[2] if "/products/" in path else ""
        if not handle or "/" in handle:
            return []
        return [
            line
            for each in self._seen.carts
            for item in _items(each.cart)
            if item.get("handle") == handle
            for line in _cart_lines({"items": [item]})
        ]


@frozen_row
class Told:
    """A text and who says so."""

    source: str
    text: str


def is_same(item: TrackedItem, line: Line) -> bool:
    """Whether an event's product is one of the store's: by an id, or by one within it (`shopify_US_1_2`)."""
    return any(not tokens(text).isdisjoint(line.ids) for text in item.ids)


def tokens(text: str) -> set[str]:
    """An id and the numbers in it, to be found whichever way a vendor writes ids."""
    return {text.strip().casefold(), *_DIGITS.findall(text[:500])}


def _payload(data: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = data.get("data")
    return inner if isinstance(inner, Mapping) else data


def _walk(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, Mapping):
        for key, each in list(value.items())[:100]:
            yield str(key), each
            yield from _walk(each, depth + 1)
    elif isinstance(value, list):
        for each in value[:20]:
            yield from _walk(each, depth + 1)


def _at(value: Any, *way: str) -> Any:
    for key in way:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, Mapping):
        value = value.get("amount")
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _hundredths(value: Any) -> Decimal | None:
    number = _decimal(value)
    return None if number is None else number / 100


def _amounts_of(source: str, *values: Any) -> Iterator[Amount]:
    for value in values:
        number = _decimal(value)
        if number is not None:
            yield Amount(source, number)


def _checkout_amounts(checkout: Mapping[str, Any]) -> Iterator[Amount]:
    """The total and the subtotal, each also without tax and shipping: vendors want it differently."""
    total, subtotal = _decimal(checkout.get("totalPrice")), _decimal(checkout.get("subtotalPrice"))
    tax = _decimal(checkout.get("totalTax")) or Decimal(0)
    shipping = _decimal(_at(checkout, "shippingLine", "price")) or Decimal(0)
    if total is not None:
        yield Amount("the store", total)
        for off, words in ((tax, "tax"), (shipping, "shipping"), (tax + shipping, "tax and shipping")):
            if off:
                yield Amount(f"the store, without {words}", total - off)
    if subtotal is not None:
        yield Amount("the store, without shipping", subtotal)
        if tax:
            yield Amount("the store, without shipping and tax", subtotal - tax)


def _items(cart: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = cart.get("items")
    return [each for each in items if isinstance(each, Mapping)] if isinstance(items, list) else []


def _cart_lines(cart: Mapping[str, Any]) -> Iterator[Line]:
    for item in _items(cart):
        ids = {_id(item.get(key)) for key in ("variant_id", "product_id", "sku", "id", "handle")}
        yield Line(
            frozenset(filter(None, ids)),
            str(item.get("title") or item.get("product_title") or "a product"),
            _hundredths(item.get("final_price", item.get("price"))),
            quantity if isinstance(quantity := item.get("quantity"), int) else None,
        )


def shop_lines(data: Mapping[str, Any]) -> Iterator[Line]:
    """The products of one of the store's own events."""
    data = _payload(data)
    variant = data.get("productVariant")
    if isinstance(variant, Mapping):
        yield _shop_line(variant, None)
    line = data.get("cartLine")
    if isinstance(line, Mapping):
        yield _shop_line(_at(line, "merchandise"), line.get("quantity"))
    lines = _at(data, "checkout", "lineItems") or _at(data, "cart", "lines")
    for each in lines if isinstance(lines, list) else ():
        if isinstance(each, Mapping):
            yield _shop_line(each.get("variant") or each.get("merchandise"), each.get("quantity"))


def _shop_line(variant: Any, quantity: Any) -> Line:
    product = _at(variant, "product")
    ids = {_id(_at(variant, "id")), _id(_at(variant, "sku")), _id(_at(product, "id"))}
    name = _at(product, "title") or _at(variant, "title")
    return Line(
        frozenset(filter(None, ids)),
        str(name or "a product"),
        _decimal(_at(variant, "price")),
        quantity if isinstance(quantity, int) else None,
    )


def _id(value: Any) -> str:
    """An id as it is compared: the number of a `gid://shopify/ProductVariant/1`."""
    return (
        ""
        if value is None or isinstance(value, (Mapping, list))
        else str(value).rpartition("/")[2].strip().casefold()
    )
