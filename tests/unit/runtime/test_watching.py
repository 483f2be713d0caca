"""Watchers on real pages: what they see, whose verdict it is, and how often the store is visited for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Error

from nano_sre.core.diagnostics import Span
from nano_sre.core.events import Event, TargetFinished, nobody
from nano_sre.core.ports import failed
from nano_sre.core.program import Program
from nano_sre.core.result import RunReport, StepReport, TargetResult, WatchReport
from nano_sre.core.usual import Usual, following, recalled
from nano_sre.core.watch import Needs
from nano_sre.runtime.options import RunOptions
from nano_sre.runtime.runner import run
from nano_sre.spec.compile import programs
from nano_sre.store.store import Store
from support.pages import Site, site
from support.projects import STORE, sound
from support.projects import journey as journey_text

PAGE = "version: 1\nkind: page\nid: quality\nname: Quality\n"
JOURNEY = journey_text("open: /", "see: Welcome", named="buy")
WELCOME = "<title>Shop</title><h1>Welcome</h1>"


def compiled(url: str, *texts: str) -> list[Program]:
    return programs(sound(STORE.replace("https://shop.example", url), *texts).checks)


def go_on(found: Sequence[Program], events: list[Event] | None = None, **more: Any) -> RunReport:
    options = RunOptions(run_id="r1", **({"evidence_rerun": False} | more))
    return asyncio.run(run(found, options=options, listener=nobody if events is None else events.append))


def watch(page: Site | str, keys: str, *, journey: str | None = None, **more: Any) -> TargetResult:
    """The result of a page check with these keys; on a visit of its own if there is no journey."""
    url = page if isinstance(page, str) else page.url
    text = PAGE + ("during: buy\n" if journey else "") + keys
    found = compiled(url, *([journey] if journey else []), text)
    results = go_on([each for each in found if each.kind == "page"], **more).results
    return results[-1]


def seen(result: TargetResult, word: str) -> WatchReport:
    return next(each for each in result.attempts[-1].watched if each.watcher == word)


@pytest.fixture
def shop() -> Any:
    with site(index=WELCOME) as made:
        yield made


def visits(shop: Site) -> int:
    return shop.asked.count("GET /")


# what is seen


def test_errors_of_scripts_with_where_they_came_from_and_how_often(shop: Site) -> None:
    shop.put(
        "/",
        f"""{WELCOME}<script src="/own.js"></script>
        <script>console.error("bad", 1); console.error("bad", 1); console.warn("no error")</script>""",
    )
    shop.put("/own.js", "let fine = 1;\nundefinedThing.start();", headers={"content-type": "text/javascript"})
    result = watch(shop, "visit: /\nconsole: {}\n", retries=0)
    assert result.status == "FAIL"
    assert result.result.summary.startswith(
        "On / scripts fail with 2 errors, first: undefinedThing is not defined"
    )
    (finding,) = result.findings
    assert (finding.code, finding.expected, finding.actual) == ("R531", "at most 0 errors", "2 errors")
    assert finding.evidence[0].startswith("uncaught: ReferenceError: undefinedThing")
    assert finding.evidence[0].endswith("/own.js:2)")
    assert [each.step for each in seen(result, "console").sightings] == [0, 0]
    assert "(2 times)" in seen(result, "console").sightings[1].text


def test_what_is_ignored_is_shown_and_not_counted(shop: Site) -> None:
    shop.put("/", f'{WELCOME}<script>console.error("Chat.example is away")</script>')
    result = watch(shop, "visit: /\nconsole: {ignore: chat.example}\n")
    assert result.status == "PASS"
    assert [each.counted for each in seen(result, "console").sightings] == [False]


def test_a_limit_can_warn_before_it_fails(shop: Site) -> None:
    shop.put("/", f"{WELCOME}<script>console.error(1)</script>")
    result = watch(shop, "visit: /\nconsole: {errors: {at_most: {warn: 0, fail: 3}}}\n")
    assert (result.status, len(result.attempts)) == ("WARN", 1)
    assert result.findings[0].warn


def test_failed_requests_are_named_and_tracking_and_navigation_are_not(shop: Site) -> None:
    shop.put(
        "/",
        f"""{WELCOME}<img src="/gone.png" alt="Size chart"><script src="/gone.js"></script>
        <img src="/no-picture.png" alt="Logo"><img src="https://www.google-analytics.com/collect?v=2">
        <link rel="stylesheet" href="http://127.0.0.1:9/dead.css">
        <script>fetch("/slow").catch(() => 0); fetch("/gone.json")</script>""",
    )
    shop.put("/no-picture.png", "<h1>Sorry</h1>")
    shop.put("/slow", "late", wait=0.8)
    shop.put("/next", WELCOME)
    way = journey_text("open: /", "open: /next", "see: Welcome", named="buy")
    result = watch(shop, "requests: {}\nconsole: {}\n", journey=way, retries=0)
    found = {each.text for each in seen(result, "requests").sightings}
    assert found == {
        "image “Size chart” /gone.png: 404, it is not there",
        "script /gone.js: 404, it is not there",
        "request /gone.json: 404, it is not there",
        "image “Logo” /no-picture.png: it came, but it is no picture",
        "style sheet http://127.0.0.1:9/dead.css: ERR_UNSAFE_PORT",
    }
    assert not any("google" in each or "/slow" in each for each in found)
    assert seen(result, "console").summary == "no console errors", "a failed request is told once"


def test_a_file_that_came_as_something_else_is_a_failed_request_and_no_script_error(shop: Site) -> None:
    shop.put("/", f'{WELCOME}<link rel="stylesheet" href="/assets/base.css">')
    shop.put(
        "/assets/base.css",
        "Not Found",
        headers={"content-type": "text/plain", "x-content-type-options": "nosniff"},
    )
    result = watch(shop, "visit: /\nrequests: {}\nconsole: {}\n", retries=0)
    found = [each.text for each in seen(result, "requests").sightings]
    assert found == ["style sheet /assets/base.css: it came as text/plain, which is no style sheet"]
    assert seen(result, "console").summary == "no console errors"
    assert f"came as text/plain {shop.url}/assets/base.css" in result.attempts[0].failed_requests


def test_liquid_errors_that_shoppers_see_and_those_they_do_not(shop: Site) -> None:
    shop.put(
        "/",
        f"""{WELCOME}<p>Liquid error (snippets/price line 3): divided by 0</p>
        <script>var x = "Liquid error: internal";</script><p>We write about Liquid errors here.</p>""",
    )
    result = watch(shop, "visit: /\nliquid_errors: 0\n", retries=0)
    assert result.result.summary.startswith(
        "The page / shows 2 Liquid errors: “Liquid error (snippets/price line 3)"
    )
    lines = result.findings[0].evidence
    assert any("shoppers see it, from the template snippets/price line 3" in line for line in lines)
    assert any("“Liquid error: internal” (hidden in the page)" in line for line in lines)


def test_vitals_are_measured_by_what_happens_in_the_page(shop: Site) -> None:
    shop.put(
        "/",
        f"""{WELCOME}<button onclick="const t = Date.now(); while (Date.now() - t < 300);
        setTimeout(() => document.body.append('done'), 400)">Press me</button>
        <script>setTimeout(() => {{ const b = document.createElement("div"); b.style.height = "400px";
        document.body.prepend(b); }}, 100);</script><img src="/late.svg">""",
        wait=0.3,
    )
    shop.put(
        "/late.svg",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        wait=0.6,
        headers={"content-type": "image/svg+xml"},
    )
    way = journey_text("open: /", "press: Press me", "see: done", named="buy")
    keys = "vitals: {LCP: 60s, CLS: 5, TTFB: {warn: 250ms, fail: 60s}, INP: {warn: 200ms, fail: 60s}, FCP: 60s}\n"
    result = watch(shop, keys, journey=way)
    found = {each.name: each for each in seen(result, "vitals").measures}
    assert found["TTFB"].number is not None
    assert found["TTFB"].number >= 300
    assert found["INP"].number is not None
    assert found["INP"].number >= 300
    assert found["CLS"].number is not None
    assert found["CLS"].number > 0
    assert found["LCP"].number is not None
    assert found["LCP"].number >= found["TTFB"].number
    assert (result.status, found["TTFB"].state, found["INP"].state) == ("WARN", "warn", "warn")
    assert any(
        "what was pressed was the button “Press me”" in line for f in result.findings for line in f.evidence
    )


def test_what_cannot_be_measured_is_said_and_never_a_pass(shop: Site) -> None:
    result = watch(shop, "vitals: {INP: 200ms}\n", journey=JOURNEY)
    assert (
        result.inconclusive
        == "Nothing of what the check limits could be measured (INP: nobody pressed anything)."
    )
    both = watch(shop, "vitals: {INP: 200ms, TTFB: 60s}\n", journey=JOURNEY)
    assert both.status == "PASS"
    assert [each.state for each in seen(both, "vitals").measures] == ["ok", "absent"]


def test_a_page_cannot_see_or_fool_what_watches_it(shop: Site) -> None:
    shop.put(
        "/",
        f"""{WELCOME}<script>
        document.title = Object.getOwnPropertyNames(window).filter((n) => /nanosre/i.test(n)).join() || "nothing";
        PerformanceObserver = undefined; addEventListener = undefined; performance.getEntriesByType = () => [];
        </script>""",
    )
    way = journey_text("open: /", "expect: {title: nothing}", named="buy")
    result = watch(shop, "vitals: {TTFB: 60s}\n", journey=way)
    assert (result.status, result.inconclusive) == ("PASS", None)


# whose visit it is


def test_a_journey_and_all_that_watch_it_are_one_visit_with_a_verdict_each(shop: Site) -> None:
    shop.put("/", f"{WELCOME}<script>boo()</script>")
    other = PAGE.replace("quality", "liquid") + "during: buy\nliquid_errors: 0\n"
    found = compiled(shop.url, PAGE + "during: buy\nretries: 0\nconsole: {}\n", JOURNEY, other)
    report = go_on(found)
    assert (report.visits, visits(shop)) == (1, 1)
    assert {r.check_id: r.status for r in report.results} == {
        "quality": "FAIL",
        "buy": "PASS",
        "liquid": "PASS",
    }
    assert len({r.shared_visit for r in report.results}) == 1
    assert str(report.results[0].findings[0].span) == "checks/1.yaml:7:1"


def test_a_journey_that_is_paused_or_not_chosen_is_driven_for_its_watchers(shop: Site) -> None:
    paused = JOURNEY.replace("name: Buy\n", "name: Buy\nenabled: false\n")
    result = watch(shop, "console: {}\n", journey=paused)
    assert (result.check_id, result.status, visits(shop)) == ("quality", "PASS", 1)


def test_when_the_journey_fails_its_watchers_are_blind_and_say_why(shop: Site) -> None:
    shop.put("/", f"{WELCOME}<script>boo()</script>")
    broken = journey_text("open: /", "see: {text: Nowhere, timeout: 1s}", named="buy")
    found = compiled(shop.url, PAGE + "during: buy\nconsole: {}\n", broken)
    quality, buy = go_on(found, retries=0).results
    assert buy.status == "FAIL"
    assert quality.status == "WARN"
    assert quality.inconclusive is not None
    assert "The journey “Buy” failed at “See" in quality.inconclusive
    assert "(checks/2.yaml:7:5), so what comes after it was not watched." in quality.inconclusive
    assert quality.result.details["caused_by"] == buy.target
    assert quality.findings == ()
    assert seen(quality, "console").summary == "1 console error on /, as far as the visit went"
    assert "boo is not defined" in seen(quality, "console").sightings[0].text, "what was seen is still shown"


def test_a_visit_of_its_own_that_fails_is_the_checks_failure(shop: Site) -> None:
    result = watch(shop, "visit: /missing\nconsole: {}\n", retries=0)
    assert (result.status, result.findings[0].code, result.inconclusive) == ("FAIL", "R507", None)


def test_what_is_seen_once_only_is_a_warning(shop: Site) -> None:
    found = compiled(shop.url, PAGE + "during: buy\nconsole: {}\n", JOURNEY)
    shop.put("/", f"{WELCOME}<script>boo()</script>")

    def healed(event: Event) -> None:
        if isinstance(event, TargetFinished) and event.result.check_id == "buy":
            shop.put("/", WELCOME)  # between the journey's verdict and the second look

    options = RunOptions(run_id="r1", evidence_rerun=False)
    quality, buy = asyncio.run(run(found, options=options, listener=healed)).results
    assert (buy.status, len(buy.attempts)) == ("PASS", 1)
    assert (quality.status, quality.flaky, len(quality.attempts)) == ("WARN", True, 2)
    assert "Passed only on attempt 2" in quality.result.summary
    assert visits(shop) == 2


@pytest.mark.parametrize(
    ("more", "keys", "often"), [({}, "", 2), ({"retries": 0}, "", 1), ({}, "retries: 0\n", 1)]
)
def test_a_complaint_is_looked_into_once_unless_nobody_wants_that(
    shop: Site, more: dict[str, Any], keys: str, often: int
) -> None:
    shop.put("/", f"{WELCOME}<script>boo()</script>")
    result = watch(shop, f"{keys}console: {{}}\n", journey=JOURNEY, **more)
    assert (result.status, len(result.attempts), visits(shop)) == ("FAIL", often, often)


def test_pages_of_an_own_visit_are_loaded_three_times_for_the_median(shop: Site) -> None:
    result = watch(shop, "visit: /\nvitals: {TTFB: 60s}\nconsole: {}\n")
    assert (result.status, visits(shop), len(result.attempts)) == ("PASS", 3, 3)
    assert "load 3 of 3" in (result.attempts[-1].note or "")
    assert {each.watcher for each in result.attempts[-1].watched} == {"console", "vitals"}
    assert result.result.details["measures"][0]["name"] == "TTFB"


def test_loads_for_a_median_are_only_for_those_who_ask(shop: Site) -> None:
    found = compiled(shop.url, JOURNEY, PAGE + "during: buy\nvitals: {TTFB: 60s, loads: 2}\n")
    buy, quality = go_on(found).results
    assert (len(buy.attempts), len(quality.attempts), visits(shop)) == (1, 2, 2)


def test_third_parties_are_learned_and_a_new_one_is_told_once(shop: Site, tmp_path: Path) -> None:
    port = shop.url.rpartition(":")[2]
    shop.put("/w.js", "", headers={"content-type": "text/javascript"})
    add = f'<script src="http://localhost:{port}/w.js"></script>'
    keys = "requests: {new_third_parties: warn}\n"
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}", data_dir=tmp_path) as store:
        first = watch(shop, keys, journey=JOURNEY, skill_store=store)
        shop.put("/", WELCOME + add)
        second = watch(shop, keys, journey=JOURNEY, skill_store=store)
        third = watch(shop, keys, journey=JOURNEY, skill_store=store)
    assert "learned just now: none" in seen(first, "requests").measures[0].value
    assert (second.status, second.findings[0].code, second.findings[0].actual) == (
        "WARN",
        "R534",
        "localhost",
    )
    assert [first.status, third.status] == ["PASS", "PASS"]
    assert "nothing is remembered" in seen(watch(shop, keys, journey=JOURNEY), "requests").measures[0].value


def test_what_is_usual_is_remembered_and_a_slow_page_is_told(shop: Site, tmp_path: Path) -> None:
    """Sixty runs and three slow ones are remembered; the rest is seen in the browser."""
    usual = Usual()
    for time in (*(20 + number % 3 for number in range(60)), 600, 600, 600):
        usual = following(usual, time, datetime(2026, 3, 1, tzinfo=UTC))
    key: dict[str, Any] = {"target": "summit/quality@desktop/us", "metric": "TTFB /"}
    keys = "slower_than_usual: warn\nvitals: {TTFB: 60s}\n"
    with Store.open(f"sqlite:///{tmp_path / 'x.db'}", data_dir=tmp_path) as store:
        store.update_baseline("page.slower_than_usual", shop.url, usual.as_json(), **key)
        shop.put("/", WELCOME, wait=0.6)
        result = watch(shop, keys, journey=JOURNEY, skill_store=store)
        kept = recalled(store.baseline("page.slower_than_usual", shop.url, **key))
        blind = journey_text("open: /", "see: Nothing of that kind", named="buy")
        failing = watch(shop, keys, journey=blind, skill_store=store, retries=0)
        after = recalled(store.baseline("page.slower_than_usual", shop.url, **key))
    (finding,) = result.findings
    assert (result.status, finding.code) == ("WARN", "R535")
    assert re.search(r"TTFB of / is usually 21 ms; the last 4 visits (were|took) ", finding.summary)
    assert (kept.runs, kept.state, kept.window) == (64, "jump", usual.window)
    assert [m["name"] for m in result.result.details["measures"]].count("TTFB") == 1
    assert failing.inconclusive is not None
    assert after == kept, "nothing is learned from a visit that did not come to its end"


# what cannot go wrong


class Bad:
    """A watcher with a bug, at one place or another."""

    kind_name = "bad"

    def __init__(self, place: str) -> None:
        self.place = place

    def needs(self, *, own: bool) -> Needs:
        return Needs()

    def titles(self) -> tuple[str, ...]:
        return ()

    def start(self, visit: Any) -> Bad:
        self._maybe("start")
        return self

    async def after(self, step: StepReport) -> None:
        self._maybe("after")

    async def verdict(self) -> WatchReport:
        self._maybe("verdict")
        return WatchReport(watcher="bad", summary="fine")

    def _maybe(self, place: str) -> None:
        if place == self.place:
            raise failed("R501", "no") if place == "after" else ValueError("oh")


@pytest.mark.parametrize("place", ["start", "verdict"])
def test_a_bug_in_a_watcher_is_its_own_trouble(shop: Site, place: str) -> None:
    found = compiled(shop.url, PAGE + "during: buy\nconsole: {}\n", JOURNEY)
    quality = next(each for each in found if each.kind == "page")
    assert quality.watch is not None
    call = replace(quality.watch.calls[0], word="bad", watcher=Bad(place))
    bad = replace(quality, watch=replace(quality.watch, calls=(call,)), span=Span("x.yaml", 1, 1))
    spoilt, buy = go_on([bad, next(each for each in found if each.kind == "journey")]).results
    assert buy.status == "PASS"
    assert spoilt.inconclusive == "X901: a bug in the watcher bad: ValueError: oh."


def test_a_browser_that_cannot_be_listened_to_spoils_no_journey(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_given: object) -> None:
        raise Error("Protocol error (Runtime.addBinding): no such thing")

    monkeypatch.setattr(BrowserContext, "new_cdp_session", refused)
    quality, buy = go_on(compiled(shop.url, PAGE + "during: buy\nliquid_errors: 0\n", JOURNEY)).results
    assert buy.status == "PASS"
    assert quality.inconclusive is not None
    assert "does not let us listen to its pages: Protocol error" in quality.inconclusive
