"""Clean visits never alarm, and the order in which hits arrive does not change what is said of them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from nano_sre.core.hits import Hit
from nano_sre.kinds._shared.compare import Expectation
from nano_sre.kinds._shared.tracking.faults import USUAL, WORDS
from nano_sre.kinds._shared.tracking.wanted import Wanted
from support.pixel_scenes import SCENES
from support.tracking import ACCOUNTS, MARKETS, Item, Shopper, codes, judge, visit

EVENTS = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")

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
