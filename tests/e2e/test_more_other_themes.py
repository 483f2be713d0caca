"""Searching, removing, codes, log-in, shipping and cards on markup of many hands, none of it the demo store's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from nano_sre.core import registry, template
from nano_sre.core.program import Market, ShopperData
from nano_sre.core.result import Attempt, Finding
from nano_sre.kinds._shared.compare import Expectation, Limit
from nano_sre.runtime.browser import BrowserHost
from support.drive import adrive, finding, journey, store_at
from support.pages import Site, site

Run = Callable[..., Attempt]
PAGE = "<!doctype html><meta charset=utf-8><title>Shop</title><body>{body}</body>"
SHOPPERS = {
    "default": ShopperData(email="qa@example.com", password=template.parse("${secret.SHOPPER_PASSWORD}"))
}


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
        market = Market(currency=currency, locale=locale)
        store = store_at(shop.url, market=market, shoppers=SHOPPERS, allow_orders=True)
        program = journey(store, steps, device_id=device)
        return runner.run(asyncio.wait_for(adrive(program, host=host), timeout=60))

    return drive


def put(shop: Site, path: str, body: str, **more: Any) -> None:
    shop.put(path, PAGE.format(body=body), headers={"content-type": "text/html; charset=utf-8"}, **more)


def put_cart(shop: Site, *items: dict[str, Any], total: int = 0, codes: Any = ()) -> None:
    cart = {
        "item_count": len(items),
        "total_price": total,
        "items": list(items),
        "discount_codes": list(codes),
    }
    shop.put("/cart.js", json.dumps(cart), headers={"content-type": "application/json"})


def passed(result: Attempt) -> None:
    assert (result.status, result.inconclusive, finding(result)) == ("PASS", None, None)


def failed(result: Attempt) -> Finding:
    found = finding(result)
    assert result.status == "FAIL", result
    assert found is not None
    return found


CARD = "<li><a href='/products/{h}{q}'><img alt='' src='data:image/gif;base64,R0lGODlhAQABAAAAACw='><h3>{t}</h3></a><b>$9.95</b></li>"


def cards(*handles: str, query: str = "") -> str:
    return "<ul>" + "".join(CARD.format(h=h, t=h.title(), q=query) for h in handles) + "</ul>"


FIELD = "<form action='/search'><input name=q{more}></form>"
SEARCHES = {
    "field in sight": FIELD.format(more=""),
    "behind a button": "<button onclick='f.hidden=false' aria-label='Rechercher'>&#128269;</button>"
    f"<div id=f hidden>{FIELD.format(more='')}</div>",
    "behind a link": "<a href='/de/search'>Suche</a>",
    "in a dialog of an app": "<button onclick='d.showModal()'>検索</button><dialog id=d><input type=search></dialog>"
    "<script>d.querySelector('input').onkeydown = (e) => { if (e.key === 'Enter') location = '/search?q=' + e.target.value; }</script>",
    "nowhere": "<p>Welcome</p>",
}


@pytest.mark.parametrize("body", SEARCHES.values(), ids=SEARCHES.keys())
def test_searching_however_the_theme_offers_it(run: Run, shop: Site, body: str) -> None:
    put(shop, "/", f"<header>{body}</header>")
    put(shop, "/de/search", f"<main>{FIELD.format(more='')}</main>")
    put(shop, "/search", f"<main><h1>Results</h1>{cards('board', 'wax')}</main>")
    several = Expectation(between=("1", "2"))
    passed(run(step("open", path="/"), step("search", for_="board", finds=("Board",), results=several)))
    assert any(asked.startswith("GET /search?q=board") for asked in shop.asked)


def test_recommendations_are_no_results(run: Run, shop: Site) -> None:
    put(shop, "/", FIELD.format(more=""))
    marked = cards("board", query="?_pos=1&_sid=1&_ss=r")
    put(
        shop,
        "/search",
        f"<main>{marked}<section>{cards('wax', 'beanie')}</section><p><a href='/products/gift'>Gifts</a></p></main>",
    )
    passed(run(step("open", path="/"), step("search", for_="board", results=Expectation(equals="1"))))
    put(
        shop,
        "/search",
        f"<main><p role=status>Nothing for board</p><div class=recommendations>{cards('wax')}</div></main>"
        "<p><a href='/products/gift'>Gifts</a></p>",
    )
    found = failed(run(step("open", path="/"), step("search", for_="board")))
    assert found.summary == "A search for “board” does not find anything: the page says “Nothing for board”."


def test_a_search_that_does_nothing_is_a_finding(run: Run, shop: Site) -> None:
    put(shop, "/", "<form action='/search' onsubmit='return false'><input name=q></form>")
    found = failed(run(step("open", path="/"), step("search", for_="board")))
    assert found.code == "R524"
    assert "Searching does nothing" in found.summary


def test_a_search_page_that_breaks_is_a_finding(run: Run, shop: Site) -> None:
    put(shop, "/", FIELD.format(more=""))
    put(shop, "/search", "Oops", status=500)
    found = failed(run(step("open", path="/"), step("search", for_="board")))
    assert found.summary == "Searching for “board” leads to an error page (500)."


ITEM = {"key": "1:a", "variant_id": 1, "product_title": "Board", "variant_title": "M", "quantity": 1}
TWIN = {**ITEM, "key": "2:b", "variant_id": 2, "variant_title": "L"}
REMOVALS = {
    "the platform's link": "<a href='/cart/change?id=1%3Aa&amp;quantity=0' onclick='gone(event)'>x</a>",
    "a link by place": "<a href='/cart/change?line=1&amp;quantity=0' onclick='gone(event)'><svg width=9 height=9></svg></a>",
    "a button with a word": "<button onclick='gone(event)'>Supprimer</button>",
    "a button with a label": "<button aria-label='Remove Board - M' onclick='gone(event)'>&#128465;</button>",
}
GONE = """<script>
function gone(event) {
  event.preventDefault();
  fetch("/cart/change.js", {method: "POST"}).then(() => document.querySelector(".row").remove());
}
</script>"""


@pytest.mark.parametrize("control", REMOVALS.values(), ids=REMOVALS.keys())
def test_a_line_is_removed_however_the_theme_offers_it(run: Run, shop: Site, control: str) -> None:
    put_cart(shop, ITEM, TWIN)
    rows = f"<div class=row><a href='/products/board?variant=1'>Board</a><i>M</i>{control}</div>"
    rows += "<div><a href='/products/board?variant=2'>Board</a><i>L</i><button>Remove</button></div>"
    put(
        shop,
        "/cart",
        f"<main><form action='/cart'>{rows}<button name=checkout>Pay</button></form></main>{GONE}",
    )
    found = failed(run(step("open", path="/cart"), step("remove_from_cart", line="M")))
    assert found.code == "R513"
    assert "has no effect" in found.summary  # the store's cart is a file here: it keeps the line
    assert "POST /cart/change.js" in shop.asked


def test_a_cart_without_a_control_and_one_that_is_not_open(run: Run, shop: Site) -> None:
    put_cart(shop, ITEM)
    line = "<main><form action='/cart'><p>Board M</p><button name=checkout>Pay</button></form></main>"
    put(shop, "/cart", line)
    put(shop, "/", "<p>Welcome</p>")
    without = failed(run(step("open", path="/cart"), step("remove_from_cart")))
    assert "its line has no control for it" in without.summary
    closed = failed(run(step("open", path="/"), step("remove_from_cart")))
    assert (closed.code, "open_cart" in str(closed.hint)) == ("R512", True)


def test_several_lines_need_a_name(run: Run, shop: Site) -> None:
    put_cart(shop, ITEM, TWIN)
    put(shop, "/cart", "<main></main>")
    assert "say which one" in failed(run(step("open", path="/cart"), step("remove_from_cart"))).summary
    both = failed(run(step("open", path="/cart"), step("remove_from_cart", line="Board")))
    assert "fits several products" in both.summary


CODES = {
    "named by the platform": "<form onsubmit='use(event)'><input name=discount><button>OK</button></form>",
    "told by its label": "<label>Gutscheincode <input name=x1></label><button type=button onclick='use(event)'>OK</button>",
    "folded away": "<details><summary>Code promo</summary><form onsubmit='use(event)'><input name=reductions><button>OK</button></form></details>",
}
USE = """<script>
async function use(event) {
  event.preventDefault();
  await fetch("/cart/update.js", {method: "POST"});
  said.textContent = "SAVE is not valid any more";
}
</script><p id=said role=alert></p>"""


@pytest.mark.parametrize("body", CODES.values(), ids=CODES.keys())
def test_a_code_is_typed_however_the_cart_offers_it(run: Run, shop: Site, body: str) -> None:
    put_cart(shop, ITEM, total=1000, codes=[{"code": "SAVE", "applicable": False}])
    put(shop, "/cart", f"<main>{body}{USE}</main>")
    found = failed(run(step("open", path="/cart"), step("apply_discount", code="SAVE", at="cart")))
    assert (
        found.summary
        == "The discount code “SAVE” is not applied: the cart says “SAVE is not valid any more”."
    )


def test_a_cart_without_a_field_is_told(run: Run, shop: Site) -> None:
    put_cart(shop, ITEM, total=1000)
    put(shop, "/cart", "<main><p>Board</p></main>")
    found = failed(run(step("open", path="/cart"), step("apply_discount", code="SAVE", at="cart")))
    assert found.summary == "The cart shows shoppers no field for a discount code."
    assert "at: link" in str(found.hint)


LOGIN = "<form method=post action='{action}'><input name='customer[email]'><input type=password name='customer[password]'><button>Go</button></form>"


def test_a_shopper_gets_in_and_a_newsletter_is_no_log_in(
    run: Run, shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPPER_PASSWORD", "open-sesame")
    newsletter = (
        "<form action='/contact'><input type=email name='contact[email]'><button>Join</button></form>"
    )
    put(shop, "/account/login", newsletter + LOGIN.format(action="/account"))
    put(shop, "/account", newsletter + "<h1>Hello</h1>")
    passed(run(step("log_in")))
    assert b"customer%5Bpassword%5D=open-sesame" in shop.bodies[shop.asked.index("POST /account")]
    put(shop, "/account/login", newsletter)
    found = failed(run(step("log_in")))
    assert (found.code, "no form for an e-mail address and a password" in found.summary) == ("R526", True)


def test_accounts_that_send_a_code_and_a_challenge_are_no_failure_of_the_store(
    run: Run, shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPPER_PASSWORD", "open-sesame")
    put(
        shop,
        "/account/login",
        "<form><input type=email name=account autocomplete=username><button>Continue</button></form>",
    )
    assert "code by e-mail" in str(run(step("log_in")).inconclusive)
    put(shop, "/account/login", LOGIN.format(action="/challenge"))
    put(shop, "/challenge", "<p>Prove that you are human</p>")
    assert "human" in str(run(step("log_in")).inconclusive)


FORM = (
    "<form><input autocomplete='shipping address-line1' value='Weg 1'>{body}<button>Pay now</button></form>"
)
RATE = "<label><input type=radio name=rate value={v}>{name}<br>{price}</label>"
RATES = {
    "labels round the choice": RATE.format(v=1, name="Colissimo", price="12,90&nbsp;€")
    + RATE.format(v=2, name="Retrait", price="Gratuit"),
    "labels beside it": "<input type=radio name=shipping_rate_id id=a><label for=a><span>Colissimo</span><br><b>12,90&nbsp;€</b></label>"
    "<input type=radio name=shipping_rate_id id=b><label for=b><span>Retrait</span><br><b>Gratuit</b></label>",
}


@pytest.mark.parametrize("body", RATES.values(), ids=RATES.keys())
def test_the_cheapest_method_is_told_in_any_language(run: Run, shop: Site, body: str) -> None:
    put(
        shop,
        "/checkouts/cn/1",
        f"<main>{FORM.format(body='<div id=r></div>')}</main><script>setTimeout(() => {{ r.innerHTML = `{body}`; }}, 400)</script>",
    )
    steps = (step("open", path="/checkouts/cn/1"), step("choose_shipping", method="cheapest"))
    result = run(*steps, locale="fr-FR", currency="EUR")
    passed(result)
    assert result.steps[-1].note == "Retrait, 0,00 €"


def test_a_checkout_that_ships_nowhere_is_a_finding(run: Run, shop: Site) -> None:
    said = "<p role=alert>We do not ship to Kempten</p>"
    put(shop, "/checkouts/cn/1", f"<main>{FORM.format(body=said)}</main>")
    found = failed(run(step("open", path="/checkouts/cn/1"), step("choose_shipping")))
    assert found.code == "R527"
    assert found.summary == "The checkout offers no shipping method: it says “We do not ship to Kempten”."


def test_a_choice_that_does_not_stay_is_a_finding(run: Run, shop: Site) -> None:
    sticky = "<label><input type=radio name=rate checked>Post<br>$1.00</label><label><input type=radio name=rate onclick='return false'>Express<br>$9.00</label>"
    put(shop, "/checkouts/cn/1", f"<main>{FORM.format(body=sticky)}</main>")
    found = failed(run(step("open", path="/checkouts/cn/1"), step("choose_shipping", method="express")))
    assert (found.summary, found.actual) == (
        "Choosing the shipping method “Express” has no effect.",
        "“Post” chosen",
    )


def test_card_fields_are_found_by_autocomplete_or_by_name(run: Run, shop: Site) -> None:
    """One field tells its purpose, the others are only called as the platform calls them; years can be lists."""
    frames = {
        "number": "<input autocomplete=cc-number>",
        "expiry": "<input name=month><select name=year><option>2033<option>2034</select>",
        "verification_value": "<input name=verification_value autocomplete=off>",
        "name": "<input name=name>",
    }
    for name, body in frames.items():
        put(shop, f"/frame/{name}", body)
    away = shop.url.replace("127.0.0.1", "localhost")
    drawn = "".join(
        f"<iframe name='card-fields-{name}-x1' src='{away}/frame/{name}'></iframe>" for name in frames
    )
    put(shop, "/checkouts/cn/1", f"<main>{FORM.format(body='<input name=name>' + drawn)}</main>")
    pay = step("pay", card="1", name_on_card="Bogus Gateway")
    result = run(step("open", path="/checkouts/cn/1"), pay)
    passed(result)
    assert result.steps[-1].note == "5 card fields filled; nothing is paid yet"


ENDINGS = {
    "confirmation": ("<h1>Merci</h1><p>Confirmation #7J2XK9QLM</p>", "order #7J2XK9QLM"),
    "order with a prefix": ("<h1>Danke</h1><p>Bestellung RS1042 ist bestätigt</p>", "order RS1042"),
    "plain": ("<h1>ありがとう</h1><p>注文番号 #1042</p>", "order #1042"),
}


@pytest.mark.parametrize(("body", "note"), ENDINGS.values(), ids=ENDINGS.keys())
def test_the_number_of_an_order_is_read(run: Run, shop: Site, body: str, note: str) -> None:
    put(
        shop,
        "/checkouts/cn/1",
        "<main><form action='/checkouts/cn/1/thank-you'><input autocomplete=email><button>Payer</button></form></main>",
    )
    put(shop, "/checkouts/cn/1/thank-you", body)
    result = run(step("open", path="/checkouts/cn/1"), step("place_order"))
    passed(result)
    assert result.steps[-1].note == note


def test_an_order_without_a_number_warns_and_one_that_breaks_fails(run: Run, shop: Site) -> None:
    put(
        shop,
        "/checkouts/cn/1",
        "<main><form action='/checkouts/cn/1/thank-you'><input autocomplete=email><button>Pay now</button></form></main>",
    )
    put(shop, "/checkouts/cn/1/thank-you", "<h1>Thanks!</h1>")
    steps = (step("open", path="/checkouts/cn/1"), step("place_order"))
    nameless = run(*steps)
    assert nameless.status == "WARN"
    assert "does not name its number" in str(finding(nameless))
    put(shop, "/checkouts/cn/1/thank-you", "<h1>Oh no</h1>", status=503)
    assert "error page (503)" in failed(run(*steps)).summary


def test_a_checkout_without_a_button_that_pays(run: Run, shop: Site) -> None:
    put(
        shop,
        "/checkouts/cn/1",
        "<main><form><input autocomplete=email><button>Continue</button></form></main>",
    )
    found = failed(run(step("open", path="/checkouts/cn/1"), step("place_order")))
    assert found.summary == "The checkout has no button that places the order."
    assert found.actual == "“Continue”"
    put(
        shop,
        "/checkouts/cn/2",
        "<main><form><input autocomplete=email><button disabled>Pay now</button></form></main>",
    )
    assert (
        "“Pay now” is disabled"
        in failed(run(step("open", path="/checkouts/cn/2"), step("place_order"))).summary
    )


def test_limits_may_warn(run: Run, shop: Site) -> None:
    put(shop, "/", FIELD.format(more=""))
    put(shop, "/search", f"<main>{cards('board')}</main>")
    few = Expectation(at_least=Limit(warn="3", fail="1"))
    result = run(step("open", path="/"), step("search", for_="board", results=few))
    assert result.status == "WARN"
