"""A run arranged for the eye, as plain data for the templates, whose work it is to escape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nano_sre.core.codes import CODES
from nano_sre.core.diagnostics import Span
from nano_sre.core.excerpt import ExcerptLine, excerpt
from nano_sre.core.result import Artifact, Attempt, Finding, RunReport, StepReport, StepState, TargetResult
from nano_sre.core.visible import shorten
from nano_sre.report.images import Image, Images, link
from nano_sre.report.tracked import Tracked
from nano_sre.report.watched import seen_by_step, watched
from nano_sre.report.words import (
    GLYPHS,
    VERDICTS,
    Verdict,
    counts,
    deciding_attempt,
    duration,
    elapsed_ms,
    findings,
    headline,
    patch_lines,
    place,
    plural,
    sentence,
    stop,
    verdict,
    worst_first,
)

_GROUPS: dict[Verdict, str] = {
    "FAIL": "Failed",
    "INCONCLUSIVE": "Could not be judged",
    "WARN": "Passed with a warning",
    "PASS": "Passed",
}
_STATES: dict[StepState, tuple[str, str]] = {
    "passed": ("✓", "passed"),
    "warned": ("!", "passed with a warning"),
    "failed": ("✗", "failed"),
    "skipped": ("-", "skipped"),
    "not_reached": ("·", "not reached"),
}
_LONGEST_TEXT = 8_000
_LONGEST_LINE = 500
_MOST_LINES = 100
_LEAST_BAR = 0.8  # percent: a step too quick to see still leaves a mark


@dataclass(frozen=True, slots=True)
class Page:
    """Everything outside the results."""

    headline: str
    worst: Verdict
    tally: list[dict[str, Any]]
    facts: list[tuple[str, str]]
    stores: list[tuple[str, str]]
    groups: list[dict[str, Any]]
    left_out: int


def page(report: RunReport, images: Images, *, prefix: str = "") -> Page:
    """The whole run; pictures of failing results are embedded first."""
    arranged = _Arranged(report, images, prefix)
    found = counts(report)
    groups = []
    ordered = worst_first(report.results)
    for word in VERDICTS:
        members = [arranged.result(r) for r in ordered if verdict(r) == word]
        if members:
            groups.append({"word": word, "title": _GROUPS[word], "results": members})
    return Page(
        headline=headline(report),
        worst=next((word for word in VERDICTS if found[word]), "INCONCLUSIVE"),
        tally=[{"word": word, "glyph": GLYPHS[word], "count": found[word]} for word in VERDICTS],
        facts=_facts(report),
        stores=sorted({(r.store_id, web_link(r.store_url)) for r in report.results}),
        groups=groups,
        left_out=images.left_out,
    )


def web_link(url: str) -> str:
    """`url` when it is a web address, else nothing: a link must not run anything."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def _facts(report: RunReport) -> list[tuple[str, str]]:
    facts = [
        (
            "Started",
            f"{report.started.day} {report.started:%B %Y, %H:%M} {report.started.tzname() or ''}".strip(),
        ),
        ("Took", duration(elapsed_ms(report))),
    ]
    if report.visits:
        facts.append(("Visits", plural(report.visits, "visit")))
    facts.append(("Run", report.run_id))
    if report.tool_version:
        facts.append(("Nano-SRE", report.tool_version))
    return [(name, value) for name, value in facts if value]


