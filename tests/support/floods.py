"""Visits in which a page has gone wild: the same again and again, or hostile variety, for the judge's patience."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from support.tracking import ACCOUNTS, Item, Shopper, checkout, visit

SHOP = {"page_view": "page_viewed", "view_item": "product_viewed", "add_to_cart": "product_added_to_cart"}


def flood(kind: str, hits: int, *, shop_events: int | None = None) -> Shopper:
    """A clean visit to which `hits` hits are added, told by `kind`, and a quarter as many words of the store."""
    told = WAYS[kind]
    wanted = hits // 4 if shop_events is None else shop_events

    def wild(shopper: Shopper) -> None:
        gap = max(1, 60_000 // hits)
        shopper.does("wait", "Wait a minute", took=gap * hits)
        for number in range(hits):
            shopper.now += gap
            event, more = told(number)
            if number * wanted // hits != (number + 1) * wanted // hits:
                shopper.shop_says(SHOP.get(event, "checkout_completed"), published(number))
            pairs = {
                "items": (),
                "value": None,
                "currency": None,
                "event_id": f"wild-{number}",
                "page_url": shopper.page,
                "account": shopper.accounts["meta"],
                "consent": "granted",
                "happened": shopper.now,
                **more,
            }
            shopper.hit(more.get("to", "meta"), event, pairs)

    return visit(during={"cart": wild})


def published(number: int) -> dict[str, Any]:
    """What the store says of one of many products."""
    item = product(number)
    return {
        "productVariant": item.in_shop(),
        "cartLine": {"merchandise": item.in_shop(), "quantity": 1},
        "checkout": checkout(item, "USD"),
    }


def product(number: int) -> Item:
    """One of as many products as there are hits."""
    return Item(
        variant=str(50_000_000 + number), product=str(80_000_000 + number), price=Decimal(10 + number)
    )


def _goods(number: int, **more: Any) -> Mapping[str, Any]:
    item = product(number)
    return {"items": (item,), "value": item.total, "currency": "USD", **more}


def _of_two(number: int) -> dict[str, Any]:
    vendor = ("ga4", "meta")[number % 2]
    return {"to": vendor, "account": ACCOUNTS[vendor]}


WAYS: dict[str, Callable[[int], tuple[str, Mapping[str, Any]]]] = {
    "one page view": lambda _: ("page_view", {}),
    "one event id": lambda n: ("add_to_cart", _goods(n, event_id="always")),
    "one page view of two vendors": lambda n: ("page_view", _of_two(n)),
    "one product": lambda _: ("add_to_cart", _goods(1)),
    "other products": lambda n: ("add_to_cart", _goods(n)),
    "other products at two vendors": lambda n: ("view_item", _goods(n // 2, **_of_two(n))),
    "wrong values": lambda n: ("add_to_cart", _goods(1, value=Decimal(-n) - Decimal("0.5"))),
    "wrong currencies": lambda n: ("view_item", _goods(n, currency=f"C{n % 1000:03}")),
    "strange products": lambda n: ("begin_checkout", {**_goods(-n), "value": Decimal(1)}),
    "no value": lambda n: ("add_to_cart", {"items": (product(n),)}),
    "other accounts": lambda n: ("page_view", {"account": str(9_000_000_000 + n)}),
    "two accounts": lambda n: ("page_view", {"account": str(1234567890 + n % 2)}),
    "other names": lambda n: ("page_view", {"name": f"Custom{n}"}),
    "one order": lambda _: ("purchase", _goods(1, order_id="1002")),
    "other orders": lambda n: ("purchase", _goods(n, order_id=str(5000 + n))),
    "other pages": lambda n: ("page_view", {"page_url": f"https://shop.example/pages/{n}"}),
    "mail addresses": lambda n: ("page_view", {"page_url": f"https://shop.example/?mail=a{n}@example.com"}),
}
"""What each hit of a flood says, by its number; the first word is what vendors call it in common."""
