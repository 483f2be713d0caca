"""One visit with each fault of tracking, and the nearest one that is fine: what the golden folders are written from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from nano_sre.core.hits import Hit
from nano_sre.core.watch import FailedRequest
from support.tracking import BOARD, Item, Shopper, visit

HEAD = """\
version: 1
kind: store
id: summit
name: Summit
url: https://shop.example
allow_orders: true
markets:
  us: {currency: USD, locale: en-US, country: US}
  de: {currency: EUR, locale: de-DE, country: DE}
---
version: 1
kind: journey
id: buy
name: Buy a snowboard
steps:
  - open: /
  - open_product: complete-snowboard
  - save: {money: product_price, as: price}
  - add_to_cart
  - start_checkout
  - place_order
markets: [us, de]
---
version: 1
kind: pixels
id: tracked
name: The purchase is tracked
during: buy
vendors: {ga4: G-DEMO12345, meta: "1234567890"}
"""
ALL = "expect: [page_view, view_item, add_to_cart, begin_checkout, purchase]\n"
WAX = Item(variant="42007777", product="7007", name="Wax", handle="wax", price=Decimal("9.50"))


@dataclass(frozen=True)
class Scene:
    """What goes wrong, what is fine, and the check that tells them apart."""

    wrong: Callable[[], Shopper]
    fine: Callable[[], Shopper] = visit
    check: str = ALL


def _told(event: str, **more: Any) -> Callable[[], Shopper]:
    return lambda: visit(told={event: more})


def _at_meta(event: str, **more: Any) -> Callable[[], Shopper]:
    """Told rightly to Google, and otherwise to Meta."""

    def made() -> Shopper:
        stage = {
            "view_item": "product",
            "add_to_cart": "cart",
            "begin_checkout": "checkout",
            "purchase": "order",
        }[event]
        order = {"order_id": "1001"} if event == "purchase" else {}

        def tell(shopper: Shopper) -> None:
            shopper.tells(event, [BOARD], to=["ga4"], **order)
            shopper.tells(event, [BOARD], to=["meta"], **order | more)

        return visit(skip=[event], during={stage: tell})

    return made


def _during(stage: str, hook: Callable[[Shopper], None], **more: Any) -> Callable[[], Shopper]:
    return lambda: visit(during={stage: hook}, **more)


def _again(event: str, *, to: tuple[str, ...] = ("meta",), **more: Any) -> Callable[[Shopper], None]:
    return lambda shopper: shopper.tells(event, [BOARD], to=to, **more)


def _two_in_cart(*, whole: bool) -> Callable[[], Shopper]:
    def checkout(shopper: Shopper) -> None:
        shopper.puts(BOARD, WAX)
        shopper.sees_cart()
        shopper.tells("begin_checkout", [BOARD, WAX] if whole else [BOARD], value=Decimal("709.45"))

    return lambda: visit(
        skip=["begin_checkout", "purchase"], during={"checkout": checkout}, shop_events=False
    )


def _blocked(shopper: Shopper) -> None:
    url = "https://www.facebook.com/tr/?id=1234567890&ev=AddToCart"
    shopper.failed.append(
        FailedRequest(
            url=url, reason="blocked by the page's content security policy", page=shopper.page, own=False
        )
    )


def _library(shopper: Shopper) -> None:
    shopper.loads[-1] = replace(shopper.loads[-1], hosts=("connect.facebook.net",))


def _broken(shopper: Shopper) -> None:
    body = b'{"event":"AddToCart","context":{'
    shopper.hits.append(
        Hit(
            number=len(shopper.hits) + 1,
            method="POST",
            url="https://analytics.tiktok.com/api/v2/pixel",
            body=body,
            length=len(body),
            content_type="application/json",
            at_ms=shopper.now,
            step=shopper.step,
        )
    )


def _late(late: int) -> Callable[[], Shopper]:
    def order(shopper: Shopper) -> None:
        shopper.now += late
        shopper.tells("purchase", [BOARD], order_id="1001")

    return _during("order", order, skip=["purchase"])


def _told_late(shopper: Shopper) -> None:
    shopper.tells("add_to_cart", [BOARD], late=700)  # when the next step has begun


def _early_purchase(shopper: Shopper) -> None:
    shopper.tells("purchase", [BOARD], order_id="1001")


def _before_the_answer(shopper: Shopper) -> None:
    shopper.tells("page_view", to=["tiktok"])  # a vendor that the check does not even name
    shopper.now += 500


def _german(**more: Any) -> Callable[[], Shopper]:
    return lambda: visit(market="de", **more)


def _same_id(shopper: Shopper) -> None:
    shopper.tells("add_to_cart", [BOARD], to=["meta"], event_id="cart-1", value=Decimal("699.95"))
    shopper.does("add_to_cart", "Add the wax")
    shopper.puts(BOARD, WAX)
    shopper.tells("add_to_cart", [WAX], to=["meta"], event_id="cart-1")
    shopper.sees_cart()


def _own_ids(shopper: Shopper) -> None:
    shopper.tells("add_to_cart", [BOARD], to=["meta"], event_id="cart-1", value=Decimal("699.95"))
    shopper.does("add_to_cart", "Add the wax")
    shopper.puts(BOARD, WAX)
    shopper.tells("add_to_cart", [WAX], to=["meta"], event_id="cart-2")
    shopper.sees_cart()


def _with_tiktok(**tiktok: Any) -> Callable[[], Shopper]:
    def cart(shopper: Shopper) -> None:
        shopper.tells("add_to_cart", [BOARD], to=["ga4"])
        shopper.tells("add_to_cart", [BOARD], to=["meta"], event_id="shared-1")
        shopper.tells("add_to_cart", [BOARD], to=["tiktok"], **tiktok)

    return _during("cart", cart, skip=["add_to_cart"])


TIKTOK = 'vendors: {meta: "1234567890", tiktok: any}\n'
ZERO = {"value": 0}
SANDBOX = "https://shop.example/wpm@0c6a1d2b/custom/web-pixel-55@3/sandbox/modern/products/complete-snowboard"
SCENES: dict[str, Scene] = {
    "missing_event": Scene(
        lambda: visit(skip=["add_to_cart"]),
        _during("cart", _told_late, skip=["add_to_cart"]),
        """expect:
  - {event: add_to_cart, after: add_to_cart, times: 1}
  - {event: add_to_cart, after: start_checkout, times: 0}
