"""The store's own events, its cart and the answer to its banner, as a visit that is watched sees them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from nano_sre.core.fields import Duration
from nano_sre.core.hits import BannerAnswered, ShopEvent
from nano_sre.core.program import Modifiers, StepCall
from nano_sre.core.result import Attempt
from nano_sre.core.watch import Record
from nano_sre.demo.server import DemoServer
from nano_sre.kinds.steps.add_to_cart import AddToCart
from nano_sre.kinds.steps.open_product import OpenProduct
from nano_sre.kinds.steps.start_checkout import StartCheckout
from nano_sre.runtime.browser import BrowserHost
from nano_sre.runtime.shop_side import CHOOSING
from support.drive import adrive, journey, store_at
from support.onlooker import Onlooker, watched_by
from support.pages import Site
from support.steps import Do, go, press, see

Visit = Callable[..., tuple[Attempt, Any]]
CART = {"items": [{"id": 1}], "total_price": 69995, "currency": "USD"}
ENVELOPE = {
    "id": "sh-1",
    "name": "product_viewed",
    "type": "standard",
    "timestamp": "2026-11-23T10:00:00.000Z",
}
MANAGER = """<script>
window.sent = [];
addEventListener("error", (event) => sent.push(event.message));
window.Shopify = {analytics: {replayQueue: [], publish(...given) { Shopify.analytics.replayQueue.push(given); return true; }}};
Shopify.analytics.publish("early", {a: 1});
</script><script src="/manager"></script><script>
const script = document.createElement("script");
script.src = "/wpm";
script.onload = () => {
  const api = webPixelsManager.init({events: JSON.stringify([["page_viewed", {}]])});
  for (const [name, data] of Shopify.analytics.replayQueue) api.publishCustomEvent(name, data);
  Shopify.analytics.replayQueue = undefined;
  Shopify.analytics.publish = api.publishCustomEvent;
  api.publish("product_viewed", {productVariant: {id: "43"}});
  Shopify.analytics.publish("late", {});
};
document.head.append(script);
</script>"""
WPM = """window.webPixelsManager = {init(config) {
  const worker = new Worker("/worker"), channel = new MessageChannel();
  channel.port2.onmessage = (event) => { document.title += event.data; };
  const out = (name, data) => {
    worker.postMessage(["call", [{id: "id-" + name, name, type: "standard", timestamp: new Date().toISOString(), data}]]);
    channel.port1.postMessage(name + "|");
    return "said " + name;
  };
  window.api = {publish: out, publishCustomEvent: out};
  return window.api;
}};"""


@pytest.fixture
def visit(loop: asyncio.Runner, host: BrowserHost) -> Visit:
    """Drive steps while somebody looks for these records: the attempt, and what was seen."""

    def run(url: str, steps: Any, *records: Record, **more: Any) -> tuple[Attempt, Any]:
        program = journey(store_at(url), steps, **more)
        onlooker = Onlooker(*records)
        made = loop.run(adrive(program, host=host, watching=watched_by(program, [onlooker])))
        return made, onlooker.visit

    return run


def until(found: str, told: list[Any] | None = None) -> Do:
    """Waits until a script of the page says something, and tells what."""

    async def read(io: Any) -> None:
        said = await io.until(lambda: io.js(f"() => {found}"))
        assert said, found
        if told is not None:
            told.append(said)

    return Do(read, patience=Duration(8_000))


def names(events: list[ShopEvent]) -> list[str]:
    return [each.name for each in events]


@pytest.fixture
def pixels(shop: Site) -> Site:
    shop.put("/", f"<title>-</title>{MANAGER}<h1>Welcome</h1>")
    script = {"content-type": "text/javascript"}
    shop.put("/manager", "", headers=script)
    shop.put("/wpm", WPM, headers=script)
    shop.put("/worker", "", headers=script)
    return shop


def test_what_the_store_publishes_is_heard_once_each(visit: Visit, pixels: Site) -> None:
    made, seen = visit(pixels.url, [go(), until("document.title.includes('late|')")], "shop_events")
    assert made.status == "PASS", made.steps
    assert sorted(names(seen.shop_events)) == ["early", "late", "page_viewed", "product_viewed"]
    viewed = next(each for each in seen.shop_events if each.name == "product_viewed")
    assert viewed.data == {"productVariant": {"id": "43"}}
    assert (viewed.id, viewed.place, viewed.page) == ("id-product_viewed", "page", f"{pixels.url}/")
    assert all(0 <= each.at_ms <= made.duration_ms for each in seen.shop_events)


def test_the_page_does_not_notice(visit: Visit, pixels: Site) -> None:
    looks = (
        "document.title.includes('late|') && JSON.stringify([Object.keys(window).filter((name) => /nano/i.test(name)),"
        "Worker.prototype.postMessage.name, String(MessagePort.prototype.postMessage), api.publish('x', {}),"
        "String(Function.prototype.toString), String(webPixelsManager.init).slice(0, 14),"
        "Object.getOwnPropertyNames(window).includes('webPixelsManager'), sent])"
    )
    told: list[str] = []
    records: Record
    for records in ("shop_events", "hits"):
        visit(pixels.url, [go(), until(looks, told)], records)
    assert told[0] == told[1]
    assert json.loads(told[0])[:4] == [
        [],
        "postMessage",
        "function postMessage() { [native code] }",
        "said x",
    ]


def test_nothing_is_heard_that_nobody_asked_for(visit: Visit, pixels: Site) -> None:
    _, seen = visit(pixels.url, [go(), until("document.title.includes('late|')")], "hits")
    assert (seen.shop_events, seen.carts, seen.banner) == ([], [], None)


@pytest.mark.parametrize(
    "message",
    [
        "(() => { const a = []; a.push(a); return a; })()",
        "'{broken \"timestamp\"'",
        "new Uint8Array(1000)",
        "{get name() { return 1; }, id: 'x', timestamp: 1}",
        "Array.from({length: 5000}, () => ({a: {b: {c: {d: {e: {f: {g: 1}}}}}}}))",
        "null",
    ],
)
def test_odd_messages_reach_whom_they_are_for(visit: Visit, shop: Site, message: str) -> None:
    page = f"""<title>-</title><script>const {{port1, port2}} = new MessageChannel();
      port2.onmessage = () => {{ document.title = "came"; }};
      port1.postMessage({message}); port1.postMessage([[{json.dumps(ENVELOPE | {"data": {"x": 1}})}]]);</script>"""
    shop.put("/", page)
    made, seen = visit(shop.url, [go(), until("document.title === 'came'")], "shop_events")
    assert made.status == "PASS", made.steps
    assert [(each.name, each.id, each.place) for each in seen.shop_events] == [
        ("product_viewed", "sh-1", "frame")
    ]


FRAME = """<script>addEventListener("message", (event) => {
  event.stopImmediatePropagation();
  parent.postMessage([event.data.name || "text", Object.keys(window).filter((name) => /nano/i.test(name))], "*");
}, true);</script>"""


def with_frame(shop: Site, *, host: str = "", sandbox: str = "allow-scripts allow-forms") -> None:
    """A page that tells a frame of two events through the frame's window, and shows in its title what came of it."""
    event = ENVELOPE | {"data": {"x": 1}, "context": {"document": {"location": {"href": f"{shop.url}/seen"}}}}
    shop.put(
        "/",
        f"""<title>-</title><script>addEventListener("message", (event) => {{ document.title += JSON.stringify(event.data); }});
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", {sandbox!r});
        frame.src = "{host}/wpm@1/custom/web-pixel-7@1/sandbox/modern/";
        frame.onload = () => {{
          frame.contentWindow.postMessage({json.dumps(event)}, "*");
          frame.contentWindow.postMessage(JSON.stringify({json.dumps(event | {"id": "sh-2", "name": "second"})}), "*");
        }};
        document.documentElement.append(frame);</script>""",
    )
    shop.put("/wpm@1/custom/web-pixel-7@1/sandbox/modern/", FRAME)


