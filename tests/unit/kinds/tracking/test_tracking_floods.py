"""A page gone wild: what a visit costs to judge grows with its hits, and no faster. Calls are counted, not seconds."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from nano_sre.core.hits import ShopEvent
from nano_sre.kinds._shared.tracking.nearest import Nearest
from nano_sre.kinds._shared.tracking.truth import MOST_PRICES
from support.floods import WAYS, flood, published
from support.tracking import Shopper, codes, judge, visit


def calls(shopper: Shopper) -> int:
    """How many calls of functions it takes to judge a visit, steps of generators among them."""
    seen, counted = shopper.seen(), 0

    def count(_frame: FrameType, event: str, _given: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        judge(seen, "page_view", "view_item", "add_to_cart", "purchase")
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("kind", WAYS)
def test_four_times_the_hits_are_four_times_the_work(kind: str) -> None:
    judge(flood(kind, 10))  # what is made once is made
    assert calls(flood(kind, 1_600)) <= 5 * calls(flood(kind, 400))


def test_every_copy_in_a_flood_is_counted() -> None:
    report = judge(flood("one page view", 300))
    (found,) = [each for each in report.findings if each.code == "R560"]
    assert "was sent 300 times" in found.summary or "was sent 301 times" in found.summary
    assert found.evidence[-1].startswith("… and 29")
    assert (
        sum(each.times for each in report.heard if each.event == "page_view" and each.vendor == "meta") >= 300
    )


def test_of_many_accounts_a_message_names_a_few_and_counts_the_others() -> None:
    report = judge(flood("other accounts", 300), vendors={"meta": (), "ga4": ()})
    (found,) = [each for each in report.findings if each.code == "R561"]
    assert "290 more" in (found.actual or "") or "291 more" in (found.actual or "")


def test_a_product_of_too_many_prices_is_not_held_against_any_of_them() -> None:
    def prices(shopper: Shopper) -> None:
        for number in range(MOST_PRICES + 1):
            said = published(1)["productVariant"] | {"price": {"amount": str(5000 + number)}}
            shopper.shop_events.append(ShopEvent(name="cart_viewed", data={"productVariant": said}, at_ms=1))

    report = judge(visit(during={"cart": prices}))
    assert codes(report) == []
    wrong = flood("one product", 4, shop_events=0)
    prices(wrong)
    assert any("more than 100 prices of one product" in each.text for each in judge(wrong).sightings)


def test_of_two_equally_near_words_the_first_is_meant() -> None:
    said = Nearest([(300, 0, "later"), (100, 0, "sooner"), (9_000, 1, "of the step")])
    assert said.to(200, step=0, within=1_000) == "later"
    assert said.to(200, step=1, within=50) == "of the step"
    assert said.to(200, step=2, within=50) is None