""",
    ),
    "unexpected_event": Scene(
        _during("cart", lambda shopper: shopper.tells("search", to=["meta"])),
        check=ALL + "never: unexpected_event\n",
    ),
    "missing_value": Scene(_told("purchase", value=None)),
    "missing_currency": Scene(_told("purchase", currency=None)),
    "missing_items": Scene(
        _two_in_cart(whole=False), _two_in_cart(whole=True), "expect: [add_to_cart, begin_checkout]\n"
    ),
    "missing_order_id": Scene(_told("purchase", order_id=None)),
    "missing_event_id": Scene(
        _at_meta("purchase", event_id=None),
        check="expect: [{event: purchase, only: meta, event_id: required}]\n",
    ),
    "missing_field": Scene(
        visit,
        lambda: visit(told={"add_to_cart": {"more": {"ep.coupon": "SUMMER10"}}}),
        "expect: [{event: add_to_cart, only: ga4, fields: {ep.coupon: SUMMER10}}]\n",
    ),
    "wrong_field": Scene(
        lambda: visit(told={"add_to_cart": {"more": {"ep.coupon": "WINTER24"}}}),
        lambda: visit(told={"add_to_cart": {"more": {"ep.coupon": "SUMMER10"}}}),
        "expect: [{event: add_to_cart, only: ga4, fields: {ep.coupon: SUMMER10}}]\n",
    ),
    "value_is_text": Scene(_told("add_to_cart", value="$699.95")),
    "zero_value": Scene(_at_meta("add_to_cart", **ZERO)),
    "value_mismatch": Scene(
        _at_meta("add_to_cart", value=Decimal(69995)),
        check='expect: [{event: add_to_cart, after: add_to_cart, times: 1, fields: {value: "${visit.price}"}}]\n',
    ),
    "currency_mismatch": Scene(_at_meta("add_to_cart", currency="EUR")),
    "item_id_mismatch": Scene(
        _at_meta("view_item", items=[WAX]), check="expect: [{event: view_item, fields: {items: product}}]\n"
    ),
    "quantity_mismatch": Scene(_told("begin_checkout", items=[replace(BOARD, quantity=2)])),
    "duplicate_events": Scene(_during("cart", _again("add_to_cart"))),
    "two_accounts": Scene(_during("cart", _again("add_to_cart", account="9999999999"))),
    "unknown_ids": Scene(_told("add_to_cart", account="G-OLDAGENCY")),
    "event_id_not_unique": Scene(
        _during("cart", _same_id, skip=["add_to_cart", "begin_checkout", "purchase"], shop_events=False),
        _during("cart", _own_ids, skip=["add_to_cart", "begin_checkout", "purchase"], shop_events=False),
        'vendors: {meta: "1234567890"}\nexpect: [add_to_cart]\n',
    ),
    "event_id_differs_between_pixels": Scene(
        _with_tiktok(event_id="other-9"),
        _with_tiktok(event_id="shared-1"),
        TIKTOK + "expect: [{event: add_to_cart, only: tiktok, event_id: {same_as: meta}}]\n",
    ),
    "events_before_consent": Scene(
        _german(during={"before the answer": _before_the_answer}), _german(), ALL + "markets: de\n"
    ),
    "consent_signal_wrong": Scene(_told("add_to_cart", consent="denied")),
    "wrong_page_url": Scene(_told("view_item", page_url=SANDBOX)),
    "personal_data": Scene(
        _told(
            "add_to_cart", page_url="https://shop.example/products/complete-snowboard?mail=jo%40mail.example"
        )
    ),
    "hit_failed": Scene(_during("cart", _blocked)),
    "late_hit": Scene(_late(12_000), _late(2_000)),
    "wrong_order": Scene(_during("cart", _early_purchase, skip=["purchase"])),
    "library_loaded_but_no_hit": Scene(
        lambda: visit(vendors=("ga4",), during={"product": _library}),
        lambda: visit(during={"product": _library}),
        "never: library_loaded_but_no_hit\n",
    ),
    "test_mode_left_on": Scene(_told("purchase", test=True)),
    "unreadable_hit": Scene(
        _during("cart", _broken, vendors=("meta", "tiktok")),
        lambda: visit(vendors=("meta", "tiktok")),
        'vendors: {meta: "1234567890", tiktok: any}\nnever: unreadable_hit\n',
    ),
}


def check_of(scene: Scene) -> str:
    """The documents of a scene's folder; a key that it says itself takes the place of the usual one."""
    head = HEAD
    for line in scene.check.splitlines():
        if line.startswith("vendors:"):
            head = head.replace('vendors: {ga4: G-DEMO12345, meta: "1234567890"}\n', "")
    return head + scene.check
