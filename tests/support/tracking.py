"""Visits with tracking, made by hand: a shopper goes from the start page to the thank-you page, vendors are told.

`Shopper` keeps the clock, the steps and the cart; `visit()` is a whole clean one. Hits have the vendors' own wire
formats, so that the real decoder reads them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from nano_sre.core.fields import Money
from nano_sre.core.hits import BannerAnswered, CartSeen, Hit, ShopEvent
from nano_sre.core.program import Market, StoreFacts
from nano_sre.core.result import StepReport, WatchReport
from nano_sre.core.watch import FailedRequest, PageLoad
from nano_sre.kinds._shared.tracking import vendors_for
from nano_sre.kinds._shared.tracking.recording import Recording
from nano_sre.kinds._shared.tracking.replay import replayed
from nano_sre.kinds._shared.tracking.seen import Seen, StoreSeen
from nano_sre.kinds._shared.tracking.wanted import Plan, Wanted

EPOCH = 1_700_000_000_000
ACCOUNTS = {"ga4": "G-DEMO12345", "meta": "1234567890", "tiktok": "C4TIKTOK1"}
META = {
    "page_view": "PageView",
    "view_item": "ViewContent",
    "add_to_cart": "AddToCart",
    "begin_checkout": "InitiateCheckout",
    "purchase": "Purchase",
    "search": "Search",
}
TIKTOK = {**META, "page_view": "Pageview", "purchase": "CompletePayment"}
MARKETS = {
    "us": Market(currency="USD", locale="en-US", country="US"),
    "de": Market(currency="EUR", locale="de-DE", country="DE"),
    "gb": Market(currency="GBP", locale="en-GB", country="GB"),
    "ca": Market(currency="CAD", locale="en-CA", country="CA"),
}


@dataclass(frozen=True)
class Item:
    """A product in the cart; the price is of one."""

    variant: str = "42001158"
    product: str = "7001"
    name: str = "Complete Snowboard"
    handle: str = "complete-snowboard"
    price: Decimal = Decimal("699.95")
    quantity: int = 1

    @property
    def total(self) -> Decimal:
        return self.price * self.quantity

    def in_cart(self) -> dict[str, Any]:
        cents = int(self.price * 100)
        return {
            "id": int(self.variant),
            "variant_id": int(self.variant),
            "product_id": int(self.product),
            "sku": f"SKU-{self.variant}",
            "handle": self.handle,
            "title": self.name,
            "price": cents,
            "final_price": cents,
            "final_line_price": cents * self.quantity,
            "quantity": self.quantity,
        }

    def in_shop(self) -> dict[str, Any]:
        return {
            "id": f"gid://shopify/ProductVariant/{self.variant}",
            "sku": f"SKU-{self.variant}",
            "price": {"amount": str(self.price)},
            "product": {"id": f"gid://shopify/Product/{self.product}", "title": self.name},
        }


BOARD = Item()


@dataclass
class Shopper:
    """Somebody in the shop. Times are ms of the visit."""

    market: str = "us"
    consent: str = "accept"
    vendors: tuple[str, ...] = ("ga4", "meta")
    accounts: dict[str, str] = field(default_factory=lambda: dict(ACCOUNTS))
    now: int = 0
    cart: tuple[Item, ...] = ()
    page: str = "https://shop.example/"
    steps: list[StepReport] = field(default_factory=list)
    loads: list[PageLoad] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    carts: list[CartSeen] = field(default_factory=list)
    shop_events: list[ShopEvent] = field(default_factory=list)
    failed: list[FailedRequest] = field(default_factory=list)
    banner: BannerAnswered | None = None
    saved: dict[str, Any] = field(default_factory=dict)

    @property
    def step(self) -> int:
        return len(self.steps) - 1

    @property
    def currency(self) -> str:
        return str(MARKETS[self.market].currency)

    def does(self, verb: str, title: str = "", *, took: int = 800, state: str = "passed") -> None:
        """A step begins; what comes now happens in it."""
        self.now += 500
        self.steps.append(
            StepReport(title=title or verb, verb=verb, state=state, started_ms=self.now, duration_ms=took)  # type: ignore[arg-type]
        )
        self.now += 300

    def opens(self, path: str) -> None:
        """A page is loaded: its page view is told."""
        self.page = f"https://shop.example{path}"
        self.loads.append(PageLoad(url=self.page, step=self.step))
        self.tells("page_view")

    def answers(self, choice: str) -> None:
        self.now += 50
        self.banner = BannerAnswered(choice=choice, at_ms=self.now, step=self.step)  # type: ignore[arg-type]
        self.now += 2_000

    def puts(self, *items: Item) -> None:
        """The cart now holds these."""
        self.cart = items

    def sees_cart(self) -> None:
        """The cart as the step leaves it."""
        total = int(sum(item.total for item in self.cart) * 100)
        self.carts.append(
            CartSeen(
                cart={
                    "currency": self.currency,
                    "items": [item.in_cart() for item in self.cart],
                    "total_price": total,
                    "items_subtotal_price": total,
                },
                at_ms=self.now + 100,
                step=self.step,
            )
        )

    def shop_says(self, name: str, data: dict[str, Any]) -> None:
        self.shop_events.append(ShopEvent(name=name, data=data, at_ms=self.now, step=self.step))

    def tells(
        self, event: str, products: Sequence[Item] = (), *, to: Sequence[str] = (), late: int = 0, **more: Any
    ) -> None:
        """Every vendor is told. `more` overrules what it is told; None leaves it out; hits are `late` ms on the way."""
        self.now += 20
        for vendor in to or self.vendors:
            told = {
                "items": products,
                "value": sum(item.total for item in products) if products else None,
                "currency": self.currency if products else None,
                "event_id": f"{event}-{self.step}-{len(self.hits)}" if vendor != "ga4" else None,
                "page_url": self.page,
                "account": self.accounts[vendor],
                "consent": "granted",
                "happened": self.now,
                **more,
            }
            self.hit(vendor, event, told, at=self.now + late)

    def hit(self, vendor: str, event: str, told: dict[str, Any], *, at: int | None = None) -> None:
        """One hit on the wire."""
        sent = self.now if at is None else at
        url, body, kind = WIRES[vendor](event, told)
        self.hits.append(
            Hit(
                number=len(self.hits) + 1,
                method="POST" if body else "GET",
                url=url,
                body=body,
                length=len(body),
                content_type=kind,
                at_ms=sent,
                step=max((i for i, s in enumerate(self.steps) if s.started_ms <= sent), default=-1),
            )
        )

    def seen(self) -> Seen:
        return Seen(
            store=StoreSeen(
                id="summit", host="shop.example", market_id=self.market, market=MARKETS[self.market]
            ),
            consent=self.consent,  # type: ignore[arg-type]
            steps=tuple(self.steps),
            loads=tuple(self.loads),
            hits=arrived(self.hits, self.steps),
            shop_events=tuple(self.shop_events),
            carts=tuple(self.carts),
            banner=self.banner,
            failed=tuple(self.failed),
            saved=self.saved,
            began_ms=EPOCH,
        )

    def recording(self) -> Recording:
        return Recording(
            seen=self.seen(), target="summit/tracked@desktop/us", checks=("tracked",), device="desktop"
        )


def arrived(hits: Sequence[Hit], steps: Sequence[StepReport]) -> tuple[Hit, ...]:
    """Hits as the sink has them: in the order in which they came, each in the step that was at work then."""
    in_order = sorted(hits, key=lambda hit: (hit.at_ms, hit.number))
    begun = [[i for i, step in enumerate(steps) if step.started_ms <= hit.at_ms] for hit in in_order]
    return tuple(
        replace(hit, number=number, step=max(at, default=-1))
        for number, (hit, at) in enumerate(zip(in_order, begun, strict=True), 1)
    )


Hook = Callable[[Shopper], None]


def visit(
    item: Item = BOARD,
    *,
    market: str = "us",
    vendors: tuple[str, ...] = ("ga4", "meta"),
    consent: str = "accept",
    banner: bool = True,
    shop_events: bool = True,
    during: dict[str, Hook] | None = None,
    told: dict[str, dict[str, Any]] | None = None,
    skip: Sequence[str] = (),
) -> Shopper:
    """A whole clean visit. `during` runs after a stage; `told` overrules what vendors hear of an event; `skip` leaves
    an event out."""
    shopper = Shopper(market=market, vendors=vendors, consent=consent)
    hooks, overruled = during or {}, told or {}

    def tells(event: str, items: Sequence[Item] = (), **more: Any) -> None:
        if event not in skip:
            shopper.tells(event, items, **more | overruled.get(event, {}))

    def stage(name: str) -> None:
        hooks.get(name, lambda _shopper: None)(shopper)

    shopper.does("open", "Open the start page")
    if banner and consent != "leave":
        shopper.page = "https://shop.example/"
        shopper.loads.append(PageLoad(url=shopper.page, step=shopper.step))
        stage("before the answer")
        shopper.answers(consent)
        silent = consent == "refuse"
        if not silent:
            shopper.tells("page_view")
    else:
        silent = False
        shopper.opens("/")
    if silent:
        shopper.vendors = ()
    stage("start")
    shopper.does("open_product", "Open the product complete-snowboard")
    shopper.opens(f"/products/{item.handle}")
    one = replace(item, quantity=1)
    if shop_events:
        shopper.shop_says("product_viewed", {"productVariant": item.in_shop()})
    tells("view_item", [one])
    shopper.saved["price"] = Money(item.price, shopper.currency)
    stage("product")
    shopper.does("add_to_cart", "Add to cart")
    shopper.puts(item)
    if shop_events:
        line = {
            "merchandise": item.in_shop(),
            "quantity": item.quantity,
            "cost": {"totalAmount": {"amount": str(item.total)}},
        }
        shopper.shop_says("product_added_to_cart", {"cartLine": line})
    tells("add_to_cart", [item])
    stage("cart")
    shopper.sees_cart()
    shopper.does("start_checkout", "Start the checkout")
    shopper.opens("/checkouts/cn/abc")
    tells("begin_checkout", [item])
    stage("checkout")
    shopper.does("place_order", "Place the order")
    shopper.opens("/checkouts/cn/abc/thank-you")
    if shop_events:
        shopper.shop_says("checkout_completed", {"checkout": checkout(item, shopper.currency)})
    shopper.now += 700
    tells("purchase", [item], order_id="1001")
    stage("order")
    return shopper


def checkout(item: Item, currency: str) -> dict[str, Any]:
    """The store's own word on an order, with shipping and tax."""
    return {
        "currencyCode": currency,
        "totalPrice": {"amount": str(item.total + Decimal("18.50")), "currencyCode": currency},
        "subtotalPrice": {"amount": str(item.total), "currencyCode": currency},
        "totalTax": {"amount": "8.50", "currencyCode": currency},
        "shippingLine": {"price": {"amount": "10.00", "currencyCode": currency}},
        "lineItems": [{"title": item.name, "quantity": item.quantity, "variant": item.in_shop()}],
        "order": {"id": "1001"},
    }