@pytest.mark.parametrize("sandbox", ["allow-scripts allow-forms", "allow-scripts allow-same-origin"])
def test_what_goes_only_through_a_frames_window_is_heard_in_the_frame(
    visit: Visit, shop: Site, sandbox: str
) -> None:
    with_frame(shop, sandbox=sandbox)
    told: list[str] = []
    wait = until("document.title.includes('text') && document.title", told)
    made, seen = visit(shop.url, [go(), wait], "shop_events")
    assert made.status == "PASS", made.steps
    assert told == ['-["product_viewed",[]]["text",[]]'], "the frame heard both, and nothing of us"
    assert [(each.name, each.id, each.place, each.page, each.data) for each in seen.shop_events] == [
        ("product_viewed", "sh-1", "frame", f"{shop.url}/seen", {"x": 1}),
        ("second", "sh-2", "frame", f"{shop.url}/seen", {"x": 1}),
    ]


@pytest.mark.parametrize("record", ["shop_events", "hits"])
def test_frames_of_others_are_not_listened_to_and_none_that_nobody_asked_for(
    visit: Visit, shop: Site, record: Record
) -> None:
    host = shop.url.replace("127.0.0.1", "localhost") if record == "shop_events" else ""
    with_frame(shop, host=host)
    made, seen = visit(shop.url, [go(), until("document.title.includes('text')")], record)
    assert made.status == "PASS", made.steps
    assert seen.shop_events == []


