from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from typing import Any

import httpx
import pytest

from nano_sre.demo.server import DemoServer
from nano_sre.demo.theme import load_theme
from nano_sre.demo.tracking import SCRIPTS

PAGES = ("/", "/collections", "/collections/all", "/collections/snowboards", "/search", "/cart")
HANDLES = tuple(
    product["handle"]
    for product in json.loads((load_theme("ridge").folder / "../_shared/catalogue.json").read_text())
)


def structured(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer_in_the_themes_language(shop: httpx.Client, server: DemoServer, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["server-timing"].startswith("processing;dur=")
    assert f'lang="{server.state.theme.locale}"' in answer.text
    assert "role" in answer.text
    assert '"main"' in answer.text


@pytest.mark.parametrize("handle", HANDLES)
def test_page_structured_data_js_and_feed_agree(shop: httpx.Client, server: DemoServer, handle: str) -> None:
    page = shop.get(f"/products/{handle}").text
    ajax = shop.get(f"/products/{handle}.js").json()
    feed = {each["handle"]: each for each in shop.get("/products.json?limit=250").json()["products"]}[handle]
    offers = structured(page)["offers"]
    for variant, fed, offer in zip(ajax["variants"], feed["variants"], offers, strict=True):
        assert variant["id"] == fed["id"]
        assert variant["price"] == Decimal(fed["price"]) * 100 == Decimal(offer["price"]) * 100
        assert variant["available"] == fed["available"] == offer["availability"].endswith("/InStock")
        assert offer["priceCurrency"] == server.state.theme.currency
        assert str(variant["id"]) in offer["url"]
    assert ajax["available"] == any(variant["available"] for variant in ajax["variants"])
    assert html.unescape(re.findall(r"<h1>(.*?)</h1>", page)[0]) == ajax["title"] == feed["title"]


def test_money_is_written_as_the_locale_writes_it(shop: httpx.Client, server: DemoServer) -> None:
    wanted = {"ridge": "$1,299.00", "gipfel": "1.299,00 €"}[server.state.theme.name]
    assert wanted in shop.get("/products/summit-splitboard").text


def test_product_form_contract(shop: httpx.Client) -> None:
    page = shop.get("/products/complete-snowboard").text
    form = re.search(r'<form[^>]*action="/cart/add".*?</form>', page, re.DOTALL)
    assert form
    assert 'name="id"' in form[0]
    assert 'type="submit"' in form[0]
    assert "og:price:amount" in page


def test_deep_link_chooses_the_variant(shop: httpx.Client, server: DemoServer) -> None:
    money = server.state.theme.money
    page = shop.get("/products/complete-snowboard?variant=43000000000103").text
    assert money(74995) in page
    assert money(69995) not in page
    assert 'value="43000000000103"' in page


def test_section_is_only_a_piece(shop: httpx.Client, server: DemoServer) -> None:
    section = {"ridge": "main-product", "gipfel": "artikel"}[server.state.theme.name]
    answer = shop.get(f"/products/complete-snowboard?variant=43000000000102&section_id={section}")
    assert "<html" not in answer.text
    assert 'value="43000000000102"' in answer.text
    assert shop.get("/products/complete-snowboard?section_id=nope").status_code == 404


def test_sold_out_page_has_a_disabled_button(shop: httpx.Client) -> None:
    page = shop.get("/products/aurora-snowboard").text
    assert re.search(r'<(button|input)[^>]*type="submit"[^>]* disabled', page)
    assert re.search(r'<input[^>]*name="id"[^>]* disabled', page)


@pytest.mark.parametrize(
    "path", ["/nope", "/products/nope", "/products/nope.js", "/collections/nope", "/checkouts/cn/nope"]
)
def test_missing_pages_are_404(shop: httpx.Client, path: str) -> None:
    assert shop.get(path).status_code == 404


def test_search(shop: httpx.Client) -> None:
    assert "/products/powder-twin" in shop.get("/search?q=powder").text
    assert "/products/powder-twin" not in shop.get("/search?q=zzzz").text
    assert "<script>alert" not in shop.get("/search?q=<script>alert(1)</script>").text


def test_feed_is_paged(shop: httpx.Client) -> None:
    first = shop.get("/products.json?limit=3&page=1").json()["products"]
    second = shop.get("/products.json?limit=3&page=2").json()["products"]
    assert len(first) == len(second) == 3
    assert not {each["id"] for each in first} & {each["id"] for each in second}
    assert shop.get("/products.json?page=99").json() == {"products": []}
    assert shop.get("/products.json?page=x&limit=-4").status_code == 200
    boards = shop.get("/collections/snowboards/products.json").json()["products"]
    assert {"complete-snowboard", "trail-snowboard"} <= {each["handle"] for each in boards}


def test_sitemap_leads_to_pages(shop: httpx.Client, server: DemoServer) -> None:
    robots = shop.get("/robots.txt").text
    assert f"Sitemap: {server.url}/sitemap.xml" in robots
    parts = re.findall("<loc>(.*?)</loc>", shop.get("/sitemap.xml").text)
    pages = [page for part in parts for page in re.findall("<loc>(.*?)</loc>", shop.get(part).text)]
    assert f"{server.url}/products/complete-snowboard" in pages
    assert all(shop.get(page).status_code == 200 for page in pages)


def test_every_link_and_picture_exists(shop: httpx.Client) -> None:
    pages = [*PAGES, "/products/complete-snowboard"]
    found = {link for page in pages for link in re.findall(r'(?:href|src)="(/[^"#]*)', shop.get(page).text)}
    assert len(found) > 15
    broken = [link for link in sorted(found) if shop.get(html.unescape(link)).status_code != 200]
    assert broken == []


def test_nothing_but_the_pixels_leaves_the_store(shop: httpx.Client, server: DemoServer) -> None:
    text = "".join(asset.body.decode() for asset in server.state.theme.assets.values())
    text += "".join(shop.get(page).text for page in (*PAGES, "/products/powder-twin"))
    text += "".join(SCRIPTS.values())
    hosts = set(re.findall(r"https?://([\w.-]+)", text))
    assert hosts <= {
        "www.google-analytics.com", "www.facebook.com", "analytics.tiktok.com", "ct.pinterest.com", "a.klaviyo.com",
        "monorail-edge.shopifysvc.com", "127.0.0.1", "schema.org", "www.w3.org",
    }  # fmt: skip


def test_password_page(shop: httpx.Client, server: DemoServer) -> None:
    server.state.password = "open sesame"
    for path in ("/", "/products/complete-snowboard", "/cart.js", "/checkout"):
        answer = shop.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, "/password")
    assert 'name="password"' in shop.get("/password").text
    wrong = shop.post("/password", data={"form_type": "storefront_password", "password": "x"})
    assert 'role="alert"' in wrong.text
    right = shop.post("/password", data={"form_type": "storefront_password", "password": "open sesame"})
    assert right.status_code == 302
    assert shop.get("/").status_code == 200


def test_requests_are_logged_and_bounded(shop: httpx.Client, server: DemoServer) -> None:
    shop.get("/cart.js?x=1")
    assert server.state.requests[-1] == ("GET", "/cart.js")
    assert server.state.requests.maxlen == 10_000


def test_newsletter_without_script(shop: httpx.Client) -> None:
    answer = shop.post("/contact", data={"form_type": "customer", "contact[email]": "qa@example.com"})
    assert (answer.status_code, "customer_posted=true" in answer.headers["location"]) == (302, True)


def test_discount_link(shop: httpx.Client) -> None:
    assert shop.get("/discount/SUMMER10?redirect=/cart").headers["location"] == "/cart"
    shop.post("/cart/add.js", json={"id": 43000000000101})
    assert shop.get("/cart.js").json()["total_discount"] > 0