def _ga4(event: str, told: dict[str, Any]) -> tuple[str, bytes, str]:
    signal = {"granted": "G111", "denied": "G100"}[told["consent"]]
    pairs = {
        "v": "2",
        "tid": told["account"],
        "cid": "1.2",
        "gcs": signal,
        "en": told.get("name") or event,
        "dl": told["page_url"],
    }
    pairs |= {"cu": told["currency"]} if told["currency"] else {}
    for number, item in enumerate(told["items"], 1):
        pairs[f"pr{number}"] = f"id{item.variant}~nm{item.name}~pr{item.price}~qt{item.quantity}"
    if told["value"] is not None:
        key = "epn.value" if isinstance(told["value"], (int, Decimal)) else "ep.value"
        pairs[key] = str(told["value"])
    pairs |= {"ep.transaction_id": told["order_id"]} if told.get("order_id") else {}
    pairs |= {"_dbg": "1"} if told.get("test") else {}
    return f"https://www.google-analytics.com/g/collect?{urlencode(pairs | told.get('more', {}))}", b"", ""


def _meta(event: str, told: dict[str, Any]) -> tuple[str, bytes, str]:
    pairs = {"id": told["account"], "ev": told.get("name") or META[event], "dl": told["page_url"]}
    pairs |= {"eid": told["event_id"]} if told["event_id"] else {}
    if told["items"]:
        pairs["cd[content_type]"] = "product"
        pairs["cd[contents]"] = json.dumps(
            [
                {"id": item.variant, "quantity": item.quantity, "item_price": float(item.price)}
                for item in told["items"]
            ]
        )
    pairs |= {"cd[value]": str(told["value"])} if told["value"] is not None else {}
    pairs |= {"cd[currency]": told["currency"]} if told["currency"] else {}
    pairs |= {"cd[order_id]": told["order_id"]} if told.get("order_id") else {}
    return f"https://www.facebook.com/tr/?{urlencode(pairs | told.get('more', {}))}", b"", ""