def test_a_time_before_the_visit_is_that_at_which_it_was_heard(visit: Visit, shop: Site) -> None:
    with_frame(shop)
    _, seen = visit(shop.url, [go(), until("document.title.includes('text')")], "shop_events")
    assert all(each.at_ms > 0 for each in seen.shop_events)


def test_a_store_that_publishes_without_end_is_heard_for_a_while(visit: Visit, shop: Site) -> None:
    big = "Array.from({length: 1000}, () => 'words words words words words words words words words words words words')"
    page = f"""<title>-</title><script src="/empty"></script><script>
      Shopify = {{analytics: {{publish() {{}}}}}};
      addEventListener("load", () => setTimeout(() => {{
        Shopify.analytics.publish("big", {{text: {big}.concat({big})}});
        for (let at = 0; at < 3000; at++) Shopify.analytics.publish("again", {{at}});
        document.title = "done"; }}));</script>"""
    shop.put("/", page)
    made, seen = visit(shop.url, [go(), until("document.title === 'done'")], "shop_events")
    assert made.status == "PASS", made.steps
    assert len(seen.shop_events) == 400
    assert (seen.shop_events[0].name, seen.shop_events[0].data) == ("big", {})


def test_the_cart_is_looked_at_after_what_may_change_it(visit: Visit, shop: Site) -> None:
    shop.put("/cart.js", json.dumps(CART), headers={"content-type": "application/json"})
    shop.put("/", "<h1>Welcome</h1><button>Buy</button>")
    looks = replace(see("Welcome"), kind_name="see")
    made, seen = visit(shop.url, [go(), looks, press("Buy"), looks], "carts")
    assert made.status == "PASS"
    assert [(each.step, each.cart) for each in seen.carts] == [(0, CART), (2, CART)]
    assert seen.carts[0].at_ms <= seen.carts[1].at_ms <= made.duration_ms
    assert shop.asked.count("GET /cart.js") == 2


def _asked_from_inside(shop: Site) -> list[bool]:
    """Of each question for the cart, whether the page put it: browsers say so in a header."""
    asked = zip(shop.asked, shop.headers, strict=True)
    return ["sec-fetch-mode" in headers for line, headers in asked if line == "GET /cart.js"]


@pytest.mark.parametrize(
    ("records", "needs", "inside"),
    [
        (("carts", "shop_events"), (), [False, True, True]),
        (("carts", "shop_events", "requests"), (), [False, False, False]),
        (("carts", "shop_events", "console"), (), [False, False, False]),
        (("carts", "shop_events"), ("requests",), [False, False, False]),
    ],
)
def test_the_page_is_asked_for_the_cart_unless_somebody_listens_to_what_it_asks(
    visit: Visit, shop: Site, records: tuple[Record, ...], needs: tuple[str, ...], inside: list[bool]
) -> None:
    shop.put("/cart.js", json.dumps(CART), headers={"content-type": "application/json"})
    shop.put("/", "<h1>Welcome</h1><script>fetch = () => { throw new Error('not for you'); };</script>")
    made, seen = visit(shop.url, [go(), replace(go(), needs=needs), press("Welcome")], *records)
    assert made.status == "PASS"
    assert [(each.step, each.cart) for each in seen.carts] == [(0, CART), (1, CART), (2, CART)]
    assert _asked_from_inside(shop) == inside


def test_a_page_that_may_not_ask_for_the_cart_is_left_in_peace(visit: Visit, shop: Site) -> None:
    shop.put("/cart.js", json.dumps(CART), headers={"content-type": "application/json"})
    shop.put("/", "<h1>Welcome</h1>", headers={"content-security-policy": "connect-src 'none'"})
    made, seen = visit(shop.url, [go(), press("Welcome")], "carts", "shop_events")
    assert made.status == "PASS"
    assert [each.cart for each in seen.carts] == [CART, CART]
    other = shop.url.replace("127.0.0.1", "localhost")
    away = Do(lambda io: io.js(f"() => {{ location.href = {other!r}; }}"))
    shop.put("/", "<h1>Welcome</h1>")
    _, seen = visit(shop.url, [go(), away, see("Welcome")], "carts", "shop_events")
    assert [each.cart for each in seen.carts][-1] == CART


def test_steps_that_choose_and_fill_leave_the_cart_alone(visit: Visit, shop: Site) -> None:
    shop.put("/cart.js", json.dumps(CART), headers={"content-type": "application/json"})
    shop.put("/", "<h1>Welcome</h1>")
    filled = [replace(see("Welcome"), kind_name=each) for each in sorted(CHOOSING)]
    _, seen = visit(shop.url, [go(), *filled, press("Welcome")], "carts")
    assert [each.step for each in seen.carts] == [0, len(filled) + 1]


