"""Hits as browsers send them: a mix of all vendors, with bodies, never twice the same."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from nano_sre.core.hits import Hit

AGENT = "Chromium;156.0.8078.79|Not.A/Brand;24.0.0.0"


def hit(url: str, body: bytes | str = b"", *, number: int = 1, **more: Any) -> Hit:
    """A hit to an address; with a body it is a POST."""
    raw = body.encode() if isinstance(body, str) else body
    return Hit(
        number=number,
        method=more.pop("method", "POST" if raw else "GET"),
        url=url,
        body=raw,
        length=more.pop("length", len(raw)),
        **more,
    )


class Mix:
    """A generator of hits; `seed` makes it repeatable."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.makers = (
            [self.ga4] * 22
            + [self.ga4_batch] * 22
            + [self.meta] * 12
            + [self.meta_form] * 4
            + [self.tiktok] * 9
            + [self.google_ads] * 8
            + [self.pinterest] * 5
            + [self.snapchat] * 4
            + [self.uet] * 4
            + [self.klaviyo] * 3
            + [self.shopify] * 3
            + [self.criteo] * 2
            + [self.x, self.reddit]
        )

    def hits(self, count: int) -> Iterator[Hit]:
        for number in range(1, count + 1):
            url, body = self.random.choice(self.makers)()
            yield hit(url, body, number=number)

    @property
    def page(self) -> str:
        return f"https://shop.example/products/{self.word}-{self.word}?variant={self.number}"

    @property
    def word(self) -> str:
        return self.random.choice(("snow", "board", "wax", "bläu", "complete", "hydrogen", "oxygen", "sale"))

    @property
    def number(self) -> int:
        return self.random.randrange(10**9, 10**11)

    @property
    def price(self) -> str:
        return f"{self.random.randrange(100, 99999) / 100:.2f}"

    def shared(self) -> dict[str, Any]:
        return {
            "v": 2, "tid": "G-DEMO12345", "gtm": "45je4as0v9123456789za200", "_p": self.number, "gcs": "G111",
            "gcd": "13r3r3r2r5l1", "npa": 0, "dma": 0, "cid": f"{self.number}.{self.number}", "ul": "en-us",
            "sr": "1280x800", "uaa": "x86", "uab": 64, "uafvl": AGENT, "uamb": 0, "uap": "Linux", "uapv": "6.1",
            "uaw": 0, "are": 1, "pae": 1, "frm": 0, "pscdl": "noapi", "_s": 2, "sid": self.number, "sct": 1,
            "seg": 1, "dl": self.page, "dt": f"{self.word} {self.word} · Shop", "tfd": self.random.randrange(9999),
        }  # fmt: skip

    def event(self) -> dict[str, Any]:
        name = self.random.choice(("view_item", "add_to_cart", "begin_checkout", "purchase"))
        made = {"en": name, "_et": self.random.randrange(5000), "cu": "USD", "epn.value": self.price}
        for index in range(1, self.random.randrange(2, 4)):
            made[f"pr{index}"] = (
                f"id{self.number}~nm{self.word} {self.word}~pr{self.price}~qt1~va154cm~brBurton"
            )
        return made

    def ga4(self) -> tuple[str, str]:
        event = self.event() if self.random.random() < 0.5 else {"en": "page_view", "_ee": 1}
        return f"https://region1.google-analytics.com/g/collect?{urlencode(self.shared() | event)}", ""

    def ga4_batch(self) -> tuple[str, str]:
        lines = [urlencode(self.event()) for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        return f"https://www.google-analytics.com/g/collect?{urlencode(self.shared())}", "\r\n".join(lines)

    def _meta(self) -> dict[str, Any]:
        contents = [{"id": str(self.number), "quantity": 1, "item_price": float(self.price)}]
        return {
            "id": "1234567890", "ev": "AddToCart", "dl": self.page, "rl": "https://shop.example/", "if": "false",
            "ts": self.number, "cd[content_ids]": json.dumps([str(self.number)]), "cd[content_type]": "product",
            "cd[contents]": json.dumps(contents), "cd[value]": self.price, "cd[currency]": "USD", "sw": 1280,
            "sh": 800, "v": "2.9.176", "r": "stable", "ec": 1, "o": 4126, "fbp": f"fb.1.{self.number}.{self.number}",
            "it": self.number, "coo": "false", "eid": f"ev-{self.number}",
        }  # fmt: skip

    def meta(self) -> tuple[str, str]:
        return f"https://www.facebook.com/tr/?{urlencode(self._meta())}", ""

    def meta_form(self) -> tuple[str, str]:
        return "https://www.facebook.com/tr/", urlencode(self._meta())

    def tiktok(self) -> tuple[str, str]:
        body = {
            "event": "AddToCart", "event_id": str(self.number), "message_id": f"messageId-{self.number}",
            "is_onsite": False, "timestamp": "2026-11-20T10:00:00.123Z",
            "context": {
                "ad": {"sdk_env": "external", "jsb_status": 2},
                "user": {"anonymous_id": str(self.number)},
                "pixel": {"code": "C4DEMO", "runtime": "1"},
                "page": {"url": self.page, "referrer": "https://shop.example/", "load_progress": "2"},
                "library": {"name": "pixel.js", "version": "2.2.0"},
                "session_id": f"{self.number}-{self.number}", "pageview_id": str(self.number), "userAgent": AGENT,
            },
            "properties": {
                "contents": [{"content_id": str(self.number), "content_name": self.word, "quantity": 1, "price": 9.5}],
                "content_type": "product", "value": float(self.price), "currency": "USD",
            },
        }  # fmt: skip
        return "https://analytics.tiktok.com/api/v2/pixel", json.dumps(body)

    def google_ads(self) -> tuple[str, str]:
        given = {
            "random": self.number, "cv": 11, "fst": self.number, "bg": "ffffff", "guid": "ON", "async": 1,
            "en": "purchase", "gtm": "45be4as0", "gcs": "G111", "gcd": "13r3r3r2r5l1", "label": "AbC-D_efG",
            "u_w": 1280, "u_h": 800, "url": self.page, "value": self.price, "currency_code": "USD",
            "oid": self.number, "tiba": f"{self.word} · Shop", "hn": "www.googleadservices.com", "uafvl": AGENT,
        }  # fmt: skip
        return f"https://www.googleadservices.com/pagead/conversion/1111111/?{urlencode(given)}", ""

    def pinterest(self) -> tuple[str, str]:
        product = {
            "product_name": self.word,
            "product_id": str(self.number),
            "product_price": 48,
            "product_quantity": 1,
        }
        data = {
            "value": float(self.price),
            "order_quantity": 1,
            "currency": "USD",
            "event_id": str(self.number),
        }
        given = {
            "event": "addtocart", "ed": json.dumps(data | {"line_items": [product]}), "tid": "2612345678901",
            "pd": json.dumps({"em": "f660ab912ec121d1b1e928a0bb4bc61b"}), "cb": self.number,
            "ad": json.dumps({"loc": self.page, "ref": "", "if": False, "sh": 800, "sw": 1280}),
        }  # fmt: skip
        return f"https://ct.pinterest.com/v3/?{urlencode(given)}", ""

    def snapchat(self) -> tuple[str, str]:
        given = {
            "pid": "b2ade379-a55e-4ca7-893b-b9fac04c843f", "ev": "ADD_CART", "pl": self.page, "ts": self.number,
            "rf": "", "v": "3.1", "if": "false", "bt": "__LIVE__", "e_pr": self.price, "e_cur": "USD",
            "e_iids": self.number, "e_ni": 1, "u_c1": f"{self.number}", "m_sl": 7889, "m_rd": 1555,
        }  # fmt: skip
        return "https://tr.snapchat.com/p", urlencode(given)

    def uet(self) -> tuple[str, str]:
        given = {
            "ti": "123456", "Ver": 2, "mid": f"{self.number}-7abb", "sid": self.number, "vid": self.number, "vids": 0,
            "pi": 1200101525, "lg": "en-US", "sw": 1280, "sh": 800, "sc": 24, "tl": f"{self.word} | Shop",
            "p": self.page, "r": "", "lt": 590, "evt": "custom", "ea": "add_to_cart", "gv": self.price, "gc": "USD",
            "prodid": self.number, "asc": "G", "rn": self.number,
        }  # fmt: skip
        return f"https://bat.bing.com/action/0?{urlencode(given)}", ""

    def klaviyo(self) -> tuple[str, str]:
        properties = {
            "ProductID": self.number,
            "Name": self.word,
            "Price": self.price,
            "URL": self.page,
            "Brand": "B",
        }
        if self.random.random() < 0.5:
            older = {"event": "Viewed Product", "token": "PK1234", "properties": properties}
            data = base64.b64encode(json.dumps(older).encode()).decode()
            return f"https://a.klaviyo.com/api/track?data={quote(data)}", ""
        attributes = {
            "properties": properties,
            "metric": {"data": {"type": "metric", "attributes": {"name": "Viewed Product"}}},
            "value": float(self.price),
            "unique_id": str(self.number),
        }
        body = {"data": {"type": "event", "attributes": attributes}}
        return "https://a.klaviyo.com/client/events/?company_id=PK1234", json.dumps(body)

    def shopify(self) -> tuple[str, str]:
        product = {
            "product_gid": f"gid://shopify/Product/{self.number}", "variant_id": self.number, "name": self.word,
            "price": self.price, "quantity": 1, "sku": "S",
        }  # fmt: skip
        payload = {
            "event_name": "product_page_rendered", "event_id": str(self.number), "shop_id": 1, "currency": "USD",
            "event_source_url": self.page, "total_value": float(self.price), "products": [json.dumps(product)],
            "unique_token": str(self.number), "gdpr_enforced": False, "ccpa_enforced": False, "referrer": "",
            "navigation_type": "navigate", "is_persistent_cookie": True, "user_agent": AGENT,
        }  # fmt: skip
        event = {
            "schema_id": "custom_storefront_customer_tracking/1.2",
            "payload": payload,
            "metadata": {"event_created_at_ms": self.number},
        }
        body = {"events": [event], "metadata": {"event_sent_at_ms": self.number}}
        return "https://monorail-edge.shopifysvc.com/unstable/produce_batch", json.dumps(body)

    def criteo(self) -> tuple[str, str]:
        item = quote(quote(f"i={self.number}&pr={self.price}&q=1", safe=""), safe="")
        given = {
            "a": 123456,
            "v": "5.6.2",
            "p0": "e=exd&site_type=d",
            "p1": f"e=vb&p=%5B{item}%5D",
            "p2": "e=dis",
        }
        return f"https://sslwidget.criteo.com/event?{urlencode(given)}", ""

    def x(self) -> tuple[str, str]:
        events = json.dumps([["purchase", {"value": self.price, "currency": "USD"}]])
        given = {
            "p_id": "Twitter",
            "txn_id": "o1abc",
            "events": events,
            "tw_sale_amount": 0,
            "event_id": self.number,
        }
        return (
            f"https://analytics.twitter.com/1/i/adsct?{urlencode(given | {'tw_document_href': self.page})}",
            "",
        )

    def reddit(self) -> tuple[str, str]:
        given = {
            "ts": self.number, "id": "t2_abc", "event": "AddToCart", "m.itemCount": 1, "m.valueDecimal": self.price,
            "m.currency": "USD", "m.conversionId": self.number, "uuid": self.number, "integration": "reddit",
        }  # fmt: skip
        return f"https://alb.reddit.com/rp.gif?{urlencode(given)}", ""
