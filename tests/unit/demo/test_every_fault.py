"""Every fault changes what some visitor gets, and healing it brings the healthy store back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import httpx
import pytest

from nano_sre.demo.faults import fault_causes, fault_docs, fault_names
from nano_sre.demo.server import DemoServer
from nano_sre.spec.rules import built_in_rules

BOARD = 43000000000101
SLOW = {
    "slow-page": "it answers documents late, and says nothing else",
    "layout-shift": "the same, for a picture",
    "proxy-header-bars-card-frames": "it says so in a header",
}
PAGES = (
    "/",
    "/products/complete-snowboard",
    "/products/complete-snowboard.js",
    "/products/complete-snowboard?section_id=main-product",
    "/collections/snowboards",
    "/products/aurora-snowboard",
    "/products/trail-snowboard",
    "/search?q=snowboard",
    "/account/login",
    "/cart.js",
    "/cdn/shop/t/1/assets/theme.js",
    "/cdn/shop/t/1/assets/laden.js",
    "/cdn/shop/t/1/assets/checkout.js",
    "/cdn/shop/t/1/assets/kasse.js",
    "/cdn/shop/t/1/assets/base.css",
    "/cdn/shop/t/1/assets/stil.css",
    "/checkouts/_card/number",
)
ADDRESS = {"address1": "Weg 1", "city": "Kempten", "postalCode": "87435", "countryCode": "DE"}
FLEETING = re.compile(
    r"[0-9a-f]{32}|Z2NwLXVz[\w-]+|(?<=card-fields-)[\w-]+"
)  # tokens of this cart or checkout


def walk(server: DemoServer) -> Iterator[tuple[int, str, str]]:
    """What a visitor gets, look by look, who reads everything and buys up to the checkout."""
    with httpx.Client(base_url=server.url, verify=False) as shop:
        for answer in _answers(shop):
            yield answer.status_code, _settled(answer.headers.get("location", "")), _settled(answer.text)


def _answers(shop: httpx.Client) -> Iterator[httpx.Response]:
    yield from map(shop.get, PAGES)
    yield shop.post("/cart/add.js", json={"id": BOARD, "quantity": 1, "properties": {"Engraving": "Nano"}})
    yield shop.get("/cart.js")
    yield shop.post("/account/login", data={"customer[email]": "nobody@example.com"})
    yield shop.post("/cart/update.js", json={"discount": "SUMMER10"})
    yield shop.post("/cart/change.js", json={"line": 1, "quantity": 2})
    yield shop.get("/cart")
    start = shop.get("/checkout")
    yield start
    at = start.headers.get("location", "/checkout")
    yield shop.get(at)
    shop.post(at, data={"email": "a@b.de", "lastName": "T", **ADDRESS})
    yield shop.get(at.replace("/information", "/shipping"))
    yield shop.get(f"{at.removesuffix('/information')}/rates", params=ADDRESS)
    shop.post(at.replace("/information", "/shipping"), data={"shipping_method": "standard"})
    yield shop.get(at.replace("/information", "/payment"))


def _settled(text: str) -> str:
    return FLEETING.sub("…", text)


@pytest.fixture(scope="module")
def healthy(server: DemoServer) -> list[tuple[int, str, str]]:
    server.heal()
    return list(walk(server))


@pytest.mark.parametrize("name", [name for name in fault_names() if name not in SLOW])
def test_a_fault_changes_something_until_it_is_healed(
    shop: httpx.Client, server: DemoServer, healthy: list[tuple[int, str, str]], name: str
) -> None:
    server.fault(name)
    met = next(
        place for place, (now, before) in enumerate(zip(walk(server), healthy, strict=True)) if now != before
    )
    server.heal(name)
    healed = next(itertools.islice(walk(server), met, None))
    assert healed == healthy[met]


def test_every_fault_says_what_it_is_and_what_is_really_wrong() -> None:
    causes = {rule.cause for rule in built_in_rules()}
    for name, told in fault_causes().items():
        assert set(told) <= causes, name
        assert fault_docs()[name].endswith("."), name
