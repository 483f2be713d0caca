from __future__ import annotations

from typing import Any

import httpx
import pytest

from nano_sre.demo.server import DemoServer

BOARD, BOARD_LONG = 43000000000101, 43000000000103
SOLD_OUT, BEANIE = 43000000000501, 43000000000801


def add(shop: httpx.Client, **item: Any) -> httpx.Response:
    return shop.post("/cart/add.js", json=item)


def cart(shop: httpx.Client) -> dict[str, Any]:
    body: dict[str, Any] = shop.get("/cart.js").json()
    return body


def test_empty_cart(shop: httpx.Client, server: DemoServer) -> None:
    body = cart(shop)
    assert (body["item_count"], body["total_price"], body["items"]) == (0, 0, [])
    assert body["currency"] == server.state.theme.currency


def test_adding_sums_up(shop: httpx.Client) -> None:
    line = add(shop, id=BOARD, quantity=2).json()
    add(shop, id=BOARD_LONG)
    add(shop, id=BOARD)
    body = cart(shop)
    assert line["line_price"] == 2 * 69995
    assert line["variant_title"] == "154cm"
    assert body["item_count"] == 4
    assert body["total_price"] == body["items_subtotal_price"] == 3 * 69995 + 74995
    assert [item["quantity"] for item in body["items"]] == [1, 3]


@pytest.mark.parametrize("kind", ["json", "form", "multipart"])
def test_every_way_to_write_an_item(shop: httpx.Client, kind: str) -> None:
    if kind == "json":
        answer = add(shop, id=str(BOARD), quantity="2")
    elif kind == "form":
        answer = shop.post("/cart/add.js", data={"id": str(BOARD), "quantity": "2"})
    else:
        answer = shop.post("/cart/add.js", files={"id": (None, str(BOARD)), "quantity": (None, "2")})
    assert answer.status_code == 200
    assert cart(shop)["item_count"] == 2


def test_many_items_at_once(shop: httpx.Client) -> None:
    answer = add(shop, items=[{"id": BOARD, "quantity": 1}, {"id": BEANIE, "quantity": 2}])
    assert [item["quantity"] for item in answer.json()["items"]] == [1, 2]
    assert cart(shop)["item_count"] == 3


def test_properties_make_lines_of_their_own(shop: httpx.Client) -> None:
    add(shop, id=BEANIE, properties={"Engraving": "N"})
    add(shop, id=BEANIE)
    assert len(cart(shop)["items"]) == 2


def test_sold_out_is_refused_in_shopifys_words(shop: httpx.Client) -> None:
    answer = add(shop, id=SOLD_OUT)
    assert answer.status_code == 422
    body = answer.json()
    assert (body["status"], body["message"]) == (422, "Cart Error")
    assert shop.get("/products/aurora-snowboard.js").json()["title"] in body["description"]
    assert cart(shop)["item_count"] == 0


def test_unknown_variant_and_no_variant(shop: httpx.Client) -> None:
    assert add(shop, id=1).status_code == 404
    assert add(shop, quantity=1).status_code == 400


def test_asking_for_too_many_gives_what_there_is(shop: httpx.Client) -> None:
    assert add(shop, id=BEANIE, quantity=99).json()["quantity"] == 5
    assert add(shop, id=BEANIE).status_code == 422
    assert cart(shop)["item_count"] == 5
    shop.post("/cart/change.js", json={"id": str(BEANIE), "quantity": 8})
    assert cart(shop)["item_count"] == 5


def test_changing_by_key_variant_and_line(shop: httpx.Client) -> None:
    key = add(shop, id=BOARD).json()["key"]
    assert shop.post("/cart/change.js", json={"id": key, "quantity": 2}).json()["item_count"] == 2
    assert shop.post("/cart/change.js", json={"id": str(BOARD), "quantity": 3}).json()["item_count"] == 3
    assert shop.post("/cart/change.js", json={"line": 1, "quantity": 0}).json()["items"] == []
    assert shop.post("/cart/change.js", json={"line": 1, "quantity": 1}).status_code == 400


def test_updating_many_lines(shop: httpx.Client) -> None:
    add(shop, items=[{"id": BOARD}, {"id": BEANIE}])
    body = shop.post("/cart/update.js", json={"updates": {BOARD: 2, BEANIE: 0}, "note": "ring twice"}).json()
    assert (body["item_count"], body["note"]) == (2, "ring twice")
    assert shop.post("/cart/update.js", json={"updates": [5]}).json()["item_count"] == 5
    assert shop.post("/cart/update.js", data={f"updates[{BOARD}]": "1"}).json()["item_count"] == 1
    assert shop.post("/cart/clear.js").json()["item_count"] == 0


def test_discount_code(shop: httpx.Client) -> None:
    add(shop, id=BOARD)
    body = shop.post("/cart/update.js", json={"discount": "summer10"}).json()
    assert (body["total_discount"], body["total_price"]) == (6999, 69995 - 6999)
    assert shop.post("/cart/update.js", json={"discount": "nonsense"}).json()["total_discount"] == 0


def test_carts_belong_to_visitors(shop: httpx.Client, server: DemoServer) -> None:
    add(shop, id=BOARD)
    with httpx.Client(base_url=server.url, verify=False) as stranger:
        assert cart(stranger)["item_count"] == 0


def test_form_post_leads_to_the_cart_page(shop: httpx.Client) -> None:
    answer = shop.post("/cart/add", data={"id": str(BOARD)})
    assert (answer.status_code, answer.headers["location"]) == (302, "/cart")
    page = shop.get("/cart").text
    assert 'name="updates[]"' in page
    assert 'name="checkout"' in page


def test_form_post_of_a_sold_out_variant(shop: httpx.Client) -> None:
    answer = shop.post("/cart/add", data={"id": str(SOLD_OUT)})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_redirects_stay_in_the_store(shop: httpx.Client) -> None:
    answer = shop.post("/cart/add", data={"id": str(BOARD), "return_to": "//elsewhere.example"})
    assert answer.headers["location"] == "/cart"


def test_nonsense_bodies_do_not_break_the_cart(shop: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    for body in (
        b"[1]",
        b"{",
        b'{"id": {"a": 1}}',
        b'{"items": [1, {"id": "x"}]}',
        b'{"id": 99999999999999999999}',
    ):
        assert shop.post("/cart/add.js", content=body, headers=headers).status_code in (400, 404)
    assert shop.post("/cart/change.js", content=b"{", headers=headers).status_code == 400