class _Arranged:
    """Numbers the results, and remembers which filmstrips are on the page already."""

    def __init__(self, report: RunReport, images: Images, prefix: str) -> None:
        self._report = report
        self._images = images
        self._prefix = prefix
        self._strips: dict[tuple[str, ...], tuple[str, str]] = {}
        self._number = 0
        self._tracked = Tracked(folder=report.artifacts_dir)

    def result(self, result: TargetResult) -> dict[str, Any]:
        self._number += 1
        anchor = f"r{self._number}"
        word = verdict(result)
        deciding = deciding_attempt(result)
        problems = [self._finding(f) for f in findings(result)]
        at = place(result)
        if word in ("FAIL", "WARN") and at and not any(p["code_lines"] for p in problems):
            problems = [*problems, {"code_lines": self._code(at), "place": str(at)}]
        return {
            "anchor": anchor,
            "word": word,
            "glyph": GLYPHS[word],
            "name": result.name or result.target,
            "target": result.target,
            "severity": result.severity,
            "duration": duration(result.duration_ms),
            "sentence": sentence(result),
            "open": word != "PASS",
            "flaky": result.flaky,
            "lead": f"What went wrong on attempt {deciding.number}" if result.flaky and deciding else "",
            "error": _unsaid_error(result),
            "heard": self._tracked.matrix(deciding),
            "findings": problems,
            "attempts": [self._attempt(a, anchor, result, deciding) for a in result.attempts],
            "screenshots": [self._images.embed(path) for path in result.result.screenshots],
            "facts": _result_facts(result),
            "shop": web_link(result.store_url),
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        code = CODES.get(finding.code)
        return {
            "code": finding.code,
            "title": code.title if code else "",
            "warn": finding.warn,
            "summary": finding.summary,
            "compared": finding.expected is not None or finding.actual is not None,
            "expected": _value(finding.expected),
            "actual": _value(finding.actual),
            "difference": _difference(finding.difference),
            "hint": finding.hint,
            "evidence": _lines(finding.evidence),
            "patch": _difference("\n".join(patch_lines(finding.patch))) if finding.patch else [],
            "code_lines": self._code(finding.span),
            "place": str(finding.span) if finding.span else "",
        }

    def _code(self, span: Span | None) -> tuple[ExcerptLine, ...]:
        source = self._report.sources.get(span.file) if span else None
        return excerpt(source, span, before=4, after=3) if span and source is not None else ()

    def _attempt(
        self, attempt: Attempt, anchor: str, result: TargetResult, deciding: Attempt | None
    ) -> dict[str, Any]:
        own = f"{anchor}-a{attempt.number}"
        frames = [s.frame.path for s in attempt.steps if s.frame]
        word: Verdict = "INCONCLUSIVE" if attempt.inconclusive is not None else attempt.status
        strip, elsewhere = self._strip(attempt, own, result)
        return {
            "anchor": own,
            "number": attempt.number,
            "word": word,
            "glyph": GLYPHS[word],
            "reason": attempt.inconclusive or "",
            "note": attempt.note or "",
            "duration": duration(attempt.duration_ms),
            "open": attempt is deciding,
            "strip": strip,
            "elsewhere": elsewhere,
            "failed": stop(attempt) is not None,
            "steps": self._steps(attempt),
            "watched": watched(attempt),
            "heard": None if attempt is deciding else self._tracked.matrix(attempt),
            "tracked": self._tracked.attempt(attempt),
            "console": _lines(attempt.console),
            "failed_requests": _lines(attempt.failed_requests),
            **self._files(attempt.artifacts, frames),
        }

    def _steps(self, attempt: Attempt) -> list[dict[str, Any]]:
        hits = self._tracked.by_step(attempt)
        return [{**step, "hits": hits.get(at)} for at, step in enumerate(_steps(attempt))]

    def _strip(
        self, attempt: Attempt, anchor: str, result: TargetResult
    ) -> tuple[list[dict[str, Any]], tuple[str, str] | None]:
        """The filmstrip; or, when a result of the same visit shows it already, where that is."""
        key = tuple(s.frame.path for s in attempt.steps if s.frame)
        if key in self._strips:
            return [], self._strips[key]
        if key:
            self._strips[key] = (anchor, result.name or result.target)
        return [
            self._frame(step, step.frame, number)
            for number, step in enumerate(attempt.steps, 1)
            if step.frame
        ], None

    def _frame(self, step: StepReport, frame: Artifact, number: int) -> dict[str, Any]:
        image: Image = self._images.embed(frame.path)
        return {"image": image, "number": number, **_step_words(step)}

    def _files(self, artifacts: tuple[Artifact, ...], shown: list[str]) -> dict[str, Any]:
        pictures = [a for a in artifacts if a.kind in ("screenshot", "frame") and a.path not in shown]
        files = [a for a in artifacts if a.kind not in ("screenshot", "frame")]
        return {
            "pictures": [
                {"image": self._images.embed(a.path), "name": a.name or "Screenshot"} for a in pictures
            ],
            "files": [
                {"href": link(a.path, prefix=self._prefix), "name": a.name or a.kind, "path": a.path}
                for a in files
            ],
        }


def _unsaid_error(result: TargetResult) -> str:
    """The error text, unless a finding says it already."""
    error = result.result.error or ""
    said = any(finding.summary in error for finding in result.findings)
    return "" if said else shorten(error, _LONGEST_TEXT)


def _result_facts(result: TargetResult) -> list[tuple[str, str]]:
    facts = (
        ("Check", result.check_id),
        ("Kind", result.kind),
        ("Store", result.store_id),
        ("Device", result.device or ""),
        ("Market", result.market or ""),
        ("Revision", "" if result.revision is None else str(result.revision)),
        ("Written in", str(result.span) if result.span else ""),
    )
    return [(name, value) for name, value in facts if value]


def _step_words(step: StepReport) -> dict[str, Any]:
    glyph, state = _STATES[step.state]
    return {
        "title": step.title or step.verb,
        "state": state,
        "css": step.state,
        "glyph": glyph,
        "time": "" if step.state == "not_reached" else duration(step.duration_ms),
    }


def _steps(attempt: Attempt) -> list[dict[str, Any]]:
    ends = [s.started_ms + s.duration_ms for s in attempt.steps]
    total = max([attempt.duration_ms, *ends, 1])
    seen = seen_by_step(attempt)
    steps = []
    for number, step in enumerate(attempt.steps, 1):
        left = min(max(step.started_ms, 0) / total * 100, 100 - _LEAST_BAR)
        width = min(max(step.duration_ms / total * 100, _LEAST_BAR), 100 - left)
        bar = None if step.state == "not_reached" else f"left:{left:.2f}%;width:{width:.2f}%"
        note = step.note or (step.finding.summary if step.finding else "")
        steps.append(
            {
                "number": number,
                "bar": bar,
                "note": note,
                "seen": seen.get(number - 1, []),
                **_step_words(step),
            }
        )
    return steps


def _value(text: str | None) -> str | None:
    return None if text is None else shorten(text, _LONGEST_TEXT)


def _difference(text: str | None) -> list[tuple[str, str]]:
    """Lines with what they are: those that begin with + or - are coloured as in any diff."""
    if text is None:
        return []
    kinds = {"+": "added", "-": "removed"}
    return [(kinds.get(line[:1], ""), line) for line in _value_lines(text)]


def _value_lines(text: str) -> list[str]:
    return shorten(text, _LONGEST_TEXT).split("\n")


def _lines(lines: tuple[str, ...]) -> list[str]:
    kept = [shorten(line, _LONGEST_LINE) for line in lines[:_MOST_LINES]]
    rest = len(lines) - len(kept)
    return [*kept, f"… and {plural(rest, 'more line')}"] if rest > 0 else kept
