from __future__ import annotations

import re
from dataclasses import replace

from nano_sre.core.hits import HostAsked
from nano_sre.core.visible import columns
from nano_sre.report.hit_text import end_lines, hit_lines, vendor_word
from support.hostile import PIECES
from support.tracked_report import tracked, watch_report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def lines(at: int, *, width: int = 120) -> str:
    return "\n".join(hit_lines(watch_report().hits[at], color=False, width=width))


def test_an_event_on_one_line() -> None:
    assert (
        lines(2)
        == "  901 ms  ga4        view_item                     749.95 USD    Complete Snowboard  G-DEMO12345"
    )
    assert lines(0) == "  812 ms  ga4        page_view                                   G-DEMO12345"


def test_a_fault_stands_below_its_hit() -> None:
    assert lines(6).splitlines() == [
        "   2.2 s  meta       add_to_cart (AddToCart)       749.95 EUR    Complete Snowboard  1234567890",
        "          ✗ R501 not found on the page",
    ]


def test_a_hit_that_nobody_can_read() -> None:
    assert lines(7).splitlines() == [
        "   2.3 s  unknown    GET https://shop.example/metrics?v=2&tid=G-XX",
        "          ! body: not gzip, although it says so",
    ]


def test_what_a_vendor_is_told_that_is_no_event() -> None:
    judged = watch_report().hits[2]
    judged = replace(judged, decoded=replace(judged.decoded, events=()))
    (line,) = hit_lines(judged, color=False, width=120)
    assert line.startswith(
        "  901 ms  ga4        not an event: POST https://region1.google-analytics.com/collect?"
    )


def test_vendors_keep_their_columns_and_their_colours() -> None:
    words = [
        vendor_word(name, color=True) for name in ("ga4", "meta", "a-vendor-with-a-very-long-name", "店")
    ]
    assert {columns(ANSI.sub("", each)) for each in words} == {11}
    assert len({each.partition("m")[0] for each in words[:2]}) == 2
    assert "\x1b" not in vendor_word("ga4", color=False)


def test_hostile_hits_write_nothing_but_text() -> None:
    evil = "".join(PIECES)
    judged = tracked(1, 0, "ga4", evil, evil, at=1, value=evil, currency=evil, account=evil)
    judged = replace(judged, decoded=replace(judged.decoded, trouble=(evil,)))
    for line in hit_lines(judged, color=False, width=100):
        assert columns(line) <= 100
        assert line.isprintable()


def test_what_came_of_it_all() -> None:
    told = end_lines(watch_report(), color=False, width=100)
    assert told[0] == "8 hits to 3 vendors and 1 to somebody we do not know, 1 of them with a fault"
    assert "  add_to_cart: ga4 1, meta 1 ✗, tiktok 0 ✗" in told
    assert "✗ R502" in told
    assert "    TikTok never heard of add_to_cart." in told
    assert told[-1] == "Other hosts that pages talked to: cdn.reviews.example, chat.example"


def test_many_hosts_are_counted() -> None:
    report = replace(watch_report(), other_hosts=tuple(HostAsked(host=f"h{n}.example") for n in range(20)))
    assert end_lines(report, color=False, width=100)[-1].endswith("h11.example and 8 more")


def test_silence_is_said() -> None:
    assert end_lines(
        replace(watch_report(), hits=(), heard=(), findings=(), other_hosts=()), color=False, width=80
    ) == ["No hit was heard"]