def _tiktok(event: str, told: dict[str, Any]) -> tuple[str, bytes, str]:
    contents = [
        {
            "content_id": item.variant,
            "content_name": item.name,
            "quantity": item.quantity,
            "price": float(item.price),
        }
        for item in told["items"]
    ]
    said = {"content_type": "product", "contents": contents, "currency": told["currency"]} if contents else {}
    said |= {"value": float(told["value"])} if told["value"] is not None else {}
    body = {
        "event": told.get("name") or TIKTOK[event],
        "event_id": told["event_id"],
        "context": {"pixel": {"code": told["account"]}, "page": {"url": told["page_url"]}},
        "properties": said,
    }
    if told.get("happened") is not None:
        body["timestamp"] = EPOCH + told["happened"]
    return "https://analytics.tiktok.com/api/v2/pixel", json.dumps(body).encode(), "text/plain"


WIRES = {"ga4": _ga4, "meta": _meta, "tiktok": _tiktok}


def judge(
    shopper: Shopper | Seen,
    *expect: Any,
    vendors: Any = None,
    never: tuple[str, ...] | None = None,
    **more: Any,
) -> WatchReport:
    """The verdict on a visit; each expectation is an event, or the keys of a `Wanted`."""
    seen = shopper if isinstance(shopper, Seen) else shopper.seen()
    given = {"ga4": ("G-DEMO12345",), "meta": ("1234567890",)} if vendors is None else vendors
    wanted = tuple(each if isinstance(each, Wanted) else Wanted(event=each) for each in expect)
    return replayed(Plan(vendors=given, expect=wanted, never=never, **more), seen, vendors=vendors_for(None))


def codes(report: WatchReport) -> list[str]:
    return sorted(each.code for each in report.findings)


@dataclass
class LiveVisit:
    """A visit as a watcher sees it, made of what somebody did by hand."""

    seen: Seen
    own: bool = False
    traced: bool = False
    device: str = "desktop"
    baseline: None = None
    memory: dict[str, Any] = field(default_factory=dict)
    console: tuple[Any, ...] = ()
    failed_requests: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.seen, {"lost_hits": "failed"}.get(name, name))

    @property
    def store(self) -> StoreFacts:
        place = self.seen.store
        return StoreFacts(
            id=place.id,  # type: ignore[arg-type]
            name="Summit",
            url=f"https://{place.host}",
            market_id=place.market_id,
            market=place.market,
        )

    def value(self, given: Any) -> Any:
        return self.seen.value(given)
