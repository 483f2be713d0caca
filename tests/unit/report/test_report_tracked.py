from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import fromstring

from nano_sre.core.hits import Decoded, Heard, Hit, HostAsked, JudgedHit, TrackedEvent, TrackedItem
from nano_sre.core.kept_hits import kept
from nano_sre.core.result import Finding, WatchReport
from nano_sre.report.heard import hue
from nano_sre.report.html import render_html
from nano_sre.report.json_report import report_document
from nano_sre.report.junit import render_junit
from nano_sre.report.sarif import render_run_sarif
from nano_sre.report.text import summary_lines
from support.hostile import PIECES
from support.tracked_report import tracked, tracked_report, watch_report


def page(watched: WatchReport | None = None) -> str:
    return render_html(tracked_report(watched), read=lambda _path: None)


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))).strip().replace("\N{EN DASH}", "-")


def steps(html: str) -> list[str]:
    """The timeline step by step, as words."""
    timeline = html.partition('<ol class="steps">')[2].partition("</ol>")[0]
    return [words(each) for each in re.split(r'\n  <li class="(?:passed|failed|warned)">', timeline)[1:]]


def test_who_heard_what_stands_first() -> None:
    html = page()
    table = html.partition('aria-label="Who heard what"')[2].partition("</table>")[0]
    rows = [words(row) for row in table.split("<tr>")[1:]]
    assert rows == [
        "Event Google Analytics 4 Meta Pixel TikTok Pixel",
        "page_view 1 1 - nothing heard",
        "view_item ✓ 1 (as expected) ✓ 1 (as expected) ✓ 1 (as expected)",
        "add_to_cart ✓ 1 (as expected) ✗ 1 not found on the page ✗ 0 expected once",
        "user_engagement 1 - nothing heard - nothing heard",
    ]
    assert html.index("Who heard what") < html.index("Expected</dt>")


def expected_and_wrong(*, warn: bool) -> WatchReport:
    """Google heard of the view as often as it should, and something was wrong with it."""
    wrong = Finding(code="R554", summary="Google Analytics 4's view_item has words for a value", warn=warn)
    hits = [
        replace(each, faults=("R554",)) if each.decoded.hit.number == 3 else each
        for each in watch_report().hits
    ]
    return replace(watch_report(), hits=tuple(hits), findings=(*watch_report().findings, wrong))


def cell(html: str, event: str, vendor: int) -> tuple[str, str]:
    """The class and the title of a cell, its column counted from 0."""
    row = html.partition(f'<th scope="row">{event}</th>')[2].partition("</tr>")[0]
    return re.findall(r'<td class="(\w+)" title="([^"]*)">', row)[vendor]


def test_what_came_as_expected_and_is_wrong_is_not_fine() -> None:
    html = page(expected_and_wrong(warn=False))
    assert "view_item ✗ 1 value sent as text" in words(html)
    css, title = cell(html, "view_item", 0)
    assert css == "failed"
    assert title.startswith("heard 1 time; expected at least once; ")
    assert cell(html, "view_item", 1) == ("passed", "heard 1 time; expected at least once")


def test_what_came_as_expected_with_a_warning_says_so() -> None:
    html = page(expected_and_wrong(warn=True))
    assert cell(html, "view_item", 0)[0] == "warned"
    assert "✓ as expected ! with a warning ✗ something is wrong" in words(html)


def test_a_table_without_signs_explains_none() -> None:
    assert "as expected" not in words(
        page(replace(watch_report(), heard=(), findings=(), hits=watch_report().hits[:1]))
    )


def test_of_two_expectations_of_one_event_the_worse_is_shown() -> None:
    twice = tuple(
        Heard(vendor="ga4", event="page_view", times=times, expected=expected, state=state)
        for times, expected, state in ((3, "once", "fail"), (0, "never", "ok"))
    )
    assert (
        cell(page(replace(watch_report(), heard=twice)), "page_view", 0)[1] == "heard 3 times; expected once"
    )


