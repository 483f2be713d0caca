"""What the demo store grew for the later shop steps: codes, accounts, suggestions, cards elsewhere, orders."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from nano_sre.demo.server import DemoServer
from nano_sre.demo.store import Store
from nano_sre.demo.views import discount_problem

BOARD, BEANIE = 43000000000101, 43000000000801


def cart(shop: httpx.Client) -> dict[str, Any]:
    body: dict[str, Any] = shop.get("/cart.js").json()
    return body


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("nonsense", "bad_discount"),
        ("winter24", "discount_expired"),
        ("BEANIE15", "discount_not_applicable"),
        ("BIGSPENDER", "discount_not_applicable"),
    ],
)
def test_a_code_that_does_not_hold_is_kept_and_said(
    shop: httpx.Client, server: DemoServer, code: str, label: str
) -> None:
    shop.post("/cart/add.js", json={"id": BOARD})
    body = shop.post("/cart/update.js", json={"discount": code}).json()
    assert body["discount_codes"] == [{"code": code.upper(), "applicable": False}]
    assert (body["total_discount"], body["total_price"]) == (0, 69995)
    store: Store = server.state
    words = str(store.theme.labels[label]).format(code=code.upper())
    assert discount_problem(store, store.cart(shop.cookies["cart"])) == words


def test_a_code_holds_for_its_own_goods_alone(shop: httpx.Client) -> None:
    shop.post("/cart/add.js", json={"items": [{"id": BOARD}, {"id": BEANIE}]})
    body = shop.post("/cart/update.js", json={"discount": "BEANIE15"}).json()
    assert body["discount_codes"] == [{"code": "BEANIE15", "applicable": True}]
    assert body["total_discount"] == 3900 * 15 // 100


def test_a_link_applies_a_code_and_leads_on(shop: httpx.Client) -> None:
    shop.post("/cart/add.js", json={"id": BOARD})
    answer = shop.get("/discount/SUMMER10?redirect=/collections/all")
    assert answer.headers["location"] == "/collections/all"
    assert cart(shop)["total_discount"] == 6999


def test_a_code_that_is_ignored_is_accepted_all_the_same(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("discount-ignored")
    shop.post("/cart/add.js", json={"id": BOARD})
    body = shop.post("/cart/update.js", json={"discount": "SUMMER10"}).json()
    assert body["discount_codes"] == [{"code": "SUMMER10", "applicable": True}]
    assert body["total_price"] == 69995
    assert "SUMMER10" in shop.get("/cart").text


def test_suggestions(shop: httpx.Client, server: DemoServer) -> None:
    found = shop.get("/search/suggest.json", params={"q": "powder", "resources[limit]": 4}).json()
    (product,) = found["resources"]["results"]["products"]
    assert (product["handle"], product["url"].split("?")[0]) == ("powder-twin", "/products/powder-twin")
    assert shop.get("/search/suggest.json?q=zzz").json()["resources"]["results"]["products"] == []


def log_in(shop: httpx.Client, password: str) -> httpx.Response:
    data = {
        "form_type": "customer_login",
        "customer[email]": "QA@example.com",
        "customer[password]": password,
    }
    return shop.post("/account/login", data=data)


def test_accounts_are_for_those_who_know_the_password(shop: httpx.Client, server: DemoServer) -> None:
    assert shop.get("/account").headers["location"] == "/account/login"
    refused = log_in(shop, "wrong")
    assert refused.status_code == 200
    assert server.state.theme.labels["bad_login"] in refused.text
    assert "wrong" not in refused.text
    assert log_in(shop, "first-chair").headers["location"] == "/account"
    assert "qa@example.com" in shop.get("/account").text
    shop.get("/account/logout")
    assert shop.get("/account").status_code == 302


def test_an_order_can_be_looked_at_again(shop: httpx.Client, server: DemoServer) -> None:
    shop.post("/cart/add.js", json={"id": 43000000001001})
    path = shop.get("/checkout").headers["location"]
    contact = {"email": "qa@example.com", "lastName": "Test", "address1": "Weg 1", "city": "Kempten"}
    contact |= {"postalCode": "87435", "countryCode": "DE", "shipping_method": "email"}
    fields = {"number": "1", "expiry": "12/30", "verification_value": "111", "name": "Nano"}
    card = {f"credit_card[{name}]": value for name, value in fields.items()}
    while not path.endswith("/thank-you"):
        path = shop.post(path, data={**contact, **card}).headers["location"]
    order = server.state.orders[-1]
    assert f"/orders/{order.token}" in shop.get(path).text
    assert order.name in shop.get(f"/orders/{order.token}").text
    assert shop.get("/orders/unknown").status_code == 404
    log_in(shop, "first-chair")
    assert order.name in shop.get("/account").text


def test_methods_of_shipping_load_after_their_page(shop: httpx.Client, server: DemoServer) -> None:
    shop.post("/cart/add.js", json={"id": BOARD})
    path = shop.get("/checkout").headers["location"]
    contact = {"email": "qa@example.com", "lastName": "Test", "address1": "Weg 1", "city": "Kempten"}
    contact |= {"postalCode": "87435", "countryCode": "DE"}
    if server.state.theme.checkout != "one-page":
        path = shop.post(path, data=contact).headers["location"]
        assert 'aria-busy="true"' in shop.get(path).text
        assert "shipping_method" not in shop.get(path).text
    rates = shop.get(f"{path.removesuffix('/shipping')}/rates", params=contact).text
    assert rates.count('name="shipping_method"') == 2
