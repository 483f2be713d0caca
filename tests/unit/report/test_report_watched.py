from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from nano_sre.core.result import Attempt, Finding, Measure, RunReport, Sighting, WatchReport
from nano_sre.report.html import render_html
from nano_sre.report.json_report import report_document
from nano_sre.report.junit import render_junit
from nano_sre.store.plain import plain, restore
from support.sample_report import sample_report

SPEED = WatchReport(
    watcher="vitals",
    summary="LCP 4.6 s",
    measures=(
        Measure(
            name="LCP",
            page="/",
            value="4.60 s",
            limit="warn above 2.5s, fail above 4s",
            state="fail",
            number=4600.0,
            unit="ms",
        ),
        Measure(
            name="INP", page="/", value="nobody pressed anything", limit="fail above 500ms", state="absent"
        ),
        Measure(
            name="LCP",
            page="/cart",
            value="900 ms",
            limit="warn above 2.5s, fail above 4s",
            number=900.0,
            unit="ms",
        ),
    ),
    findings=(Finding(code="R530", summary="The largest thing of / was drawn after 4.60 s (LCP)."),),
)
CONSOLE = WatchReport(
    watcher="console",
    summary="1 console error on /",
    sightings=(
        Sighting(text="uncaught: <script>boo</script>", step=1, page="/"),
        Sighting(text="logged: chat is away", step=0, page="/", counted=False),
    ),
)  # fmt: skip


def watched() -> RunReport:
    report = sample_report()
    first = next(r for r in report.results if r.attempts and len(r.attempts[-1].steps) > 2)
    attempt = replace(first.attempts[-1], watched=(SPEED, CONSOLE))
    return replace(report, results=(replace(first, kind="page", attempts=(attempt,)),))


def page() -> str:
    return render_html(watched(), read=lambda _path: None)


def test_the_table_of_measures_has_a_row_for_each_page_and_a_column_for_each_metric() -> None:
    table = re.search(r"<table>.*?</table>", page(), re.DOTALL)
    assert table is not None
    rows = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in table[0].split("<tr>")[1:]]
    assert rows == [
        "Page LCP warn above 2.5s, fail above 4s INP fail above 500ms",
        "/ ✗ 4.60 s (too much) nobody pressed anything (not measured)",
        "/cart ✓ 900 ms (fine)",
    ]


def test_what_was_seen_stands_under_its_step_and_is_escaped() -> None:
    steps = re.findall(r"<li class=\"\w+\">\s*<span class=\"glyph\".*?</li>", page(), re.DOTALL)
    shown = [step for step in steps if 'class="title"' in step]
    assert "chat is away <i>ignored</i>" in shown[0]
    assert "&lt;script&gt;boo" in shown[1]
    assert "seen" not in shown[2]


def test_other_programs_read_the_same() -> None:
    (result,) = json.loads(json.dumps(report_document(watched())))["results"]
    speed, console = result["attempts"][0]["watched"]
    assert (speed["watcher"], speed["status"], speed["measures"][0]["number"]) == ("vitals", "FAIL", 4600.0)
    assert console["sightings"][1] == {
        "text": "logged: chat is away",
        "step": 0,
        "page": "/",
        "counted": False,
    }
    assert '<property name="LCP /cart" value="900 ms" />' in render_junit(watched())
    assert "INP" not in render_junit(watched()).partition("</properties>")[2].partition("</properties>")[0]


def test_a_row_of_the_database_gives_it_back() -> None:
    attempt = watched().results[0].attempts[0]
    data: Any = json.loads(json.dumps(plain(attempt)))
    assert restore(Attempt, data) == attempt
