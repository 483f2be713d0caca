"""Markup of many hands: small pages that keep the platform's contract and nothing else in common."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from nano_sre.core import registry
from nano_sre.core.fields import Element
from nano_sre.core.program import Market
from nano_sre.core.result import Attempt
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.runtime.browser import BrowserHost
from support.drive import adrive, finding, journey, store_at
from support.pages import Site, site

Run = Callable[..., Attempt]
FORM = '<form action="/cart/add" method="post"><input type="hidden" name="id" value="1"><button>{name}</button></form>'
PAGE = "<!doctype html><meta charset=utf-8><title>Shop</title><body>{body}</body>"


def step(kind: str, **keys: Any) -> Any:
    return registry.kind("step", kind).cls(**keys)


@pytest.fixture(scope="module")
def browser() -> Iterator[tuple[asyncio.Runner, BrowserHost]]:
    with asyncio.Runner() as runner:
        host = BrowserHost()
        yield runner, host
        runner.run(host.close())


@pytest.fixture
def shop() -> Iterator[Site]:
    with site() as opened:
        yield opened


@pytest.fixture
def run(shop: Site, browser: tuple[asyncio.Runner, BrowserHost]) -> Run:
    runner, host = browser

    def drive(*steps: Any, locale: str = "en-US", currency: str = "USD", device: str = "desktop") -> Attempt:
        store = store_at(shop.url, market=Market(currency=currency, locale=locale))
        program = journey(store, steps, device_id=device)
        return runner.run(asyncio.wait_for(adrive(program, host=host), timeout=30))

    return drive


def put(shop: Site, path: str, body: str) -> None:
    shop.put(path, PAGE.format(body=body), headers={"content-type": "text/html; charset=utf-8"})


def product(shop: Site, body: str, *, button: str = "Buy") -> Any:
    put(shop, "/products/board", f"<main>{body.replace('FORM', FORM.format(name=button))}</main>")
    return step("open_product", handle="board")


def amount(name: str, expected: str) -> Any:
    return step("expect", money=name, expectation=Expectation(equals=expected))


def passed(result: Attempt) -> None:
    assert (result.status, result.inconclusive, finding(result)) == ("PASS", None, None)


HIDDEN = 'style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0)"'
PRICES = {
    "plain": "<h1>Board</h1><p>$749.95</p>FORM",
    "price above the heading": "<p>$749.95</p><h1>Board</h1>FORM",
    "price inside the form": "<h1>Board</h1>"
    + FORM.format(name="Buy").replace("<button>", "<b>$749.95</b><button>"),
    "price only on the button": "<h1>Board</h1>" + FORM.format(name="Add to bag · $749.95"),
    "sale": f"<h1>Board</h1><div><s><span {HIDDEN}>Regular price</span>$899.95</s> "
    f"<span><span {HIDDEN}>Sale price</span>$749.95</span></div>FORM",
    "sale first": "<h1>Board</h1><div><span>$749.95</span><span style='text-decoration:line-through'>$899.95</span></div>FORM",
    "instalments": "<h1>Board</h1><p style='font-size:20px'>$749.95</p>"
    "<p>4 interest-free payments of $187.49 with Later</p>FORM",
    "small print": "<h1>Board</h1><small>Free shipping over $50.00</small><p>$749.95</p><small>$12.00 / 100 g</small>FORM",
    "recommendations": "<h1>Board</h1><div>$749.95</div>FORM<section><a href='/products/wax'><h3>Wax</h3><b>$9.95</b></a>"
    "<form action='/cart/add'><input type=hidden name=id value=9><button>Quick add</button></form></section>",
    "raised cents": "<h1>Board</h1><p>$749<sup>95</sup></p>FORM",
    "split sign": "<h1>Board</h1><p><span>$</span><span>749.95</span></p>FORM",
    "no sign": "<h1>Board</h1><p>749.95</p>FORM",
    "hidden copy": f"<h1>Board</h1><p>$749.95</p><p hidden>$1.00</p><p {HIDDEN}>$2.00</p>FORM",
    "sticky bar": "<h1>Board</h1><p>$749.95</p>FORM<div style='position:fixed;bottom:0'><span>$749.95</span></div>",
    "field named id": "<h1>Board</h1><p>$749.95</p><form id=buy action='/cart/add'><input type=hidden name=id value=1>"
    "</form><button form=buy>Buy</button>",
    "instalment form first": "<form action='/cart/add'><input type=hidden name=id value=1></form><h1>Board</h1><p>$749.95</p>FORM",
    "cart drawer in the page": "<h1>Board</h1><p>$749.95</p>FORM<div role=dialog aria-label=Cart><b>$3.00</b></div>",
}


@pytest.mark.parametrize("body", PRICES.values(), ids=PRICES.keys())
def test_the_price_is_the_one_a_shopper_reads(run: Run, shop: Site, body: str) -> None:
    passed(run(product(shop, body), amount("product_price", "749.95")))


@pytest.mark.parametrize("case", ["sale", "sale first"])
def test_the_price_before_is_the_one_struck_through(run: Run, shop: Site, case: str) -> None:
    passed(run(product(shop, PRICES[case]), amount("compare_at_price", "899.95")))


@pytest.mark.parametrize(
    ("text", "locale", "currency", "expected"),
    [
        ("749,95\u00a0€", "de-DE", "EUR", "749.95"),
        ("1\u202f299,00\u00a0€", "fr-FR", "EUR", "1299"),
        ("¥74,900", "ja-JP", "JPY", "74900"),
        ("1\u00a0299,00 kr", "sv-SE", "SEK", "1299"),
        ("CHF 1\u2019299.00", "de-CH", "CHF", "1299"),
    ],
)
def test_prices_are_read_by_the_market(
    run: Run, shop: Site, text: str, locale: str, currency: str, expected: str
) -> None:
    opened = product(shop, f"<h1>Board</h1><p>{text}</p>FORM")
    passed(run(opened, amount("product_price", expected), locale=locale, currency=currency))


def test_a_price_in_another_currency_is_a_finding(run: Run, shop: Site) -> None:
    result = run(
        product(shop, "<h1>Board</h1><p>€749.95</p>FORM"), step("save", money="product_price", as_="price")
    )
    found = finding(result)
    assert found is not None
    assert found.code == "R523"
    assert "is not in USD" in found.summary


CART_LINE = "<li><a href='/products/board'>Board</a><input type=number name='updates[]' value=2><span>$1,499.90</span></li>"
CARTS = {
    "subtotal": "<p>Subtotal <b>$1,499.90</b></p>",
    "estimated total": "<h2>Estimated total</h2><p>$1,499.90 USD</p>",
    "no words": "<div>$1,499.90</div>",
    "savings too": "<dl><dt>You save</dt><dd>$20.00</dd><dt>Subtotal (2 items)</dt><dd>$1,499.90</dd></dl>",
    "shipping note": "<p>Free shipping over $50.00</p><table><tr><th scope=row>Subtotal</th><td>$1,499.90</td></tr></table>",
    "in the label": "<p>Subtotal: $1,499.90</p>",
}


@pytest.mark.parametrize("footer", CARTS.values(), ids=CARTS.keys())
def test_the_subtotal_is_not_taken_for_a_line(run: Run, shop: Site, footer: str) -> None:
    body = f"<main><h1>Cart</h1><form action='/cart' method=post><ul>{CART_LINE}</ul>{footer}<button name=checkout>Go</button></form></main>"
    put(shop, "/cart", body)
    passed(run(step("open", path="/cart"), amount("cart_subtotal", "1499.90")))


def test_subtotal_and_total_are_told_apart(run: Run, shop: Site) -> None:
    totals = (
        "<dl><dt>Zwischensumme</dt><dd>100,00 €</dd><dt>Rabatt</dt><dd>-10,00 €</dd>"
        "<dt>Gesamtsumme inkl. MwSt.</dt><dd>90,00 €</dd></dl>"
    )
    put(
        shop,
        "/cart",
        f"<main><form action='/cart'>{totals}<button name=checkout>Zur Kasse</button></form></main>",
    )
    steps = (
        step("open", path="/cart"),
        amount("cart_subtotal", "100"),
        amount("cart_total", "90"),
        amount("Rabatt", "-10"),
    )
    passed(run(*steps, locale="de-DE", currency="EUR"))


CATALOGUE = json.dumps(
    {
        "title": "Board",
        "options": [{"name": "Size"}, {"name": "Colour"}],
        "variants": [
            {
                "id": 10 * s + c,
                "title": f"{size} / {colour}",
                "options": [size, colour],
                "available": True,
                "price": 100,
            }
            for s, size in enumerate(("S", "M", "XL"), 1)
            for c, colour in enumerate(("Red", "Dark Blue"), 1)
        ],
    }
)
SCRIPT = """<script>
const chosen = {size: "S", colour: "Red"};
const set = (name, value) => {
  chosen[name] = value;
  const s = ["S", "M", "XL"].indexOf(chosen.size) + 1, c = ["Red", "Dark Blue"].indexOf(chosen.colour) + 1;
  setTimeout(() => { document.querySelector("[name=id]").value = 10 * s + c; }, 80);
};
</script>"""
START = FORM.format(name="Buy").replace('value="1"', 'value="11"')
PICKERS = {
    "lists": "<select onchange=\"set('size', this.value)\"><option>S<option>M<option>XL</select>"
    "<select onchange=\"set('colour', this.value)\"><option value=Red>Red</option>"
    "<option value='Dark Blue'>Dark Blue - Sold out</option></select>",
    "buttons": "".join(
        f"<button type=button onclick=\"set('size', '{v}')\">{v}</button>" for v in ("S", "M", "XL")
    )
    + "".join(
        f"<button type=button aria-label='{v}' onclick=\"set('colour', '{v}')\" style='width:30px;height:30px'></button>"
        for v in ("Red", "Dark Blue")
    ),
    "radios out of sight": "".join(
        f"<input type=radio name={n} id={n}{i} value='{v}' {HIDDEN} onchange=\"set('{n}', this.value)\">"
        f"<label for={n}{i}>{v}</label>"
        for n, values in (("size", ("S", "M", "XL")), ("colour", ("Red", "Dark Blue")))
        for i, v in enumerate(values)
    ),
    "one list of variants": "",
}


@pytest.mark.parametrize("picker", PICKERS)
def test_a_variant_is_chosen_however_the_theme_offers_it(run: Run, shop: Site, picker: str) -> None:
    shop.put("/products/board.js", CATALOGUE, headers={"content-type": "application/json"})
    form = START
    if picker == "one list of variants":
        options = "".join(
            f"<option value={10 * s + c}>{size} / {colour}</option>"
            for s, size in enumerate(("S", "M", "XL"), 1)
            for c, colour in enumerate(("Red", "Dark Blue"), 1)
        )
        form = f"<form action='/de/cart/add'><select name=id>{options}</select><button>Buy</button></form>"
    opened = product(shop, f"<h1>Board</h1><p>$1.00</p>{SCRIPT}<div>{PICKERS[picker]}</div>{form}")
    steps = (opened, step("choose_variant", variant="XL / Dark Blue"))
    passed(run(*steps))
    passed(run(*steps, device="iphone"))


def test_a_picker_that_leads_nowhere_is_a_finding(run: Run, shop: Site) -> None:
    shop.put("/products/board.js", CATALOGUE, headers={"content-type": "application/json"})
    dead = "<select><option>S<option>M<option>XL</select><select><option>Red<option>Dark Blue</select>"
    result = run(product(shop, f"<h1>Board</h1>{dead}{START}"), step("choose_variant", variant="M / Red"))
    found = finding(result)
    assert found is not None
    assert found.code == "R510"
    assert (
        found.summary
        == "Choosing “M / Red” of “Board” has no effect: the product form still holds “S / Red”."
    )


def test_a_missing_picker_is_a_finding(run: Run, shop: Site) -> None:
    shop.put("/products/board.js", CATALOGUE, headers={"content-type": "application/json"})
    result = run(product(shop, f"<h1>Board</h1>{START}"), step("choose_variant", variant="M / Red"))
    found = finding(result)
    assert found is not None
    assert "the page has no control for “Size” with the value “M”" in found.summary


def test_a_page_without_a_product_form_is_a_finding(run: Run, shop: Site) -> None:
    put(shop, "/products/board", "<main><h1>Board</h1><p>$1.00</p><button>Add to cart</button></main>")
    found = finding(run(step("open_product", handle="board")))
    assert found is not None
    assert found.code == "R509"
    assert "Shoppers cannot buy “Board”" in found.summary


@pytest.mark.parametrize("word", ["Close", "Schließen", "Fermer", "No thanks", "\u00d7", "閉じる"])
def test_a_dialog_is_closed_in_any_language(run: Run, shop: Site, word: str) -> None:
    dialog = (
        f"<div role=dialog id=d><h2>News</h2><input><button type=button>Sign up</button>"
        f"<button type=button onclick='d.remove()'>{word}</button></div>"
    )
    put(shop, "/news", dialog)
    steps = (step("open", path="/news"), step("dismiss"), step("not_see", element=Element(css="#d")))
    passed(run(*steps))


def test_a_reading_never_depends_on_how_much_it_is(run: Run, shop: Site) -> None:
    opened = product(
        shop, "<h1>Board</h1><p style='font-size:24px'>$824.95</p><p>Members pay $749.95</p>FORM"
    )
    result = run(opened, step("save", money="product_price", as_="price"))
    assert result.steps[1].note == f"price = ${Decimal('824.95')}"


def test_a_checkout_that_wakes_up_late_is_filled_again(run: Run, shop: Site) -> None:
    """Its script draws the fields anew once it runs, as server-rendered pages do: what was typed before is gone."""
    fields = "".join(
        f"<label>{name}<input autocomplete='shipping {name}' required></label>"
        for name in ("given-name", "family-name", "address-line1", "postal-code", "address-level2")
    )
    late = (
        "addEventListener('change', (e) => { if (!window.awake && e.target.value) { window.awake = true;"
        "const form = document.forms[0]; const html = form.innerHTML; form.innerHTML = html; } });"
    )
    rates = "<fieldset><legend>Shipping</legend><label><input type=radio name=shipping_rate>Standard</label></fieldset>"
    pay = "<label>Card number<input autocomplete=cc-number></label>"
    put(
        shop,
        "/checkouts/cn/1",
        f"<main><form>{fields}{rates}{pay}<button>Pay now</button></form></main><script>{late}</script>",
    )
    first, last = (Element(css=f"input[autocomplete$={name}]") for name in ("given-name", "address-level2"))
    passed(
        run(
            step("open", path="/checkouts/cn/1"),
            step("fill_shipping"),
            step("expect", text=first, expectation=Expectation(equals="Nano")),
            step("expect", text=last, expectation=Expectation(empty=False)),
        )
    )
