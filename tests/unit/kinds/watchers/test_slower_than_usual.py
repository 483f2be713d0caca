"""What is said of pages that are slower than usual, and what is remembered of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.result import WatchReport
from nano_sre.core.usual import WARM_UP, recalled
from nano_sre.kinds._shared.moments import moment
from nano_sre.kinds.watchers.slower_than_usual import SlowerThanUsual
from support.projects import STORE, linked
from support.watched_visit import FakeBaseline, FakeVisit, page_load

WARN = SlowerThanUsual(verdict="warn")
PAGE = "version: 1\nkind: page\nid: quality\nname: Quality\nvisit: /\n"


def judged(kind: SlowerThanUsual, baseline: FakeBaseline | None, *loads: Any, **more: Any) -> WatchReport:
    """One run, whose memory is kept as after a round."""
    visit = FakeVisit(loads=list(loads), baseline=baseline, **more)
    report = asyncio.run(kind.start(visit).verdict())  # type: ignore[arg-type]
    if baseline is not None:
        baseline.commit()
    return report


@pytest.fixture
def known() -> FakeBaseline:
    """The product page takes 1.2 s, of which the server takes 0.3 s; the start page 0.8 s."""
    baseline = FakeBaseline()
    for number in range(WARM_UP + 30):
        more = (number % 5 - 2) / 100
        judged(
            WARN,
            baseline,
            product(1_200 * (1 + more), 300 * (1 + more)),
            page_load("/", LCP=800 * (1 + more)),
        )
    return baseline


def product(lcp: float, ttfb: float) -> Any:
    return page_load("/products/x", LCP=lcp, TTFB=ttfb)


def test_it_learns_first_and_says_so() -> None:
    baseline = FakeBaseline()
    first = judged(WARN, baseline, product(1_200, 300))
    assert first.status == "PASS"
    assert first.summary == f"Still learning what is usual: 1 of {WARM_UP} runs, no verdict yet"
    assert [(m.name, m.value, m.state) for m in first.measures] == [
        ("LCP against usual", f"learning: 1 of {WARM_UP} runs", "absent"),
        ("TTFB against usual", f"learning: 1 of {WARM_UP} runs", "absent"),
    ]
    assert sorted(baseline.kept) == ["LCP /products/x", "TTFB /products/x"]


def test_what_is_slower_is_told_once_for_each_page(known: FakeBaseline) -> None:
    report = judged(WARN, known, product(1_200, 300))
    assert (report.status, report.summary) == ("PASS", "as fast as usual")
    for _ in range(6):
        report = judged(WARN, known, product(1_500, 600), page_load("/", LCP=800))
    (finding,) = report.findings
    assert (report.status, finding.code, finding.warn) == ("WARN", "R535", True)
    assert finding.summary.startswith(
        "LCP of /products/x is usually 1.20 s; the last 6 visits were 25 % slower, since"
    )

    assert (finding.expected, finding.actual) == ("about 1.20 s, give or take 3 %", "1.50 s")
    assert finding.evidence[0] == "this visit: 1.50 s"
    assert finding.evidence[1].startswith("also TTFB of /products/x is usually 300 ms")
    assert "visits took 2.0 times as long, since" in finding.evidence[1]
    assert finding.hint is not None
    assert "app proxies" in finding.hint
    assert "nano-sre baseline accept shop/quality@desktop/us --because" in finding.hint
    states = {(m.page, m.name): (m.state, m.value) for m in report.measures}
    assert states["/products/x", "LCP against usual"] == ("warn", "1.50 s, usually 1.20 s")
    assert states["/", "LCP against usual"] == ("ok", "800 ms, usually 800 ms")


def test_it_fails_where_that_is_asked_for_and_a_trend_only_warns(known: FakeBaseline) -> None:
    strict = SlowerThanUsual(verdict="fail")
    for _ in range(8):
        report = judged(strict, known, product(1_500, 300))
    assert report.status == "FAIL"
    known.kept["LCP /products/x"] |= {"trouble": "trend"}
    report = judged(strict, known, product(1_500, 300))
    assert (report.status, report.findings[0].code) == ("WARN", "R536")
    assert report.findings[0].summary.startswith(
        "LCP of /products/x gets slower little by little: 1.20 s before, 1.50 s now, 25 % more since "
    )


def test_the_median_of_the_loads_counts_and_is_learned_once(known: FakeBaseline) -> None:
    runs = recalled(known.kept["LCP /products/x"]).runs
    memory: dict[str, Any] = {}
    for lcp in (1_210, 9_000, 1_205):
        visit = FakeVisit(loads=[product(lcp, 300)], baseline=known, memory=memory)
        report = asyncio.run(WARN.start(visit).verdict())  # type: ignore[arg-type]
    known.commit()
    usual = recalled(known.kept["LCP /products/x"])
    assert (usual.last, usual.runs) == (1_210, runs + 1)
    assert report.measures[0].number == 1_210


def test_nothing_is_learned_from_what_cannot_be_judged(known: FakeBaseline) -> None:
    before = dict(known.kept)
    traced = judged(WARN, known, product(9_000, 300), traced=True)
    assert "trace was recorded" in (traced.inconclusive or "")
    assert "No page told" in (judged(WARN, known).inconclusive or "")
    assert "Nothing could be measured" in (judged(WARN, known, page_load("/", CLS=0)).inconclusive or "")
    assert known.kept == before


def test_where_nothing_is_remembered_it_says_so_and_complains_of_nothing() -> None:
    report = judged(WARN, None, product(9_000, 300))
    assert (report.status, report.summary) == ("PASS", "not judged: nothing is remembered here")
    assert {m.state for m in report.measures} == {"absent"}


def diagnostics(line: str) -> list[Diagnostic]:
    return linked(STORE, PAGE + line).diagnostics


def test_switched_off_it_costs_nothing_and_alone_it_checks_nothing() -> None:
    (said,) = diagnostics("slower_than_usual: off\n")
    assert said.code == "E401"
    linkage = linked(STORE, PAGE + "slower_than_usual: off\nconsole: {}\n")
    assert linkage.diagnostics == []
    assert [call.word for c in linkage.checks for call in c.check.watchers(c.at)] == ["console"]  # type: ignore[attr-defined]


def test_the_words_it_takes() -> None:
    assert diagnostics("slower_than_usual: {verdict: fail, loads: 1}\n") == []
    (said,) = diagnostics("slower_than_usual: maybe\n")
    assert said.code == "E207"
    (said,) = diagnostics("slower_than_usual: {verdict: warn, loads: 9}\n")
    assert said.code == "E207"
    assert WARN.needs(own=True).loads == 3
    assert WARN.needs(own=False).loads == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-03-03T18:00:00+00:00", "13:00 today"),
        ("2026-03-01T18:00:00+00:00", "Sunday 13:00"),
        ("2026-01-05T18:00:00", "5 January 13:00"),
        ("2025-01-05T18:00:00+00:00", "5 January 2025 13:00"),
        ("yesterday", "some time ago"),
    ],
)
def test_moments_are_said_in_the_time_of_the_store(text: str, says: str) -> None:
    now = datetime(2026, 3, 3, 20, tzinfo=UTC)
    assert moment(text, "America/Toronto", now=now) == says
    assert moment("2026-03-03T18:00:00+00:00", "No/Where", now=now) == "18:00 today"
