from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
import pytest

from nano_sre.demo.server import DemoServer

BOARD = 43000000000101
CONTACT = {
    "email": "qa@example.com", "firstName": "Nano", "lastName": "Test", "address1": "Weg 1", "city": "Kempten",
    "postalCode": "87435", "countryCode": "DE",
}  # fmt: skip


def card(number: str) -> dict[str, str]:
    fields = {"number": number, "expiry": "12 / 30", "verification_value": "111", "name": "Nano Test"}
    return {f"credit_card[{name}]": value for name, value in fields.items()}


def start(shop: httpx.Client) -> str:
    shop.post("/cart/add.js", json={"id": BOARD, "quantity": 2})
    answer = shop.post("/cart", data={"updates[]": "1", "checkout": ""})
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/checkouts/cn/")
    return str(answer.headers["location"])


def submit(shop: httpx.Client, path: str, *, one_page: bool, number: str = "1") -> httpx.Response:
    """Fill in everything, on one page or on three; the answer to the payment."""
    rate = {"shipping_method": "express"}
    if one_page:
        return shop.post(path, data={**CONTACT, **rate, **card(number)})
    answer = shop.post(path, data=CONTACT)
    answer = shop.post(answer.headers["location"], data=rate)
    return shop.post(answer.headers["location"], data=card(number))


@pytest.fixture
def one_page(server: DemoServer) -> bool:
    return server.state.theme.checkout == "one-page"


def test_an_order_is_placed(shop: httpx.Client, server: DemoServer, one_page: bool) -> None:
    before = len(server.state.orders)
    answer = submit(shop, start(shop), one_page=one_page)
    assert answer.headers["location"].endswith("/thank-you")
    order = server.state.orders[-1]
    page = shop.get(answer.headers["location"]).text
    assert len(server.state.orders) == before + 1
    assert order.name == f"#{1001 + before}"
    assert order.name in page
    assert server.state.theme.money(order.total) in page
    assert (order.subtotal, order.total) == (69995, 69995 + order.shipping)
    assert order.email == "qa@example.com"
    assert shop.get("/cart.js").json()["item_count"] == 0


def test_paying_twice_makes_one_order(shop: httpx.Client, server: DemoServer, one_page: bool) -> None:
    path = start(shop)
    submit(shop, path, one_page=one_page)
    count = len(server.state.orders)
    again = shop.post(path, data={**CONTACT, **card("1")})
    assert again.headers["location"].endswith("/thank-you")
    assert len(server.state.orders) == count


@pytest.mark.parametrize(
    ("number", "label"), [("2", "declined"), ("3", "gateway_exception"), ("4242", "bad_card")]
)
def test_refused_cards(
    shop: httpx.Client, server: DemoServer, one_page: bool, number: str, label: str
) -> None:
    before = len(server.state.orders)
    answer = submit(shop, start(shop), one_page=one_page, number=number)
    assert answer.status_code == 200
    assert server.state.theme.labels[label] in answer.text
    assert len(server.state.orders) == before


def test_fields_carry_names_and_autocomplete(shop: httpx.Client) -> None:
    page = shop.get(start(shop)).text
    for name, auto in {
        "email": "email", "firstName": "given-name", "lastName": "family-name", "address1": "address-line1",
        "city": "address-level2", "postalCode": "postal-code", "countryCode": "country", "zone": "address-level1",
    }.items():  # fmt: skip
        assert re.search(rf'<(input|select)[^>]*name="{name}"[^>]*autocomplete="shipping {auto}"', page), name


def test_mistakes_are_named(shop: httpx.Client, server: DemoServer, one_page: bool) -> None:
    path = start(shop)
    answer = shop.post(path, data={**CONTACT, "email": "nobody", "city": "", "postalCode": "1"})
    labels = server.state.theme.labels
    for label in ("bad_email", "required", "bad_postal_code"):
        assert labels[label] in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_card_fields_live_in_frames(shop: httpx.Client, server: DemoServer, one_page: bool) -> None:
    path = start(shop)
    if not one_page:
        path = shop.post(path, data=CONTACT).headers["location"]
        path = shop.post(path, data={"shipping_method": "standard"}).headers["location"]
    frames = re.findall(r'<iframe[^>]*src="([^"]*/checkouts/_card/[^"]*)"', shop.get(path).text)
    assert {urlsplit(frame).netloc for frame in frames} == {f"localhost:{server.port}"}, "another origin"
    names = [frame.rsplit("/", 1)[1] for frame in frames]
    assert names == ["number", "expiry", "verification_value", "name"]
    for name, frame in zip(names, frames, strict=True):
        assert f'name="{name}"' in shop.get(frame).text


def test_rates_wait_for_an_address(shop: httpx.Client, server: DemoServer) -> None:
    path = start(shop)
    assert 'name="shipping_method"' not in shop.get(path).text
    if (
        server.state.theme.checkout != "one-page"
    ):  # rates have a page of their own, which needs the address first
        assert shop.get(path.replace("/information", "/shipping")).headers["location"] == path
        return
    rates = shop.get(f"{path}/rates", params={**CONTACT, "countryCode": "US", "postalCode": "80202"})
    assert rates.text.count('name="shipping_method"') == 2


def test_steps_cannot_be_skipped(shop: httpx.Client, server: DemoServer, one_page: bool) -> None:
    path = start(shop)
    if one_page:  # nothing to skip to: paying at once shows what is missing instead of an order
        assert 'aria-invalid="true"' in shop.post(path, data=card("1")).text
        return
    answer = shop.get(path.replace("/information", "/payment"))
    assert answer.headers["location"] == path


def test_an_empty_cart_cannot_check_out(shop: httpx.Client) -> None:
    assert shop.post("/cart", data={"checkout": ""}).headers["location"] == "/cart"
    assert shop.get("/checkout").headers["location"] == "/cart"


def test_a_gift_card_needs_no_parcel(shop: httpx.Client, server: DemoServer, one_page: bool) -> None:
    shop.post("/cart/add.js", json={"id": 43000000001001})
    path = shop.get("/checkout").headers["location"]
    if one_page:
        shop.post(path, data={**CONTACT, "shipping_method": "email", **card("1")})
    else:
        path = shop.post(path, data=CONTACT).headers["location"]
        path = shop.post(path, data={"shipping_method": "email"}).headers["location"]
        shop.post(path, data=card("1"))
    assert server.state.orders[-1].total == 2500


def test_discount_in_checkout(shop: httpx.Client, server: DemoServer) -> None:
    path = start(shop)
    wrong = shop.post(path, data={"reductions": "nope", "discount": "1"})
    assert server.state.theme.labels["bad_discount"] in wrong.text
    assert shop.post(path, data={"reductions": "POWDER20", "discount": "1"}).status_code == 303
    assert server.state.theme.money(69995 - 69995 * 20 // 100) in shop.get(path).text