def test_a_hit_stands_under_the_step_that_it_belongs_to() -> None:
    late = replace(tracked(1, 3, "ga4", "view_item", at=2300, canonical="view_item"), step=0)
    shown = steps(page(WatchReport(watcher="pixels", summary="", hits=(late,))))
    assert ["view_item" in each for each in shown] == [True, *(False for _ in shown[1:])]


def test_hits_stand_under_the_step_that_caused_them() -> None:
    shown = steps(page())
    assert [shown[0].count(f" {name} ") for name in ("Account G-DEMO12345", "ViewContent 749.95 USD")] == [
        2,
        2,
    ]
    assert "add_to_cart" not in shown[0]
    assert "view_item ViewContent 749.95 USD Complete Snowboard 922 ms" in shown[0]
    assert "✗ R501 Meta was told EUR where the shop sells in USD (add_to_cart)." in shown[3]
    assert "Look at the currency that the pixel's app takes from the theme." in shown[3]
    assert "Not readable: body: not gzip, although it says so" in shown[3]
    assert "Pixel" not in shown[1]
    assert "Outside the steps Google Analytics 4 user_engagement" in words(page())


def test_all_there_is_to_know_of_a_hit_can_be_unfolded() -> None:
    shown = steps(page())[3]
    assert "Account 1234567890 Value 749.95 EUR Event id atc.77" in shown
    assert "Complete Snowboard 44101, 7001 154cm 1 749.95" in shown
    assert "All parameters ev AddToCart" in shown
    assert (
        "Hit 7: POST https://www.facebook.com/collect, 23 bytes; swallowed here, the vendor never saw it"
        in shown
    )


def test_hosts_that_nobody_knows_and_the_way_to_judge_again() -> None:
    said = words(page())
    assert "cdn.reviews.example (14 requests) chat.example (1 request)" in said
    assert (
        "nano-sre pixels replay /data/runs/20260617-140321-k7f2/2026-06/r1/tracking/1-hits.jsonl.gz" in said
    )


def test_a_path_is_quoted_for_the_shell() -> None:
    report = replace(tracked_report(), artifacts_dir="/my reports; rm -rf")
    assert "replay '/my reports; rm -rf/2026-06/" in words(render_html(report, read=lambda _path: None))


def test_what_the_judge_does_not_say_is_counted() -> None:
    html = page(replace(watch_report(), heard=()))
    assert "add_to_cart 1 ✗ 1 not found on the page - nothing heard" in words(html)


def test_what_happened_earlier_than_it_was_sent_says_so() -> None:
    hits = []
    for number, (at, moments) in enumerate([(500, ()), (9_000, (1_200, 8_500))], 1):
        hit = Hit(number=number, method="POST", url="https://v.example/", at_ms=at, step=0)
        event = TrackedEvent(vendor="v", name="purchase", hit=hit, value="12,00", value_as_text=True)
        decoded = Decoded(hit=hit, vendor="v", events=(event,) * max(1, len(moments)))
        hits.append(JudgedHit(decoded=decoded, moments=moments))
    said = words(page(WatchReport(watcher="pixels", summary="", hits=tuple(hits))))
    assert said.count("Happened") == 1
    assert "Happened 1.2 s into the visit, and was sent later" in said
    assert "purchase “12,00” 9.0 s" in said


def test_a_table_that_is_cut_says_what_is_missing() -> None:
    heard = tuple(Heard(vendor=f"v{each}", event=f"e{each:03}", times=1) for each in range(70))
    said = words(page(replace(watch_report(), hits=(), heard=heard, heard_more=3)))
    assert "e059" in said
    assert "e060" not in said
    assert (
        "… and 10 more events and 50 more vendors not shown here; 3 more events at a vendor not kept" in said
    )


