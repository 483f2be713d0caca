"""What a visit brings along: a variant's cookies, the signature that lets it in, the theme it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from nano_sre.core.ports import Abort
from nano_sre.core.program import Market, Variant
from nano_sre.core.template import parse
from nano_sre.runtime import probes
from nano_sre.runtime.crawler import signature_headers
from nano_sre.runtime.http import HttpClient
from nano_sre.runtime.values import Environment
from nano_sre.runtime.visit import VisitWish
from support.drive import journey, store_at
from support.pages import Site, site
from support.steps import go

Drive = Callable[..., Any]
SIGNED = 'Signature-Input: sig1=("@authority");expires=4102444800\nSignature: sig1=:c2lnbmVk:\nSignature-Agent: "https://shopify.com"'


@pytest.fixture
def other() -> Iterator[Site]:
    with site(index="somebody else", third="{}") as made:
        yield made


def signatures(served: Site) -> dict[str, str | None]:
    """Path → the signature that came along, of everything that was asked for."""
    return {
        asked.split()[1]: said.get("signature")
        for asked, said in zip(served.asked, served.headers, strict=True)
    }


def test_cookies_of_a_variant_are_there_before_the_first_page(drive: Drive, shop: Site) -> None:
    variant = Variant(cookies={"ab": "B", "token": parse("${secret.AB_TOKEN}")})
    store = store_at(shop.url, variant_id="b", variant=variant)
    made = drive(
        [go()], store=store, environment=Environment(store=store, outside={"AB_TOKEN": "kept-secret"})
    )
    assert made.status == "PASS"
    assert shop.cookies[0] == "ab=B; token=kept-secret"


def test_without_a_variant_there_is_no_cookie(drive: Drive, shop: Site) -> None:
    drive([go()])
    assert shop.cookies[0] == ""


def test_a_secret_that_is_not_there_is_the_monitors_trouble(drive: Drive, shop: Site) -> None:
    store = store_at(shop.url, crawler=parse("${secret.NEVER_SET_ANYWHERE}"))
    made = drive([go()], store=store)
    assert made.status == "WARN"
    assert "NEVER_SET_ANYWHERE" in made.inconclusive
    assert shop.asked == []


def test_the_signature_goes_to_the_store_and_to_nobody_else(drive: Drive, shop: Site, other: Site) -> None:
    shop.put("/", f'<img src="/away"><img src="{other.url}/direct"><script>fetch("/mine.js")</script>')
    shop.put("/away", "", status=302, headers={"location": f"{other.url}/third"})
    store = store_at(shop.url, crawler=SIGNED)
    assert drive([go()], store=store).status == "PASS"
    sent = signatures(shop)
    assert {sent["/"], sent["/away"]} == {"sig1=:c2lnbmVk:"}
    assert set(signatures(other)) >= {"/third", "/direct"}, "the page did not ask anybody else"
    assert set(signatures(other).values()) == {None}
    assert shop.headers[0]["signature-agent"] == '"https://shopify.com"'


def test_the_same_without_a_browser(shop: Site, other: Site) -> None:
    shop.put("/cart.js", "", status=302, headers={"location": f"{other.url}/third"})
    facts = store_at(shop.url, crawler=SIGNED)

    class Asking:
        async def run(self, io: Any) -> None:
            async with io.step("Ask", verb="get", span=None):
                await io.http.request("GET", "/cart.js")

    async def work() -> Any:
        async with HttpClient() as http:
            program = replace(journey(facts, []), parts=Asking(), kind="api")
            environment = Environment(store=facts)
            return await probes.attempt(
                program, VisitWish(targets=("t",)), http=http, environment=environment
            )

    assert asyncio.run(work()).status == "PASS"
    assert signatures(shop) == {"/cart.js": "sig1=:c2lnbmVk:"}
    assert signatures(other) == {"/third": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just a token", "not a list of headers"),
        ("Signature: sig1=:x:", "lacks the header Signature-Input"),
        (SIGNED.replace("4102444800", "1700000000"), "expired on 2023-11-14"),
    ],
)
def test_what_cannot_be_a_signature_is_said(text: str, said: str) -> None:
    with pytest.raises(Abort, match=said) as caught:
        signature_headers(text, now=1_800_000_000)
    assert caught.value.finding is None, "an expired signature is no failure of the store"


def test_lines_may_be_written_with_backslashes() -> None:
    """As they come out of a .env file with one line."""
    assert signature_headers(SIGNED.replace("\n", "\\n"), now=0) == signature_headers(SIGNED, now=0)


def themed(shown: int) -> str:
    return f"<title>Shop</title><script>window.Shopify = {{theme: {{id: {shown}}}}}</script><h1>Welcome</h1>"


def test_a_theme_is_asked_for_once_and_then_looked_at(drive: Drive, shop: Site) -> None:
    shop.put("/", themed(77))
    shop.put("/cart", themed(77))
    assert drive([go("/cart"), go("/cart")], store=store_at(shop.url, theme=77)).status == "PASS"
    opened = [asked for asked in shop.asked if "favicon" not in asked]
    assert opened == ["GET /?preview_theme_id=77&_fd=0&pb=0", "GET /cart", "GET /cart"]


@pytest.mark.parametrize(
    ("page", "said"), [(themed(12), "shows the theme 12"), ("<h1>Hi</h1>", "does not say")]
)
def test_another_theme_is_never_judged_in_its_place(drive: Drive, shop: Site, page: str, said: str) -> None:
    shop.put("/", page)
    made = drive([go()], store=store_at(shop.url, theme=77))
    assert made.status == "WARN"
    assert "does not preview the theme 77" in made.inconclusive
    assert said in made.inconclusive


def test_the_market_reaches_the_browser(drive: Drive, shop: Site) -> None:
    """Its language, and the path that its pages begin with."""
    shop.put("/de/", "<h1>Willkommen</h1>")
    market = Market(currency="EUR", locale="de-DE", path="/de", country="DE")
    assert drive([go()], store=store_at(shop.url, market=market, market_id="de")).status == "PASS"
    assert shop.asked[0] == "GET /de/"
    assert shop.headers[0]["accept-language"].startswith("de-DE")
