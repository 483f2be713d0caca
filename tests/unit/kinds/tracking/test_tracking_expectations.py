"""What `expect` asks of the vendors, in visits that are made by hand and read by the real decoder."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nano_sre.core.fields import Duration
from nano_sre.core.hits import Heard
from nano_sre.core.template import parse
from nano_sre.kinds._shared.compare import Expectation, Limit
from nano_sre.kinds._shared.tracking.wanted import SameAs, Wanted
from support.tracking import BOARD, Item, Shopper, codes, judge, visit

ONCE = Expectation(equals="1")
NEVER = Expectation(equals="0")
EVENTS = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")
WAX = Item(variant="42007777", product="7007", name="Wax", handle="wax", price=Decimal("9.50"))


def add(**more: object) -> Wanted:
    return Wanted(event="add_to_cart", **more)  # type: ignore[arg-type]


def test_a_clean_visit_is_fine_and_says_who_heard_what() -> None:
    report = judge(visit(), *EVENTS)
    assert report.findings == ()
    assert report.inconclusive is None
    assert (
        Heard(vendor="meta", event="purchase", times=1, expected="at least once", state="ok") in report.heard
    )
    assert len(report.hits) == 16
    assert report.summary == "16 hits to Google Analytics 4, Meta Pixel, nothing wrong"


def test_a_vendor_that_heard_nothing_is_told_of_once() -> None:
    report = judge(visit(vendors=("ga4",)), *EVENTS)
    (finding,) = report.findings
    assert finding.code == "R545"
    assert "Meta Pixel heard nothing at all" in finding.summary
    assert finding.expected == "page_view, view_item, add_to_cart, begin_checkout, purchase"


def test_a_listed_vendor_must_hear_something_even_if_nothing_is_expected() -> None:
    assert codes(judge(visit(vendors=("ga4",)))) == ["R545"]
    assert codes(judge(visit(vendors=("ga4",)), vendors={"ga4": ()})) == []


def test_only_some_vendors_are_asked() -> None:
    shopper = visit(
        skip=["add_to_cart"], during={"cart": lambda s: s.tells("add_to_cart", [BOARD], to=["meta"])}
    )
    assert codes(judge(shopper, add(only=("meta",)))) == []
    assert codes(judge(shopper, add(only=("ga4",)))) == ["R545"]


def test_vendors_without_a_word_for_an_event_are_not_asked() -> None:
    report = judge(visit(during={"cart": lambda s: s.tells("view_cart", [BOARD], to=["ga4"])}), "view_cart")
    assert report.findings == ()
    assert [each.vendor for each in report.heard if each.expected] == ["ga4"]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (Expectation(equals="1"), []),
        (Expectation(equals="2"), ["R545"]),
        (Expectation(at_most=Limit(fail="1")), []),
        (Expectation(between=("2", "3")), ["R545"]),
        (NEVER, ["R546"]),
        (Expectation(less_than=Limit(fail="1")), ["R546"]),
    ],
)
def test_how_often(times: Expectation, found: list[str]) -> None:
    assert codes(judge(visit(), add(times=times, only=("meta",)))) == found


def test_a_limit_can_only_warn() -> None:
    report = judge(visit(), add(times=Expectation(at_least=Limit(warn="2", fail="1")), only=("meta",)))
    (finding,) = report.findings
    assert (finding.code, finding.warn, report.status) == ("R545", True, "WARN")


def test_what_was_sent_twice_is_a_duplicate_and_not_too_much_besides() -> None:
    shopper = visit(during={"cart": lambda s: s.tells("add_to_cart", [BOARD], to=["meta"])})
    assert codes(judge(shopper, add(times=ONCE))) == ["R560"]
    assert codes(judge(shopper, add(times=ONCE), never=("unknown_ids",))) == ["R546"]


def test_after_counts_from_the_step_on() -> None:
    shopper = visit()
    assert codes(judge(shopper, add(after="add_to_cart", times=ONCE))) == []
    assert codes(judge(shopper, add(after="start_checkout", times=ONCE))) == ["R545", "R545"]
    assert codes(judge(shopper, add(after="Start the checkout", times=NEVER))) == []


def test_at_counts_around_the_step() -> None:
    assert codes(judge(visit(), Wanted(event="page_view", at="open_product", times=ONCE))) == []
    far = visit(during={"product": lambda s: setattr(s, "now", s.now + 20_000)})
    assert codes(judge(far, add(at="open_product"))) == ["R545", "R545"]


def test_within_names_what_is_late() -> None:
    def late(shopper: Shopper) -> None:
        shopper.now += 6_000
        shopper.tells("add_to_cart", [BOARD])

    shopper = visit(skip=["add_to_cart"], during={"cart": late})
    assert codes(judge(shopper, add(after="add_to_cart", within=Duration.parse("10s")))) == []
    report = judge(shopper, add(after="add_to_cart", within=Duration.parse("3s")))
    assert codes(report) == ["R570", "R570"]
    assert report.findings[0].expected == "within 3 s"


def test_a_step_that_was_left_out_is_not_judged() -> None:
    shopper = visit()
    shopper.steps = [replace(s, state="skipped") if s.verb == "add_to_cart" else s for s in shopper.steps]
    report = judge(shopper, add(after="add_to_cart", times=Expectation(equals="7")))
    assert report.findings == ()
    assert [each.text for each in report.sightings] == [
        "add_to_cart is not judged: the step “add_to_cart” was left out"
    ]


def test_pages_of_an_own_visit_are_named_as_in_the_check() -> None:
    shopper = Shopper()
    for title, path in (("Open home (/)", "/"), ("Open /cart", "/cart")):
        shopper.does("open", title)
        shopper.opens(path)
        shopper.now += 6_000
    pages = (("home", "/"), ("/cart", "/cart"))
    for place in ("home", "/", "/cart"):
        assert codes(judge(shopper, Wanted(event="page_view", at=place, times=ONCE), pages=pages)) == []


def test_saved_values_are_compared() -> None:
    right = add(fields={"value": Expectation(equals=parse("${visit.price}"))})
    assert codes(judge(visit(), right)) == []
    off = visit(told={"add_to_cart": {"value": Decimal("699.90")}})
    assert codes(judge(off, right)) == ["R556", "R556"]


def test_a_value_that_nobody_saved_makes_it_inconclusive() -> None:
    report = judge(visit(), add(fields={"value": Expectation(equals=parse("${visit.nothing}"))}))
    assert report.status == "WARN"
    assert report.inconclusive == "${visit.nothing} has no value: the recording does not hold it."


def test_the_cart_is_the_truth_to_a_hundredth() -> None:
    cart = Wanted(event="begin_checkout", fields={"value": Expectation(equals="cart")})
    assert codes(judge(visit(told={"begin_checkout": {"value": Decimal("699.96")}}), cart)) == []
    report = judge(visit(told={"begin_checkout": {"value": Decimal("699.97")}}), cart)
    assert codes(report) == ["R556", "R556"]
    assert report.findings[0].difference == "0.02 more"


def test_what_the_visit_does_not_show_is_said() -> None:
    shopper = visit(shop_events=False)
    shopper.carts = []
    report = judge(shopper, Wanted(event="begin_checkout", fields={"value": Expectation(equals="cart")}))
    assert report.findings == ()
    assert report.inconclusive == (
        "The visit does not show what the check compares with: the cart, for the value of begin_checkout."
    )


@pytest.mark.parametrize("source", ["cart", "product", "items", "shop"])
def test_each_truth_of_a_value(source: str) -> None:
    wanted = add(fields={"value": Expectation(equals=source)})
    assert codes(judge(visit(), wanted)) == []
    assert codes(judge(visit(told={"add_to_cart": {"value": Decimal(5)}}), wanted)) == ["R556", "R556"]


@pytest.mark.parametrize("source", ["cart", "product", "shop"])
def test_each_truth_of_products(source: str) -> None:
    wanted = add(fields={"items": Expectation(equals=source)})
    assert codes(judge(visit(), wanted)) == []
    assert codes(judge(visit(told={"add_to_cart": {"items": [WAX]}}), wanted)) == ["R558", "R558"]
    assert codes(judge(visit(told={"add_to_cart": {"items": ()}}), wanted)) == ["R549", "R549"]


def test_fields_for_one_vendor_take_the_place_of_those_for_all() -> None:
    wanted = add(
        fields={"currency": Expectation(equals="USD")},
        fields_for={"meta": {"currency": Expectation(equals="CAD")}},
    )
    report = judge(visit(), wanted)
    (finding,) = report.findings
    assert (finding.code, finding.expected, finding.actual) == ("R557", "“CAD”", "“USD”")
    assert "Meta" in finding.summary


def test_products_are_counted_by_the_one_grammar() -> None:
    assert codes(judge(visit(), add(fields={"items": Expectation(at_least=Limit(fail="1"))}))) == []
    assert codes(judge(visit(), add(fields={"items": Expectation(at_least=Limit(fail="2"))}))) == [
        "R553",
        "R553",
    ]


def test_the_ids_of_events() -> None:
    assert codes(judge(visit(), add(only=("meta",), event_id="unique"))) == []
    twice = visit(told={"add_to_cart": {"event_id": "x"}, "begin_checkout": {"event_id": "x"}})
    assert codes(judge(twice, add(only=("meta",), event_id="unique"), never=())) == ["R563"]
    same = visit(vendors=("meta", "tiktok"), told={"add_to_cart": {"event_id": "x"}})
    both = {"meta": (), "tiktok": ()}
    assert codes(judge(same, add(only=("tiktok",), event_id=SameAs(same_as="meta")), vendors=both)) == []


def test_a_word_of_one_vendor() -> None:
    own = Wanted(event="CustomizeProduct", vendor="meta")
    assert codes(judge(visit(), own)) == ["R545"]
    shopper = visit(during={"product": lambda s: s.tells("view_item", to=["meta"], name="CustomizeProduct")})
    assert codes(judge(shopper, own)) == []


def test_several_accounts_may_be_meant() -> None:
    shopper = visit(during={"cart": lambda s: s.tells("add_to_cart", [BOARD], to=["meta"], account="42")})
    assert codes(judge(shopper, "add_to_cart")) == ["R561"]
    both = {"ga4": ("G-DEMO12345",), "meta": ("1234567890", "42")}
    assert codes(judge(shopper, "add_to_cart", vendors=both)) == []
    assert codes(judge(shopper, "add_to_cart", vendors={"ga4": (), "meta": ()})) == ["R561"]


def test_who_only_hears_of_known_shoppers_may_be_silent() -> None:
    assert codes(judge(visit(), "view_item", vendors={"ga4": (), "klaviyo": ()})) == []


def test_a_vendor_that_the_shopper_refused_must_not_hear() -> None:
    report = judge(visit(consent="refuse", market="de"), *EVENTS)
    assert report.findings == ()
    assert {(each.expected, each.state) for each in report.heard if each.vendor == "meta"} == {
        ("nothing, without consent", "ok")
    }
