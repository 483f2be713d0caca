"""Clean visits never alarm, and the order in which hits arrive does not change what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from nano_sre.core.hits import Hit
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.tracking.faults import USUAL, WORDS
from nano_sre.kinds._shared.tracking.seen import Seen
from nano_sre.kinds._shared.tracking.wanted import Wanted
from support.pixel_scenes import SCENES
from support.tracking import ACCOUNTS, BOARD, MARKETS, Item, Shopper, arrived, codes, judge, visit

EVENTS = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")

ON_THE_WAY = 3_500  # ms, a little less than the patience of a check without purchases
WAX = Item(variant="42007777", product="7007", name="Wax", handle="wax", price=Decimal("9.50"))
TOLD = ("ga4", "tiktok")  # one that is known by what the store says, one that says itself when it was
ONCE = Expectation(equals="1")
SLOW_SCENES = SCENES.keys() - {"events_before_consent"}  # where it is forbidden that anything arrives
STEPWISE = (
    Wanted(event="view_item", after="open_product", times=ONCE),
    Wanted(event="add_to_cart", after="Add the wax", times=ONCE),
    Wanted(event="add_to_cart", after="Add to cart", times=Expectation(equals="2")),
    Wanted(event="begin_checkout", after="start_checkout", times=ONCE),
    Wanted(event="purchase", after="place_order", times=ONCE),
)


def bought_twice() -> Shopper:
    """A visit in which a second product is put in the cart on the same page, in a step of its own."""

    def add_wax(shopper: Shopper) -> None:
        shopper.does("add_to_cart", "Add the wax")
        shopper.puts(BOARD, WAX)
        line = {"merchandise": WAX.in_shop(), "quantity": 1}
        shopper.shop_says("product_added_to_cart", {"cartLine": line})
        shopper.tells("add_to_cart", [WAX])
        shopper.sees_cart()

    def both(shopper: Shopper) -> None:
        shopper.tells("begin_checkout", [BOARD, WAX])

    return visit(vendors=TOLD, during={"cart": add_wax, "checkout": both}, skip=["begin_checkout"])


items = st.builds(
    Item,
    variant=st.integers(10_000, 10**14).map(str),
    product=st.integers(10_000, 10**14).map(lambda number: str(number + 10**15)),
    name=st.text(min_size=1, max_size=20),
    handle=st.from_regex(r"[a-z]{3,12}(-[a-z]{3,8})?", fullmatch=True),
    price=st.decimals("0.01", "99999.99", places=2),
    quantity=st.integers(1, 20),
)
vendors = st.lists(st.sampled_from(sorted(ACCOUNTS)), min_size=1, unique=True).map(tuple)


def wanted(event: str) -> Wanted:
    fields = {"currency": Expectation(equals="shop")} if event != "page_view" else {}
    return Wanted(event=event, times=None if event == "page_view" else Expectation(equals="1"), fields=fields)


@settings(max_examples=200, deadline=None)
@given(
    item=items,
    market=st.sampled_from(sorted(MARKETS)),
    told=vendors,
    consent=st.sampled_from(["accept", "refuse"]),
    banner=st.booleans(),
    shop_events=st.booleans(),
    late=st.integers(0, 9_000),
)
def test_a_clean_visit_never_alarms(
    item: Item,
    market: str,
    told: tuple[str, ...],
    consent: str,
    banner: bool,
    shop_events: bool,
    late: int,
) -> None:
    def slow(shopper: Shopper) -> None:
        shopper.now += late
        shopper.tells("purchase", [item], order_id="1001")

    shopper = visit(
        item,
        market=market,
        vendors=told,
        consent=consent if banner else "accept",
        banner=banner,
        shop_events=shop_events,
        skip=["purchase"],
        during={"order": slow},
    )
    accounts = {vendor: (ACCOUNTS[vendor],) for vendor in told}
    asked = [wanted(event) for event in EVENTS]
    for never in (None, USUAL):
        report = judge(shopper, *asked, vendors=accounts, never=never)
        assert report.findings == (), report.findings
        assert report.inconclusive is None


@settings(max_examples=60, deadline=None)
@given(word=st.sampled_from(sorted(SCENES)), data=st.data())
def test_hits_that_arrive_together_may_come_in_any_order(word: str, data: st.DataObject) -> None:
    seen = SCENES[word].wrong().seen()
    by_moment: dict[int, list[Hit]] = {}
    for hit in seen.hits:
        by_moment.setdefault(hit.at_ms, []).append(hit)
    shuffled = [hit for group in by_moment.values() for hit in data.draw(st.permutations(group))]
    numbered = tuple(replace(hit, number=number) for number, hit in enumerate(shuffled, 1))
    asked = [Wanted(event=event) for event in EVENTS]
    assert codes(judge(replace(seen, hits=numbered), *asked)) == codes(judge(seen, *asked))


def late_by(seen: Seen, delays: Sequence[int]) -> Seen:
    """The visit with its hits on their way for so many ms more."""
    slow = [replace(hit, at_ms=hit.at_ms + late) for hit, late in zip(seen.hits, delays, strict=True)]
    return replace(seen, hits=arrived(slow, seen.steps))


@settings(max_examples=150, deadline=None)
@given(word=st.sampled_from(["", *sorted(SLOW_SCENES)]), data=st.data())
def test_hits_may_be_on_their_way_for_as_long_as_we_wait(word: str, data: st.DataObject) -> None:
    seen = (SCENES[word].wrong() if word else bought_twice()).seen()
    delays = st.lists(st.integers(0, ON_THE_WAY), min_size=len(seen.hits), max_size=len(seen.hits))
    slow = late_by(seen, data.draw(delays))
    asked = [Wanted(event=event) for event in EVENTS] if word else STEPWISE
    vendors = None if word else dict.fromkeys(TOLD, ())
    expected, found = judge(seen, *asked, vendors=vendors), judge(slow, *asked, vendors=vendors)
    assert codes(found) == codes(expected)
    assert word or (codes(found) == [] and set(found.heard) == set(expected.heard))


@settings(max_examples=100, deadline=None)
@given(
    value=st.text(max_size=200) | st.decimals(allow_nan=True).map(str),
    account=st.text(max_size=50),
    url=st.text(max_size=300),
    currency=st.text(max_size=10),
)
def test_whatever_is_sent_is_judged(value: str, account: str, url: str, currency: str) -> None:
    told = {"value": value, "account": account, "page_url": url, "currency": currency}
    clean = {k: v.encode("utf-8", "replace").decode() for k, v in told.items()}
    report = judge(visit(told={"add_to_cart": clean}), *EVENTS, never=WORDS)
    assert all(each.summary.endswith(".") for each in report.findings)
    assert len(report.hits) == 16
