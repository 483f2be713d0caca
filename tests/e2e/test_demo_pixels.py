"""The demo store's pixels in a real browser: who is told what, from where, and what each fault makes of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import BrowserContext, Page, Route, async_playwright

from nano_sre.demo.faults import ACCOUNTS, Faults, tracking_faults
from nano_sre.demo.server import DemoServer
from nano_sre.demo.tracking import SCRIPTS
from nano_sre.runtime import browsers

HOSTS = {
    "www.google-analytics.com": "ga4",
    "www.facebook.com": "meta",
    "analytics.tiktok.com": "tiktok",
    "ct.pinterest.com": "pinterest",
    "a.klaviyo.com": "klaviyo",
    "monorail-edge.shopifysvc.com": "shopify",
}
EVENTS = {
    "product": {"page_view", "PageView", "Pageview", "pagevisit", "view_item", "ViewContent"},
    "cart": {"add_to_cart", "AddToCart", "addtocart"},
    "checkout": {"begin_checkout", "InitiateCheckout"},
    "thanks": {"purchase", "Purchase", "checkout"},
}
CONSENT = "[data-consent={}],[data-einwilligung={}]"
BUY = "form[action='/cart/add'] [type=submit]"


@dataclass
class Heard:
    """What vendors got: their name, the event's own name, and its parameters."""

    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def take(self, url: str, body: str) -> None:
        address = urlsplit(url)
        vendor = HOSTS.get(address.hostname or "", address.hostname or "")
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if vendor in {"tiktok", "klaviyo", "shopify"}:
            said = json.loads(body)
            self.events.append((vendor, str(said.get("event", "")), said))
            return
        for line in body.splitlines() or [""]:
            told = query | {name: values[0] for name, values in parse_qs(line).items()}
            name = told.get("en") or told.get("ev") or told.get("event") or ""
            self.events.append((vendor, name, told))

    def names(self) -> set[str]:
        return {name for vendor, name, _ in self.events if vendor in ACCOUNTS}

    def told(self, vendor: str, name: str) -> list[dict[str, Any]]:
        return [more for who, what, more in self.events if (who, what) == (vendor, name)]


@asynccontextmanager
async def visiting(url: str) -> AsyncIterator[tuple[Page, BrowserContext, Heard]]:
    found = browsers.find_browser()
    assert found is not None
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=found.path, args=list(browsers.LAUNCH_FLAGS))
        context = await browser.new_context()
        heard = Heard()

        async def take(route: Route) -> None:
            heard.take(route.request.url, (route.request.post_data_buffer or b"").decode())
            await route.fulfill(status=204, headers={"access-control-allow-origin": "*"})

        await context.route(lambda each: urlsplit(each).hostname in HOSTS, take)
        yield await context.new_page(), context, heard
        await browser.close()


async def hears(heard: Heard, names: set[str]) -> None:
    async with asyncio.timeout(20):
        while not names <= heard.names():
            await asyncio.sleep(0.02)


async def buys(shop: DemoServer, page: Page, context: BrowserContext, heard: Heard) -> None:
    await page.goto(f"{shop.url}/products/complete-snowboard?utm=x")
    if shop.state.theme.consent == "opt-in":
        await page.wait_for_load_state("networkidle")
        assert heard.events == []
        await page.click(CONSENT.format("accepted", "ja"))
    await hears(heard, EVENTS["product"])
    await page.click(BUY)
    await hears(heard, EVENTS["cart"])
    await page.goto(f"{shop.url}/checkout")
    await hears(heard, EVENTS["checkout"])
    base = page.url.removesuffix("/information")
    address = {
        "email": "a@b.de",
        "lastName": "T",
        "address1": "W",
        "city": "K",
        "shipping_method": "standard",
    }
    here = shop.state.theme.country
    address |= {"countryCode": here, "postalCode": "87435" if here == "DE" else "10001", "zone": "NY"}
    card = {"number": "1", "name": "T", "expiry": "12/30", "verification_value": "123"}
    form = address | {f"credit_card[{name}]": value for name, value in card.items()}
    for stage in ("/information", "/shipping", "/payment") if base != page.url else ("",):
        await context.request.post(base + stage, form=form, max_redirects=0)
    await page.goto(f"{base}/thank-you")
    await hears(heard, EVENTS["thanks"])
    await page.reload()
    await hears(heard, {"PageView"})


