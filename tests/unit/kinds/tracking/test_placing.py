"""In which step an event happened, and which of the store's own events it answers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from nano_sre.core.hits import Hit, ShopEvent, TrackedEvent, TrackedItem
from nano_sre.core.program import Market
from nano_sre.core.result import StepReport
from nano_sre.core.watch import PageLoad
from nano_sre.kinds._shared.tracking.answering import answers
from nano_sre.kinds._shared.tracking.placing import Placing
from nano_sre.kinds._shared.tracking.seen import Seen, StoreSeen
from support.tracking import BOARD, EPOCH, MARKETS, Item, Shopper, codes, judge, visit

HOME, BOARDS, CART = (f"https://shop.example{path}" for path in ("/", "/products/a", "/cart"))
STEPS = tuple(
    StepReport(title=verb, verb=verb, state="passed", started_ms=1_000 * at, duration_ms=900)
    for at, verb in enumerate(("open", "open_product", "add_to_cart", "press", "open"))
)
LOADS = tuple(PageLoad(url=url, step=step) for url, step in ((HOME, 0), (BOARDS, 1), (CART, 3), (HOME, 4)))
MARKET: Market = MARKETS["us"]


def seen(**more: Any) -> Seen:
    store = StoreSeen(id="summit", host="shop.example", market_id="us", market=MARKET)
    return replace(Seen(store=store, steps=STEPS, loads=LOADS, began_ms=EPOCH), **more)


def event(
    *, at: int, step: int, what: str = "add_to_cart", vendor: str = "v", referer: str = "", **more: Any
) -> TrackedEvent:
    hit = Hit(number=at, method="GET", url="https://v.example/", at_ms=at, step=step, page=referer)
    return TrackedEvent(vendor=vendor, name=what, canonical=what, hit=hit, **more)


def place(about: TrackedEvent, **more: Any) -> tuple[int, int]:
    """The moment and the step of an event."""
    (placed,) = Placing(seen(**more)).placed([about])
    return placed.moment, placed.step


def published(at: int, step: int = 2, name: str = "product_added_to_cart", **more: Any) -> ShopEvent:
    return ShopEvent(name=name, data=more.pop("data", {}), at_ms=at, step=step, **more)


# its own time


def test_its_own_time_says_in_which_step_it_happened() -> None:
    assert place(event(at=3_020, step=3, happened_ms=EPOCH + 2_880)) == (2_880, 2)
    assert place(event(at=3_020, step=3, happened_ms=EPOCH + 3_005)) == (3_005, 3)


@pytest.mark.parametrize("happened", [1, EPOCH - 2_880, EPOCH + 60_001, EPOCH * 2 + 1])
def test_a_time_outside_the_visit_is_none(happened: int) -> None:
    assert place(event(at=3_020, step=3, happened_ms=happened)) == (3_020, 3)


def test_clocks_may_differ_a_little() -> None:
    assert place(event(at=3_020, step=3, happened_ms=EPOCH + 3_101)) == (3_020, 3)
    assert place(event(at=20, step=0, happened_ms=EPOCH - 101)) == (0, 0)


def test_a_whole_second_says_the_step_only_where_all_of_it_lies_within_one() -> None:
    began = EPOCH // 1_000 * 1_000 - 500
    assert place(event(at=3_020, step=3, happened_ms=began + 2_500), began_ms=began) == (3_020, 3)
    longer = (*STEPS[:2], replace(STEPS[2], duration_ms=4_000))
    assert place(event(at=4_900, step=2, happened_ms=began + 2_500), began_ms=began, steps=longer) == (
        2_500,
        2,
    )


def test_a_recording_that_does_not_know_when_it_began_believes_each_vendor() -> None:
    clock = EPOCH + 86_400_123  # another one than ours
    events = [
        event(at=at, step=step, happened_ms=clock + happened)
        for at, step, happened in ((510, 0, 500), (3_050, 3, 2_800))
    ]
    placed = Placing(seen(began_ms=None)).placed(events)
    assert [(each.moment, each.step) for each in placed] == [(510, 0), (2_810, 2)]


def test_the_step_that_is_still_at_work_has_no_report_yet() -> None:
    running = STEPS[:3]
    assert place(event(at=3_400, step=3, happened_ms=EPOCH + 3_300), steps=running) == (3_300, 3)
    assert place(event(at=3_400, step=3, happened_ms=EPOCH + 2_800), steps=running) == (2_800, 2)
    assert place(event(at=40, step=0, happened_ms=EPOCH + 30), steps=()) == (30, 0)


def test_nothing_happens_in_a_step_that_was_left_out() -> None:
    steps = (*STEPS[:3], replace(STEPS[3], state="skipped", duration_ms=0), STEPS[4])
    assert place(event(at=4_020, step=4, happened_ms=EPOCH + 3_500), steps=steps) == (3_500, 2)


# the store's own event


def test_without_a_time_it_happened_when_the_store_said_so() -> None:
    assert place(event(at=3_020, step=3), shop_events=(published(2_870),)) == (2_870, 2)


def test_its_own_time_is_believed_before_the_store() -> None:
    about = event(at=3_020, step=3, happened_ms=EPOCH + 1_500)
    assert place(about, shop_events=(published(2_870),)) == (1_500, 1)


def test_a_word_of_the_store_that_we_heard_late_is_of_the_step_in_which_it_was_said() -> None:
    assert place(event(at=3_020, step=3), shop_events=(published(2_890, step=3),)) == (2_890, 2)


@pytest.mark.parametrize(
    "shop",
    [
        published(4_100),  # after the hit
        published(2_870, name="page_viewed"),
        published(2_870, page=HOME),
    ],
)
def test_what_it_does_not_answer_says_nothing(shop: ShopEvent) -> None:
    about = event(at=3_020, step=3, page_url=BOARDS)
    assert place(about, shop_events=(shop,)) == (3_020, 3)


def answered(events: list[TrackedEvent], *shops: ShopEvent) -> list[int | None]:
    """The moments of the store's events that these answer."""
    found = answers(events, shops, pages=frozenset({HOME, BOARDS, CART}))
    return [found[at].at_ms if at in found else None for at in range(len(events))]


