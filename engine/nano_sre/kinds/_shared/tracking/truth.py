"""What an event should say: by the store's own events, by the cart, by the product that was looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlsplit

from nano_sre.core.hits import CartSeen, ShopEvent, TrackedItem
from nano_sre.core.values import frozen_row
from nano_sre.kinds._shared.tracking.faults import Occurrence
from nano_sre.kinds._shared.tracking.nearest import Nearest
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
MOST_PRICES = 100  # of one product in one visit, with the quantities beside them, that are told apart
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
        self._nearest: dict[tuple[str, str], Nearest[Any]] = {}
        self._by_name: dict[str, list[ShopEvent]] = defaultdict(list)
        for each in seen.shop_events:
            self._by_name[SHOP_NAMES.get(each.name, "")].append(each)
        self.notes: dict[str, None] = {}
        self._carts_until: dict[int, list[CartSeen]] = {}

    def currency(self, about: Occurrence) -> Told:
        """Who says which currency it is: the cart, the store's own event, the market."""
        found = self._said(about, "currency", _currency)
        if found is not None:
            return Told("the store", found)
        # A visitor keeps the currency: where no cart was seen yet, the first one tells it.
        for cart in reversed(self._carts(about) or self._seen.carts[:1]):
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
        if lines := self._said(about, "lines", _lines):
            return list(lines)
        if about.what in OF_THE_CART:
            carts = [each for each in self._carts(about) if each.cart.get("items")]
            return list(_cart_lines(carts[-1].cart)) if carts else []
        if about.what == "view_item":
            return self._viewed(about)
        return [line for each in self._carts(about)[-2:] for line in _cart_lines(each.cart)]

    def shop_event(self, about: Occurrence) -> ShopEvent | None:
        """The store's own event of the same thing: that which it answers, else the nearest."""
        return self._said(about, "event", _itself)

    def _said(self, about: Occurrence, what: str, of: Callable[[ShopEvent], Said | None]) -> Said | None:
        """What the store's own events say: the one that it answers, else the nearest that says something."""
        if about.answers is not None and (found := of(about.answers)) is not None:
            return found
        known = self._nearest.get((about.what, what))
        if known is None:
            told = ((e.at_ms, e.step, of(e)) for e in self._by_name.get(about.what, ()))
            known = self._nearest[about.what, what] = Nearest(each for each in told if each[2] is not None)
        return known.to(about.moment, step=about.step, within=NEAR)

    def came_to(self, what: str) -> ShopEvent | None:
        """The store's own first word of something."""
        return next(iter(self._by_name.get(what, ())), None)

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
            event = self.shop_event(about)
            return list(shop_lines(event.data)) if event else []
        if source == "cart":
            carts = [each for each in self._carts(about) if each.cart.get("items")]
            return list(_cart_lines(carts[-1].cart)) if carts else []
        return self.lines(about)

    def cart_total(self, about: Occurrence) -> Decimal | None:
        """The total of the cart as it was then."""
        carts = [each for each in self._carts(about) if each.cart.get("items")]
        return _hundredths(carts[-1].cart.get("total_price")) if carts else None

    @cached_property
    def _known(self) -> Mapping[str, dict[Line, int]]:
        """Every product that the visit showed, by each of its ids: its place among all of them."""
        shop = [line for event in self._seen.shop_events for line in shop_lines(event.data)]
        every = [*shop, *(line for each in self._seen.carts for line in _cart_lines(each.cart))]
        found: dict[str, dict[Line, int]] = defaultdict(dict)
        for place, line in enumerate(dict.fromkeys(every)):
            for each in line.ids:
                found[each][line] = place
        return found

    def _shown(self, item: TrackedItem) -> list[Line]:
        """The products of the visit that an event's product may be; none when they are too many to tell."""
        named = {token for text in item.ids for token in tokens(text)}
        found = [self._known[token] for token in named if token in self._known]
        if any(len(each) > MOST_PRICES for each in found):
            self.notes.setdefault(
                f"The visit showed more than {MOST_PRICES} prices of one product: values are not held against them"
            )
            return []
        places = {line: place for each in found for line, place in each.items()}
        return sorted(places, key=places.__getitem__)

    def _carts(self, about: Occurrence) -> Sequence[CartSeen]:
        """The carts up to the step of the event, the last one being as the step left it."""
        if about.step not in self._carts_until:
            self._carts_until[about.step] = [each for each in self._seen.carts if each.step <= about.step]
        return self._carts_until[about.step]

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
            for line in self._shown(item):
                if line.price is not None:
                    yield Amount("the product", line.price)
                    quantity = _decimal(item.quantity)
                    if quantity is not None and quantity != 1:
                        yield Amount(f"the product, {quantity} times", line.price * quantity)
                    if line.quantity is not None and line.quantity != 1:
                        yield Amount("the cart's line", line.price * line.quantity)

    def _shop_amounts(self, about: Occurrence) -> Iterator[Amount]:
        event = self.shop_event(about)
        if event is not None:
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


Said = TypeVar("Said")


def _itself(event: ShopEvent) -> ShopEvent:
    return event


def _currency(event: ShopEvent) -> str | None:
    found = next((v for k, v in _walk(event.data) if k in ("currencyCode", "currency")), None)
    return found.upper() if isinstance(found, str) and found else None


def _lines(event: ShopEvent) -> list[Line] | None:
    return list(shop_lines(event.data)) or None


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
