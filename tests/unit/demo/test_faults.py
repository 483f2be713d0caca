from __future__ import annotations

import httpx
import pytest

from nano_sre.demo.app import create_app
from nano_sre.demo.faults import UnknownFault, fault_docs, fault_names
from nano_sre.demo.server import DemoServer

BOARD, BOARD_LONG, SOLD_OUT = 43000000000101, 43000000000103, 43000000000501
PRODUCT = "/products/complete-snowboard"


def test_names_and_docs() -> None:
    assert {"dead-add-to-cart", "checkout-500", "product-404"} <= set(fault_names())
    assert all("_" not in name for name in fault_names())
    assert all(doc.endswith(".") for doc in fault_docs().values())


def test_switching_over_http(shop: httpx.Client) -> None:
    assert {each["name"] for each in shop.get("/__fault").json() if each["on"]} == set()
    assert shop.post("/__fault/checkout-500").json() == {"on": ["checkout-500"]}
    shop.post("/__fault/price-differs")
    assert shop.delete("/__fault/checkout-500").json() == {"on": ["price-differs"]}
    assert shop.delete("/__fault").json() == {"on": []}


def test_unknown_names_are_answered_with_the_nearest(shop: httpx.Client) -> None:
    answer = shop.post("/__fault/checkout-50")
    assert (answer.status_code, answer.json()["did_you_mean"]) == (404, "checkout-500")
    with pytest.raises(UnknownFault, match="did you mean dead-add-to-cart"):
        create_app(faults=["dead-add-to-card"])
    with pytest.raises(ValueError, match="unknown theme"):
        create_app("nope")


def test_faults_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NANO_SRE_DEMO_FAULTS", "checkout-500, price-differs")
    assert set(create_app().state.store.faults.on) == {"checkout-500", "price-differs"}


def add(shop: httpx.Client, variant: int = BOARD) -> httpx.Response:
    return shop.post("/cart/add.js", json={"id": variant})


@pytest.mark.parametrize("name", ["add-to-cart-missing", "dead-add-to-cart", "popup-over-button"])
def test_faults_of_the_product_page_change_nothing_else(
    shop: httpx.Client, server: DemoServer, name: str
) -> None:
    pages = ("/", "/collections/all", "/cart", PRODUCT)
    healthy = [shop.get(page).text for page in pages]
    server.fault(name)
    broken = [shop.get(page).text for page in pages]
    assert [before == after for before, after in zip(healthy, broken, strict=True)] == [
        True,
        True,
        True,
        False,
    ]
    server.heal(name)
    assert [shop.get(page).text for page in pages] == healthy


def test_add_to_cart_missing(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("add-to-cart-missing")
    form = shop.get(PRODUCT).text.split('action="/cart/add"')[1].split("</form>")[0]
    assert 'type="submit"' not in form


def test_checkout_500(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("checkout-500")
    add(shop)
    path = shop.post("/cart", data={"checkout": ""}).headers["location"]
    assert shop.get(path).status_code == 500
    assert shop.get("/cart").status_code == 200


def test_price_differs(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("price-differs")
    assert add(shop).json()["price"] == 69995 * 110 // 100
    assert shop.get(f"{PRODUCT}.js").json()["price"] == 69995
    assert server.state.theme.money(69995) in shop.get(PRODUCT).text


def test_sold_out_shown_in_stock(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("sold-out-shown-in-stock")
    page = shop.get("/products/aurora-snowboard").text
    assert "OutOfStock" not in page
    assert shop.get("/products/aurora-snowboard.js").json()["available"] is False
    assert add(shop, SOLD_OUT).status_code == 422


def test_cart_not_updated(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("cart-not-updated")
    answer = add(shop)
    assert (answer.status_code, answer.json()["quantity"]) == (200, 1)
    assert shop.get("/cart.js").json()["item_count"] == 0
    assert add(shop, SOLD_OUT).status_code == 422


def test_wrong_variant_added(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("wrong-variant-added")
    add(shop, BOARD_LONG)
    line = shop.get("/cart.js").json()["items"][0]
    assert line["handle"] == "complete-snowboard"
    assert line["variant_id"] != BOARD_LONG


def test_quantity_ignored(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("quantity-ignored")
    add(shop)
    assert shop.post("/cart/change.js", json={"line": 1, "quantity": 4}).json()["item_count"] == 1
    assert shop.post("/cart/update.js", json={"updates": [4]}).json()["item_count"] == 1
    assert shop.post("/cart/change.js", json={"line": 1, "quantity": 0}).json()["item_count"] == 0


def test_password_page(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("password-page")
    assert shop.get("/").headers["location"] == "/password"
    assert shop.get("/password").status_code == 200
    assert shop.get("/__fault").status_code == 200
    server.heal()
    assert shop.get("/").status_code == 200


def test_payment_missing(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("payment-missing")
    add(shop)
    path = shop.get("/checkout").headers["location"]
    if server.state.theme.checkout != "one-page":
        address = {
            "email": "a@b.de",
            "lastName": "T",
            "address1": "W",
            "city": "K",
            "postalCode": "87435",
            "countryCode": "DE",
        }
        path = shop.post(path, data=address).headers["location"]
        path = shop.post(path, data={"shipping_method": "standard"}).headers["location"]
    page = shop.get(path)
    assert page.status_code == 200
    assert "<iframe" not in page.text
    server.heal()
    assert "<iframe" in shop.get(path).text


def test_cart_api_broken(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("cart-api-broken")
    answer = shop.get("/cart.js")
    assert answer.status_code == 500
    assert "html" in answer.headers["content-type"]
    assert add(shop).status_code == 200


def test_product_404(shop: httpx.Client, server: DemoServer) -> None:
    server.fault("product-404")
    assert shop.get(PRODUCT).status_code == 404
    assert shop.get("/collections/all").status_code == 200


def test_a_pixel_can_be_wrong_at_one_vendor(shop: httpx.Client, server: DemoServer) -> None:
    healthy = shop.get("/").text
    server.fault("pixel-value-zero@meta")
    assert 'vendor !== "meta"' in shop.get("/").text
    server.heal("pixel-value-zero@meta")
    assert shop.get("/").text == healthy
    for name in ("pixel-value-zero@mars", "checkout-500@meta"):
        with pytest.raises(UnknownFault, match="did you mean"):
            server.fault(name)


def test_shopify_counts_under_the_stores_own_name(shop: httpx.Client) -> None:
    path = "/.well-known/shopify/monorail/unstable/produce_batch"
    assert (
        shop.post(path, content='{"events": [{}, {}]}').json()["result"]
        == [{"status": 200, "message": "ok"}] * 2
    )
    assert shop.post(path, content="{").status_code == 400