def test_the_same_id_finds_the_answer() -> None:
    shops = (published(1_000, id="one"), published(1_500, id="two"))
    assert answered([event(at=2_000, step=2, event_id="one")], *shops) == [1_000]


def test_the_same_product_finds_the_answer() -> None:
    shops = [
        published(at, data={"cartLine": {"merchandise": {"id": f"gid://shopify/ProductVariant/{variant}"}}})
        for at, variant in ((1_000, 42001158), (1_500, 42007777))
    ]
    board = event(at=2_000, step=2, items=(TrackedItem(ids=("shopify_US_7001_42001158",)),))
    assert answered([board], *shops) == [1_000]


def test_one_that_was_overtaken_answers_the_earlier_word() -> None:
    late = [event(at=at, step=2) for at in (2_010, 2_030, 2_050)]
    assert answered(late, published(1_000), published(1_500), published(2_000)) == [1_000, 1_500, 2_000]


def test_two_copies_are_one_answer() -> None:
    twice = [event(at=at, step=2, event_id="same") for at in (2_010, 2_030)]
    assert answered(twice, published(1_000), published(2_000)) == [2_000, 2_000]


def test_what_is_sent_again_answers_nothing() -> None:
    again = [event(at=1_050, step=1), event(at=4_000, step=4)]
    assert answered(again, published(1_000)) == [1_000, None]


def test_each_account_of_each_vendor_answers_for_itself() -> None:
    told = [
        event(at=at, step=1, vendor=v, account=a)
        for at, v, a in ((1_050, "v", "1"), (1_060, "v", "2"), (1_070, "w", "1"))
    ]
    assert answered(told, published(1_000)) == [1_000, 1_000, 1_000]


def test_after_half_a_minute_it_is_an_answer_no_more() -> None:
    assert answered([event(at=31_001, step=4)], published(1_000)) == [None]


# the page


def test_what_tells_of_a_page_happened_before_that_page_was_left_for_the_next_but_one() -> None:
    assert place(event(at=4_050, step=4, what="page_view", page_url=f"{BOARDS}#reviews")) == (3_900, 3)
    assert place(event(at=3_050, step=3, what="page_view", page_url=BOARDS)) == (3_050, 3)


def test_who_types_an_address_does_nothing_more_on_the_page_before() -> None:
    assert place(event(at=4_050, step=4, what="page_view", page_url=CART)) == (3_900, 3)


def test_a_page_that_was_opened_again_is_the_newer_one() -> None:
    assert place(event(at=4_050, step=4, what="page_view", page_url=HOME)) == (4_050, 4)