@pytest.mark.parametrize("theme", ["ridge", "gipfel"])
def test_everybody_is_told_of_a_purchase_once_and_alike(theme: str) -> None:
    async def visit(shop: DemoServer) -> Heard:
        async with visiting(shop.url) as (page, context, heard):
            await buys(shop, page, context, heard)
            return heard

    with DemoServer(theme) as shop:
        heard = asyncio.run(visit(shop))
        order = shop.state.orders[0]
    (ga4,), (meta,) = heard.told("ga4", "purchase"), heard.told("meta", "Purchase")
    (tiktok,), (pinterest,) = heard.told("tiktok", "Purchase"), heard.told("pinterest", "checkout")
    detail, properties = json.loads(pinterest["ed"]), tiktok["properties"]
    values = {float(ga4["epn.value"]), float(meta["cd[value]"]), detail["value"], properties["value"]}
    assert values == {(order.subtotal - order.discount) / 100}
    numbers = {ga4["ep.transaction_id"], meta["cd[order_id]"], detail["order_id"], properties["order_id"]}
    assert numbers == {str(order.number)}
    assert len({meta["eid"], detail["event_id"], tiktok["event_id"]}) == 1
    addresses = {ga4["dl"], meta["dl"], tiktok["context"]["page"]["url"], json.loads(pinterest["ad"])["loc"]}
    assert {urlsplit(each).path for each in addresses} == {f"/checkouts/cn/{order.token}/thank-you"}
    assert not [vendor for vendor, *_ in heard.events if vendor == "klaviyo"], "it knows nobody"
    assert ("POST", "/.well-known/shopify/monorail/unstable/produce_batch") in shop.state.requests


@pytest.mark.parametrize("theme", ["ridge", "gipfel"])
def test_who_refuses_is_told_of_to_nobody(theme: str) -> None:
    async def visit(shop: DemoServer) -> list[str]:
        async with visiting(shop.url) as (page, _, heard):
            await page.goto(shop.url)
            await page.click(CONSENT.format("declined", "nein"))
            await page.wait_for_load_state("networkidle")
            heard.events.clear()
            await page.goto(f"{shop.url}/products/complete-snowboard")
            await page.click(BUY)
            await page.goto(f"{shop.url}/checkout", wait_until="networkidle")
            async with asyncio.timeout(20):
                while not heard.events:  # the store's own count may be a moment late
                    await asyncio.sleep(0.05)
            return sorted({vendor for vendor, *_ in heard.events})

    with DemoServer(theme) as shop:
        assert asyncio.run(visit(shop)) == ["shopify"]


TELL = """([vendors, edits, code]) => {
  const hits = [];
  window.fetch = (url, more) => { hits.push([url, (more && more.body) || ""]); return Promise.resolve(); };
  navigator.sendBeacon = (url, body) => { hits.push([url, String(body || "")]); return true; };
  window.Blob = function (parts) { this.toString = () => parts[0]; };
  window.setTimeout = (call, ms) => { hits.push(["https://later.example/", String(ms)]); call(); };
  window.pixelEdits = eval(edits);
  eval(code);
  const accounts = {ga4: ["G-1"], meta: ["1"], tiktok: ["T"], pinterest: ["2"]};
  const tell = pixelTeller(vendors, {language: "en-US", accounts}, "page");
  const item = {id: "43", name: "Board", price: 699.95, quantity: 1};
  const context = {load: 1, referrer: "", title: "Shop", screen: [1, 1], ids: {ga: "1.1", session: "s1", fbp: "f"}};
  for (const name of ["page_view", "view_item", "add_to_cart", "begin_checkout", "purchase"]) {
    const event = {name, event_id: "e-" + name, at: 1, page: "https://shop.example/p?a=1", context};
    if (name !== "page_view") Object.assign(event, {items: [item], value: 1699.95, currency: "USD"});
    if (name === "purchase") Object.assign(event, {transaction_id: "1001", shipping: 0, tax: 0});
    tell(event);
  }
  return Promise.resolve().then(() => Promise.resolve()).then(() => hits);
}"""
NOBODY_ELSE = {  # what a vendor has no word for, or never hears of
    "pixel-event-id-missing": {"ga4"}, "pixel-event-id-reused": {"ga4"}, "pixel-event-id-differs": {"ga4"},
    "pixel-checkout-missing": {"pinterest"}, "pixel-purchase-too-early": {"pinterest"}, "pixel-test-mode": {"pinterest"},
    "pixel-consent-not-told": {"meta", "tiktok", "pinterest"},
}  # fmt: skip


def test_every_fault_changes_what_the_vendor_that_has_it_is_told() -> None:
    """And what others are told stays as it is."""

    async def all_of_them() -> dict[tuple[str, str], tuple[Any, Any]]:
        async with visiting("about:blank") as (page, *_):
            found = {}
            healthy = {
                vendor: await page.evaluate(TELL, [[vendor], "[]", SCRIPTS["vendors"]]) for vendor in ACCOUNTS
            }
            for fault in tracking_faults():
                if not Faults([fault]).pixel_edits():
                    continue
                for vendor in ACCOUNTS:
                    for who in ACCOUNTS:
                        text = "[" + ", ".join(Faults([f"{fault}@{who}"]).pixel_edits()) + "]"
                        told = await page.evaluate(TELL, [[vendor], text, SCRIPTS["vendors"]])
                        assert (told == healthy[vendor]) or who == vendor, (fault, vendor, who)
                        if who == vendor:
                            found[fault, vendor] = (told, healthy[vendor])
            return found

    found = asyncio.run(all_of_them())
    assert len(found) == 4 * len([name for name in tracking_faults() if Faults([name]).pixel_edits()])
    assert len(found) > 100
    same = {key for key, (told, before) in found.items() if told == before}
    assert same == {(fault, vendor) for fault, vendors in NOBODY_ELSE.items() for vendor in vendors}