def test_of_two_events_in_one_hit_the_fault_goes_to_the_one_that_it_is_about() -> None:
    one = tracked(1, 0, "ga4", "page_view", "R501", at=1, canonical="page_view")
    two = tracked(1, 0, "ga4", "view_item", at=1, canonical="view_item").decoded.events
    both = replace(one, decoded=replace(one.decoded, events=(*one.decoded.events, *two)))
    wrong = Finding(code="R501", summary="Google Analytics 4's view_item is in GBP")
    heard = tuple(Heard(vendor="ga4", event=name, times=1) for name in ("page_view", "view_item"))
    html = page(WatchReport(watcher="pixels", summary="", hits=(both,), findings=(wrong,), heard=heard))
    assert "page_view 1 view_item ✗ 1 not found on the page" in words(html)
    assert [
        each.count("is in GBP") for each in re.split(r"<summary>\s+<span class=\"vendor\"", html)[1:]
    ] == [0, 1]


def test_hits_that_are_not_shown_are_counted() -> None:
    hits = tuple(replace(each) for each in watch_report().hits if each.decoded.hit.number != 3)
    assert "1 more hit in the recorded file" in words(page(replace(watch_report(), hits=hits)))


def test_verdicts_keep_their_colours_to_themselves() -> None:
    assert all(165 <= hue(name) < 345 for name in ("ga4", "meta", "tiktok", "\ud800", ""))
    assert hue("ga4") != hue("meta")


def hostile() -> WatchReport:
    evil = "".join(PIECES)
    hits = []
    for number in range(1, 150):
        hit = Hit(
            number=number, method=evil, url=f"https://v.example/{evil}", page=evil, at_ms=-5, step=number % 9
        )
        event = TrackedEvent(
            vendor=evil,
            name=evil,
            hit=hit,
            account=evil,
            value=evil,
            currency=evil,
            order_id=evil,
            event_id=evil,
            items=(TrackedItem(ids=(evil,), name=evil, price=evil, quantity=evil, variant=evil),) * 50,
            page_url=evil,
            consent={evil: "granted"},
            fields={f"{evil}{n}": evil * 5 for n in range(2_000 if number == 1 else 20)},
        )
        decoded = Decoded(hit=hit, vendor=evil, events=(event,), trouble=(evil,))
        hits.append(JudgedHit(decoded=decoded, faults=(evil,)))
    heard = (Heard(vendor=evil, event=evil, times=1, expected=evil, state="fail"),)
    return WatchReport(
        watcher=evil, summary=evil, hits=tuple(hits), heard=heard, other_hosts=(HostAsked(host=evil),)
    )


def test_hostile_hits_neither_get_out_nor_fill_the_page() -> None:
    watched = kept(hostile())
    html = page(watched)
    assert "<script" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert len(html) < 8_000_000
    fromstring(render_junit(tracked_report(watched)))
    json.loads(render_run_sarif(tracked_report(watched), root=Path()))
    assert json.loads(json.dumps(report_document(tracked_report(watched)))).get("results")
    assert all("\x1b" not in line for line in summary_lines(tracked_report(watched), color=False, width=100))


def test_other_programs_read_every_hit() -> None:
    (result,) = json.loads(json.dumps(report_document(tracked_report())))["results"]
    (told,) = result["attempts"][0]["watched"]
    wrong = told["hits"][6]
    assert (wrong["number"], wrong["vendor"], wrong["faults"], wrong["step"]) == (7, "meta", ["R501"], 3)
    (event,) = wrong["events"]
    assert (event["name"], event["canonical"], event["value"], event["currency"]) == (
        "AddToCart",
        "add_to_cart",
        "749.95",
        "EUR",
    )
    assert "body" not in wrong
    assert told["heard"][5] == {
        "vendor": "tiktok",
        "event": "add_to_cart",
        "times": 0,
        "expected": "once",
        "state": "fail",
    }
    assert told["other_hosts"][0] == {"host": "cdn.reviews.example", "requests": 14, "first_ms": 0}


def test_a_terminal_and_a_ci_log_say_who_heard_what() -> None:
    lines = summary_lines(tracked_report(), color=False, width=100)
    assert "    heard     page_view: ga4 1, meta 1" in lines
    assert "              add_to_cart: ga4 1, meta 1 ✗, tiktok 0 ✗" in lines
    assert "heard add_to_cart: ga4 1, meta 1 ✗, tiktok 0 ✗" in render_junit(tracked_report())