def test_long_after_a_page_was_left_it_says_nothing() -> None:
    assert place(event(at=9_500, step=4, page_url=BOARDS)) == (9_500, 4)


def test_a_whole_referer_tells_the_page_and_an_origin_does_not() -> None:
    assert place(event(at=4_050, step=4, referer=BOARDS)) == (3_900, 3)
    loads = (PageLoad(url=HOME, step=0), PageLoad(url=BOARDS, step=1))
    assert place(event(at=2_050, step=2, referer=HOME), loads=loads) == (2_050, 2)


def test_where_nothing_tells_it_happened_when_it_came() -> None:
    assert place(event(at=3_020, step=3)) == (3_020, 3)
    assert place(event(at=3_020, step=3, page_url="https://elsewhere.example/")) == (3_020, 3)


# what is made of it


def slow_order(late: int, *, shop_events: bool, vendors: tuple[str, ...] = ("ga4", "meta")) -> Shopper:
    def order(shopper: Shopper) -> None:
        shopper.does("javascript", "Wait a little")
        shopper.tells("purchase", [BOARD], order_id="1001", late=late)

    return visit(skip=["purchase"], during={"order": order}, shop_events=shop_events, vendors=vendors)


@pytest.mark.parametrize("shop_events", [True, False], ids=["told by the store", "told by the page"])
@pytest.mark.parametrize(("late", "found"), [(8_000, []), (15_000, ["R570", "R570"])])
def test_an_order_without_a_time_of_its_own_is_late_by_the_store_or_the_page(
    late: int, found: list[str], shop_events: bool
) -> None:
    report = judge(slow_order(late, shop_events=shop_events), "purchase")
    assert codes(report) == found
    words = (
        "the store itself told of it at 6." if shop_events else "the page that it tells of was there at 6."
    )
    assert all(words in each.evidence[-1] for each in report.findings)


def test_an_order_that_is_told_again_by_a_page_opened_again_is_not_late() -> None:
    def reload(shopper: Shopper) -> None:
        shopper.now += 20_000
        shopper.does("reload")
        shopper.loads.append(PageLoad(url=shopper.page, step=shopper.step))
        shopper.tells("purchase", [BOARD], order_id="1001", to=["ga4"])

    for shop_events in (True, False):
        shopper = visit(during={"order": reload}, shop_events=shop_events)
        assert codes(judge(shopper, never=("late_hit",))) == []


def test_a_hit_is_shown_in_the_step_that_it_belongs_to() -> None:
    shopper = visit(
        skip=["add_to_cart"], during={"cart": lambda s: s.tells("add_to_cart", [BOARD], late=700)}
    )
    told = {
        each.decoded.events[0].name: (each.during, each.decoded.hit.step)
        for each in judge(shopper).hits
        if each.decoded.events
    }
    assert told["add_to_cart"] == (2, 3)
    assert told["page_view"] == (4, 4)


def test_a_second_product_on_the_same_page_is_counted_in_its_own_step() -> None:
    wax = Item(variant="42007777", product="7007", name="Wax", handle="wax", price=Decimal("9.50"))

    def add_wax(shopper: Shopper) -> None:
        shopper.does("add_to_cart", "Add the wax")
        shopper.shop_says("product_added_to_cart", {"cartLine": {"merchandise": wax.in_shop()}})
        shopper.tells("add_to_cart", [wax])

    shopper = visit(
        skip=["add_to_cart"],
        during={"cart": lambda s: (s.tells("add_to_cart", [BOARD], late=900), add_wax(s))},  # type: ignore[func-returns-value]
    )
    report = judge(shopper)
    steps = [each.during for each in report.hits if each.decoded.events[0].canonical == "add_to_cart"]
    assert sorted(steps) == [2, 2, 3, 3]


def test_when_an_event_happened_is_told_where_it_was_sent_later() -> None:
    shopper = visit(
        skip=["add_to_cart"], during={"cart": lambda s: s.tells("add_to_cart", [BOARD], late=1_900)}
    )
    late = [each for each in judge(shopper).hits if each.decoded.events[0].canonical == "add_to_cart"]
    assert late
    assert all(len(each.moments) == len(each.decoded.events) for each in late)
    assert all(1_900 <= each.decoded.hit.at_ms - each.moments[0] < 2_000 for each in late)
    assert all(each.moments == () for each in judge(visit()).hits if each.decoded.hit.step == 0)
