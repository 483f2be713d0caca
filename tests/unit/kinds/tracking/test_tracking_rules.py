"""The rules of tracking where they have to be reasonable: what is a fault, and what only looks like one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nano_sre.core.hits import HostAsked
from nano_sre.core.watch import PageLoad
from nano_sre.kinds._shared.tracking.rules_fields import find_mail
from support.tracking import BOARD, EPOCH, Item, Shopper, codes, judge, visit

WAX = Item(variant="42007777", product="7007", name="Wax", handle="wax", price=Decimal("9.50"))
CONSENT = ("events_before_consent",)
ANY = {"ga4": (), "meta": (), "tiktok": ()}


def early(shopper: Shopper) -> None:
    shopper.tells("page_view", to=["meta"])
    shopper.now += 500


def early_cookieless(shopper: Shopper) -> None:
    shopper.tells("page_view", to=["ga4"], consent="denied")
    shopper.now += 500


# consent


def test_before_the_answer_counts_where_the_law_asks_first_or_the_check_says_so() -> None:
    before = {"before the answer": early}
    assert "R565" in codes(judge(visit(market="de", during=before)))
    assert "R565" in codes(judge(visit(market="gb", during=before)))
    assert "R565" not in codes(judge(visit(market="us", during=before)))
    assert codes(judge(visit(market="us", during=before), never=CONSENT)) == ["R565"]


def test_google_may_tell_without_cookies_unless_that_is_forbidden() -> None:
    shopper = visit(market="de", during={"before the answer": early_cookieless})
    assert codes(judge(shopper, never=CONSENT)) == []
    assert codes(judge(shopper, never=CONSENT, cookieless=False)) == ["R565"]


def test_nothing_may_come_after_no() -> None:
    shopper = visit(market="us", consent="refuse", during={"product": early})
    report = judge(shopper)
    assert codes(report) == ["R565"]
    assert "though the shopper refused" in report.findings[0].summary


def test_a_banner_that_nobody_answered_is_no_consent() -> None:
    assert codes(judge(visit(market="de", consent="leave"))) == ["R565", "R565"]
    assert codes(judge(visit(market="us", consent="leave"))) == []
    assert codes(judge(visit(market="us", consent="leave"), never=CONSENT)) == ["R565", "R565"]


def test_a_store_without_a_banner_is_not_judged() -> None:
    assert codes(judge(visit(market="de", banner=False))) == []


def test_the_store_itself_needs_no_consent() -> None:
    shopper = visit(market="de", during={"before the answer": lambda s: s.hits.append(monorail(s))})
    assert codes(judge(shopper)) == []


def monorail(shopper: Shopper) -> object:
    from nano_sre.core.hits import Hit

    body = b'{"events":[{"schema_id":"trekkie_storefront_page_view/1.4","payload":{},"metadata":{}}],"metadata":{}}'
    url = "https://monorail-edge.shopifysvc.com/unstable/produce_batch"
    return Hit(
        number=1 + len(shopper.hits),
        method="POST",
        url=url,
        body=body,
        length=len(body),
        at_ms=shopper.now,
        step=0,
    )


def test_what_waited_for_consent_is_judged_by_when_it_happened() -> None:
    def replayed_later(shopper: Shopper) -> None:
        shopper.tells(
            "view_item", [BOARD], to=["tiktok"], happened=400, page_url="https://shop.example/products/x"
        )

    shopper = visit(market="de", vendors=("tiktok",), during={"start": replayed_later}, skip=["view_item"])
    at_once = {"happened": 9_000}
    shopper.tells("page_view", to=["tiktok"], **{**at_once, "happened": shopper.now + 20})
    report = judge(shopper, vendors={"tiktok": ()}, never=("late_hit", *CONSENT))
    assert codes(report) == []
    assert EPOCH > 0


def test_a_signal_just_after_the_answer_may_be_the_old_one() -> None:
    shopper = visit(during={"start": lambda s: s.tells("search", to=["ga4"], consent="denied")})
    assert codes(judge(shopper, never=("consent_signal_wrong",))) == []


# repeated events


def test_the_same_product_put_in_twice_is_told_twice() -> None:
    def again(shopper: Shopper) -> None:
        shopper.does("add_to_cart", "Add it again")
        shopper.tells("add_to_cart", [BOARD])

    assert codes(judge(visit(during={"cart": again}), never=("duplicate_events",))) == []


def test_a_page_that_is_loaded_again_tells_again() -> None:
    def reload(shopper: Shopper) -> None:
        shopper.does("reload")
        shopper.opens("/products/complete-snowboard")

    assert codes(judge(visit(during={"product": reload}), never=("duplicate_events",))) == []


def test_one_load_tells_once_even_if_the_second_hit_comes_late() -> None:
    def late(shopper: Shopper) -> None:
        shopper.now += 600
        shopper.tells("page_view", to=["meta"])

    assert codes(judge(visit(during={"product": late}), never=("duplicate_events",))) == ["R560"]


def test_an_order_is_told_once_however_often_the_page_is_loaded() -> None:
    def reload(shopper: Shopper) -> None:
        shopper.does("reload")
        shopper.loads.append(PageLoad(url=shopper.page, step=shopper.step))
        shopper.now += 30_000
        shopper.tells("purchase", [BOARD], order_id="1001", to=["ga4"])

    report = judge(visit(during={"order": reload}), never=("duplicate_events",))
    assert codes(report) == ["R560"]
    assert "for the order 1001" in report.findings[0].summary


def test_one_event_on_two_ways_with_one_id_is_one() -> None:
    def copy(shopper: Shopper) -> None:
        mine = shopper.hits[-1]
        url = mine.url.replace("/tr/?", "/privacy_sandbox/pixel/register/trigger/?")
        shopper.hits.append(replace(mine, number=mine.number + 1, url=url))

    assert (
        codes(judge(visit(vendors=("meta",), during={"cart": copy}), "add_to_cart", vendors={"meta": ()}))
        == []
    )


# amounts


def test_vendors_may_count_an_order_with_or_without_tax_and_shipping() -> None:
    def order(shopper: Shopper) -> None:
        shopper.tells("purchase", [BOARD], to=["ga4"], order_id="1", value=BOARD.total)
        shopper.tells("purchase", [BOARD], to=["meta"], order_id="1", value=BOARD.total + Decimal("18.50"))

    assert codes(judge(visit(skip=["purchase"], during={"order": order}), never=("value_mismatch",))) == []


def test_without_a_truth_the_odd_one_out_is_named() -> None:
    def order(shopper: Shopper) -> None:
        for vendor, value in (("ga4", "699.95"), ("meta", "699.95"), ("tiktok", "1399.90")):
            shopper.tells("purchase", [BOARD], to=[vendor], order_id="1", value=Decimal(value))

    shopper = visit(
        shop_events=False, skip=["purchase"], during={"order": order}, vendors=("ga4", "meta", "tiktok")
    )
    shopper.carts = []
    report = judge(shopper, vendors=ANY, never=("value_mismatch",))
    (finding,) = report.findings
    assert "TikTok" in finding.summary
    assert finding.expected == "699.95"


def test_of_two_vendors_the_one_whose_products_do_not_add_up_is_wrong() -> None:
    def order(shopper: Shopper) -> None:
        shopper.tells("purchase", [BOARD], to=["ga4"], order_id="1")
        shopper.tells("purchase", [BOARD], to=["meta"], order_id="1", value=Decimal(5))

    shopper = visit(shop_events=False, skip=["purchase"], during={"order": order})
    shopper.carts = []
    (finding,) = judge(shopper, never=("value_mismatch",)).findings
    assert "Meta" in finding.summary


def test_cents_are_recognised() -> None:
    report = judge(visit(told={"begin_checkout": {"value": Decimal(69995)}}), never=("value_mismatch",))
    assert report.findings[0].difference == "69,295.05 more: a hundred times as much, so it is in cents"


def test_who_is_right_is_said_beside_who_is_wrong() -> None:
    def cart(shopper: Shopper) -> None:
        shopper.tells("add_to_cart", [BOARD], to=["ga4"])
        shopper.tells("add_to_cart", [BOARD], to=["meta"], value=Decimal(5))

    report = judge(visit(skip=["add_to_cart"], during={"cart": cart}))
    assert report.findings[0].evidence[-1] == "Google Analytics 4 says it rightly"


def test_a_gift_is_worth_nothing() -> None:
    gift = replace(BOARD, price=Decimal(0))
    assert codes(judge(visit(gift), never=("zero_value",))) == []


@pytest.mark.parametrize(
    "text", ["$699.95", "699,95", "1.299,00", "699.95 USD", "NaN", "Infinity", "6e999999"]
)
def test_words_are_no_value(text: str) -> None:
    assert "R554" in codes(judge(visit(told={"add_to_cart": {"value": text}})))


def test_a_wrong_currency_explains_the_wrong_amount() -> None:
    told = {"add_to_cart": {"currency": "EUR", "value": Decimal("640.10")}}
    assert codes(judge(visit(told=told))) == ["R557", "R557"]


def test_a_currency_that_only_the_cart_tells_is_right_before_there_is_a_cart() -> None:
    shopper = visit(shop_events=False)
    shopper.market = "de"
    assert codes(judge(shopper)) == []


def test_ids_of_a_catalogue_hold_the_variants() -> None:
    item = replace(BOARD, variant="shopify_US_7001_42001158")
    told = {event: {"items": [item]} for event in ("view_item", "add_to_cart", "begin_checkout", "purchase")}
    assert codes(judge(visit(told=told))) == []


def test_a_product_that_is_left_out_of_the_order_is_named() -> None:
    def checkout(shopper: Shopper) -> None:
        shopper.puts(BOARD, WAX)
        shopper.sees_cart()
        shopper.tells("begin_checkout", [BOARD])

    shopper = visit(skip=["begin_checkout", "purchase"], during={"checkout": checkout}, shop_events=False)
    report = judge(shopper, never=("missing_items",))
    assert "leaves out Wax" in report.findings[0].summary


# the rest


def test_hosts_that_nobody_knows_are_shown_and_no_fault() -> None:
    seen = replace(visit().seen(), other_hosts=(HostAsked(host="pixel.stranger.example", requests=3),))
    report = judge(seen)
    assert report.findings == ()
    assert report.other_hosts[0].host == "pixel.stranger.example"


def test_hits_that_we_mark_ourselves_are_no_forgotten_tests() -> None:
    shopper = visit(told={"add_to_cart": {"test": True}})
    assert codes(judge(shopper, never=("test_mode_left_on",))) == ["R573"]
    shopper.hits = [replace(each, fate="marked") for each in shopper.hits]
    assert codes(judge(shopper, never=("test_mode_left_on",))) == []


def test_a_hit_that_the_vendor_refuses_failed() -> None:
    shopper = visit()
    shopper.hits[3] = replace(shopper.hits[3], fate="delivered", status=403)
    assert codes(judge(shopper)) == ["R569"]


def test_a_body_that_the_sink_cut_is_no_fault_of_the_store() -> None:
    shopper = visit(vendors=("tiktok",))
    last = shopper.hits[-1]
    shopper.hits[-1] = replace(last, body=last.body[:40], length=len(last.body))
    assert "R574" not in codes(judge(shopper, vendors={"tiktok": ()}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://shop.example/?mail=jo@mail.example", "j…@mail.example"),
        ("https://shop.example/?mail=jo%40mail.example", "j…@mail.example"),
        ("https://v.example/?dl=https%3A%2F%2Fs.example%2F%3Fm%3Djo%2540mail.example", "j…@mail.example"),
        ("https://shop.example/logo@2x.png", None),
        ("https://shop.example/wpm@0c6a1/sandbox", None),
        ("https://cdn.example/npm/lib@4.17.js", None),
        ("f660ab912ec121d1b1e928a0bb4bc61b15f5ad44d5efdc4e1c92a25e99b8e44a", None),
        ("@", None),
        ("a@b", None),
    ],
)
def test_mail_addresses_in_addresses(text: str, found: str | None) -> None:
    assert find_mail(text) == found


def test_hostile_hits_are_judged_and_cut_short() -> None:
    script = "<script>alert(1)</script>" * 2_000
    shopper = visit(told={"add_to_cart": {"value": script, "currency": "\x00" * 500, "account": script}})
    report = judge(shopper, "add_to_cart")
    assert report.findings
    assert all(len(each.summary) < 400 for each in report.findings)
    assert all(len(line) < 400 for each in report.findings for line in each.evidence)
