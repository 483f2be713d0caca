"""A run as JUnit XML: what CI systems show beside a commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from nano_sre.core.result import Attempt, Finding, RunReport, TargetResult
from nano_sre.core.visible import clean, shorten
from nano_sre.report.heard import heard_lines
from nano_sre.report.tracked import reports
from nano_sre.report.words import (
    deciding_attempt,
    duration,
    elapsed_ms,
    findings,
    place,
    sentence,
    stop,
    verdict,
)

_MOST_TEXT = 10_000


def render_junit(report: RunReport) -> str:
    """One suite per store, one case per target. WARN passes with a note; inconclusive is an `<error>`."""
    root = Element("testsuites", {"name": "nano-sre", "time": _seconds(elapsed_ms(report))})
    _count(root, report.results)
    stores: dict[str, list[TargetResult]] = {}
    for result in report.results:
        stores.setdefault(result.store_id, []).append(result)
    for store_id, results in stores.items():
        _suite(root, store_id, results, report)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, store_id: str, results: list[TargetResult], report: RunReport) -> None:
    total = sum(r.duration_ms for r in results)
    suite = SubElement(root, "testsuite", {"name": clean(store_id), "time": _seconds(total)})
    suite.set("timestamp", report.started.replace(microsecond=0).isoformat())
    _count(suite, results)
    _properties(
        suite,
        {
            "run_id": report.run_id,
            "store_url": results[0].store_url,
            "tool_version": report.tool_version,
        },
    )
    for result in results:
        _case(suite, result)


def _count(element: Element, results: Iterable[TargetResult]) -> None:
    words = [verdict(r) for r in results]
    element.set("tests", str(len(words)))
    element.set("failures", str(words.count("FAIL")))
    element.set("errors", str(words.count("INCONCLUSIVE")))
    element.set("skipped", "0")


def _case(suite: Element, result: TargetResult) -> None:
    where = "/".join(part for part in (result.device, result.market) if part)
    name = f"{result.name or result.check_id} [{where}]" if where else result.name or result.check_id
    case = SubElement(suite, "testcase", {"name": clean(name)})
    case.set("classname", clean(f"{result.store_id}.{result.check_id}"))
    case.set("time", _seconds(result.duration_ms))
    if result.span:
        case.set("file", clean(result.span.file))
        case.set("line", str(result.span.line))
    word = verdict(result)
    properties = {"verdict": word, "target": result.target, "kind": result.kind, "severity": result.severity}
    _properties(case, properties | ({"flaky": "true"} if result.flaky else {}) | _measured(result))
    if word == "FAIL":
        code = next((f.code for f in findings(result)), "FAIL")
        _complaint(case, "failure", kind=code, result=result)
    elif word == "INCONCLUSIVE":
        _complaint(case, "error", kind="inconclusive", result=result)
    elif word == "WARN" or result.flaky:
        SubElement(case, "system-out").text = _text([f"{word}: {sentence(result)}", *_story(result)])


def _measured(result: TargetResult) -> dict[str, str]:
    """What watchers measured, such as `LCP /products/x`: 0.4 s."""
    reports = result.attempts[-1].watched if result.attempts else ()
    return {f"{m.name} {m.page}": m.value for r in reports for m in r.measures if m.number is not None}


def _complaint(case: Element, tag: str, *, kind: str, result: TargetResult) -> None:
    message = result.inconclusive if kind == "inconclusive" and result.inconclusive else sentence(result)
    element = SubElement(case, tag, {"type": clean(kind), "message": clean(message)})
    element.text = _text(_story(result))


def _properties(parent: Element, values: dict[str, str]) -> None:
    properties = SubElement(parent, "properties")
    for name, value in values.items():
        SubElement(properties, "property", {"name": name, "value": clean(value)})


def _story(result: TargetResult) -> Iterator[str]:
    """The lines that explain a result to someone who has only the CI log."""
    at = place(result)
    if at:
        yield str(at)
    yield sentence(result)
    stopped = stop(deciding_attempt(result))
    if stopped:
        yield f"step {stopped.number} of {stopped.total}: {stopped.step.title}"
    for finding in findings(result):
        yield from _finding(finding)
    for line in heard_lines(reports(deciding_attempt(result))):
        yield f"heard {line}"
    if result.result.error:
        yield f"error: {result.result.error}"
    if result.flaky:
        yield "flaky: passed only on another try"
    for attempt in result.attempts if len(result.attempts) > 1 else ():
        yield _attempt(attempt)


def _finding(finding: Finding) -> Iterator[str]:
    at = f" ({finding.span})" if finding.span else ""
    yield f"{finding.code}: {finding.summary}{at}"
    for label, value in (
        ("expected", finding.expected),
        ("actual", finding.actual),
        ("difference", finding.difference),
        ("help", finding.hint),
    ):
        if value is not None:
            yield f"  {label}: {value}"
    for line in finding.evidence:
        yield f"  - {line}"


def _attempt(attempt: Attempt) -> str:
    stopped = stop(attempt)
    at = f" at step {stopped.number}: {stopped.step.title}" if stopped else ""
    why = f" ({attempt.inconclusive})" if attempt.inconclusive else ""
    return f"attempt {attempt.number}: {attempt.status}{why} after {duration(attempt.duration_ms)}{at}"


def _text(lines: Iterable[str]) -> str:
    return "\n".join(clean(shorten(line, _MOST_TEXT), newlines=True) for line in lines)


def _seconds(milliseconds: int) -> str:
    return f"{max(0, milliseconds) / 1000:.3f}"
