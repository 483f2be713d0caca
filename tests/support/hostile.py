"""Runs whose every text comes from a page that means harm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from nano_sre.core.diagnostics import Span
from nano_sre.core.result import (
    Artifact,
    Attempt,
    Finding,
    RunReport,
    SkillResult,
    Status,
    StepReport,
    TargetResult,
)
from support.sample_report import sample_report

# `</pre>` and friends close what the templates open; the rest drives terminals, XML parsers and browsers mad.
PIECES = (
    "<script>alert(1)</script>",
    "</pre></style></title><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "]]>&lt;&#0;&",
    "<!--",
    "\x1b[2J\x1b]0;title\x07",
    "\x00\x01\x0b\x0c\x7f\x85\x9b31m",
    "\ud800\udfff\ufffe\uffff",
    "\u202egnp.exe\u2028\u2029",
    "e" + "\u0301" * 30,
    "../../etc/passwd",
    "\r\n",
)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=4).map("".join)
SPANS = st.none() | st.builds(Span, TEXTS, st.integers(-1, 5), st.integers(-1, 90))
FINDINGS = st.builds(
    Finding,
    code=TEXTS,
    summary=TEXTS,
    expected=st.none() | TEXTS,
    actual=st.none() | TEXTS,
    difference=st.none() | TEXTS,
    hint=st.none() | TEXTS,
    evidence=st.lists(TEXTS, max_size=2).map(tuple),
    span=SPANS,
)
ARTIFACTS = st.builds(
    Artifact, kind=st.sampled_from(["screenshot", "frame", "trace", "other"]), path=TEXTS, name=TEXTS
)
STEPS = st.builds(
    StepReport,
    title=TEXTS,
    verb=TEXTS,
    state=st.sampled_from(["passed", "warned", "failed", "skipped", "not_reached"]),
    started_ms=st.integers(-10, 10_000),
    duration_ms=st.integers(-10, 10_000),
    note=st.none() | TEXTS,
    finding=st.none() | FINDINGS,
    frame=st.none() | ARTIFACTS,
)
ATTEMPTS = st.builds(
    Attempt,
    number=st.integers(1, 3),
    status=st.sampled_from(["PASS", "WARN", "FAIL"]),
    steps=st.lists(STEPS, max_size=2).map(tuple),
    inconclusive=st.none() | TEXTS,
    duration_ms=st.integers(0, 9000),
    artifacts=st.lists(ARTIFACTS, max_size=1).map(tuple),
    console=st.lists(TEXTS, max_size=1).map(tuple),
    failed_requests=st.lists(TEXTS, max_size=1).map(tuple),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.binary(max_size=5) | st.decimals(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS | st.integers(), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def results(draw: st.DrawFn) -> TargetResult:
    details: dict[str, Any] = draw(st.dictionaries(TEXTS, ANYTHING, max_size=2))
    status: Status = draw(st.sampled_from(["PASS", "WARN", "FAIL"]))
    return TargetResult(
        result=SkillResult(
            draw(TEXTS),
            status,
            draw(TEXTS),
            details=details,
            screenshots=draw(st.lists(TEXTS, max_size=1)),
            error=draw(st.none() | TEXTS),
        ),
        target=draw(TEXTS),
        check_id=draw(TEXTS),
        kind=draw(TEXTS),
        name=draw(TEXTS),
        store_id=draw(TEXTS),
        store_url=draw(TEXTS),
        device=draw(st.none() | TEXTS),
        severity=draw(TEXTS),
        inconclusive=draw(st.none() | TEXTS),
        flaky=draw(st.booleans()),
        duration_ms=draw(st.integers(-5, 90_000)),
        attempts=tuple(draw(st.lists(ATTEMPTS, max_size=2))),
        findings=tuple(draw(st.lists(FINDINGS, max_size=1))),
        span=draw(SPANS),
    )


@st.composite
def reports(draw: st.DrawFn) -> RunReport:
    """A run of hostile results, whose sources are hostile too."""
    found = tuple(draw(st.lists(results(), max_size=2)))
    spans = [r.span for r in found if r.span] + [f.span for r in found for f in r.findings if f.span]
    sources = {span.file: draw(TEXTS) for span in spans}
    return replace(sample_report(), results=found, sources=sources, run_id=draw(TEXTS))