def test_a_cart_that_a_step_reads_first_is_not_asked_for_again(visit: Visit, shop: Site) -> None:
    shop.put("/cart.js", json.dumps(CART), headers={"content-type": "application/json"})
    shop.put("/", "<h1>Welcome</h1><button>Buy</button>")
    arrives = replace(go(), kind_name="open_product")
    reads = replace(Do(lambda io: io.fetch("/cart.js")), kind_name="see")
    _, seen = visit(shop.url, [arrives, reads, press("Buy")], "carts", "shop_events")
    assert [each.step for each in seen.carts] == [1, 2]
    assert _asked_from_inside(shop) == [True, True]
    _, seen = visit(shop.url, [arrives, press("Buy")], "carts", "shop_events")
    assert [each.step for each in seen.carts] == [1]
    assert _asked_from_inside(shop) == [True, True, False]


@pytest.mark.parametrize(
    ("body", "status"), [("<html>", 200), ("[]", 200), ("{}", 200), (json.dumps(CART), 500)]
)
def test_a_cart_that_cannot_be_read_is_nobodys_trouble(
    visit: Visit, shop: Site, body: str, status: int
) -> None:
    shop.put("/cart.js", body, status=status)
    made, seen = visit(shop.url, [go(), press("Welcome")], "carts")
    assert made.status == "PASS"
    assert seen.carts == []


BANNER = """<title>-</title><script>
const draw = () => document.body.insertAdjacentHTML("beforeend",
  `<div id="cookie-banner" role="region">We use cookies<button onclick="done('Accept')">Accept</button>
   <button onclick="done('Decline')">Decline</button></div>`);
const done = (word) => { document.title = word + Date.now(); document.getElementById("cookie-banner").remove(); };
addEventListener("load", () => setTimeout(draw, DELAY));</script><h1>Welcome</h1>"""


@pytest.mark.parametrize("delay", ["0", "700"])
@pytest.mark.parametrize(("choice", "word"), [("accept", "Accept"), ("refuse", "Decline")])
def test_when_the_banner_was_answered(visit: Visit, shop: Site, delay: str, choice: Any, word: str) -> None:
    """Whoever presses it: a step that begins, or our script when it comes late."""
    shop.put("/", BANNER.replace("DELAY", delay))
    steps = [go(), see("Welcome"), until(f"document.title.startsWith('{word}')")]
    made, seen = visit(shop.url, steps, "hits", consent=choice)
    assert made.status == "PASS", made.steps
    assert seen.banner is not None
    assert seen.banner.choice == choice
    assert 0 < seen.banner.at_ms <= made.duration_ms


def test_a_banner_in_a_frame_of_somebody_elses(visit: Visit, shop: Site) -> None:
    other = shop.url.replace("127.0.0.1", "localhost")
    shop.put("/", f"<h1>Welcome</h1><iframe src='{other}/consent' width=400 height=200></iframe>")
    shop.put("/consent", BANNER.replace("DELAY", "600"))
    pause = Do(lambda _io: asyncio.sleep(1.6))
    _, seen = visit(shop.url, [go(), pause, see("Welcome")], "hits", consent="accept")
    assert seen.banner is not None
    assert seen.banner.choice == "accept"


def test_an_answer_that_a_step_gave_is_known_from_the_store(visit: Visit, shop: Site) -> None:
    page = """<h1>Welcome</h1><button onclick="document.dispatchEvent(new CustomEvent('visitorConsentCollected',
      {detail: {marketingAllowed: false, analyticsAllowed: false}}))">No</button>"""
    shop.put("/", page)
    _, seen = visit(shop.url, [go(), press("No"), see("Welcome")], "hits")
    assert isinstance(seen.banner, BannerAnswered)
    assert (seen.banner.choice, seen.banner.step) == ("refuse", 1)


@pytest.mark.parametrize("theme", ["ridge", "gipfel"])
def test_the_demo_store_tells_its_side(visit: Visit, theme: str) -> None:
    with DemoServer(theme) as store:
        steps = [OpenProduct(handle="complete-snowboard"), AddToCart(), StartCheckout()]
        steps = [StepCall(verb=each.kind_name, step=each, modifiers=Modifiers()) for each in steps]
        made, seen = visit(store.url, steps, "shop_events", "carts", "hits", consent="accept")
    assert made.status == "PASS", made.steps
    heard = {each.name: each for each in seen.shop_events}
    assert {"page_viewed", "product_viewed", "product_added_to_cart", "checkout_started"} <= set(heard)
    line = heard["product_added_to_cart"].data["cartLine"]
    assert line["cost"]["totalAmount"] == {"amount": 699.95, "currencyCode": store.state.theme.currency}
    assert [each.cart["item_count"] for each in seen.carts] == [0, 1, 1]
    assert seen.banner is not None
