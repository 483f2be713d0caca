"""The words all reports share: a verdict, a sentence, a headline, a duration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from nano_sre.core.diagnostics import Span
from nano_sre.core.result import Attempt, Finding, Patch, RunReport, StepReport, TargetResult
from nano_sre.core.visible import clean

Verdict = Literal["PASS", "WARN", "FAIL", "INCONCLUSIVE"]

VERDICTS: tuple[Verdict, ...] = ("FAIL", "INCONCLUSIVE", "WARN", "PASS")  # the worst first
GLYPHS: dict[Verdict, str] = {"PASS": "✓", "WARN": "!", "FAIL": "✗", "INCONCLUSIVE": "?"}
_OTHER_WORDS = ("true", "false", "null", "Null", "NULL")  # YAML takes them for something else than text


@dataclass(frozen=True, slots=True)
class Stop:
    """The step at which an attempt failed: `number` counts from 1."""

    number: int
    total: int
    step: StepReport


def verdict(result: TargetResult) -> Verdict:
    """PASS, WARN or FAIL; INCONCLUSIVE when the monitor could not judge."""
    return "INCONCLUSIVE" if result.inconclusive is not None else result.status


def counts(report: RunReport) -> dict[Verdict, int]:
    """How many results have each verdict, the worst first."""
    return {
        "FAIL": report.count("FAIL"),
        "INCONCLUSIVE": report.inconclusive,
        "WARN": report.count("WARN"),
        "PASS": report.count("PASS"),
    }


def worst_first(results: Iterable[TargetResult]) -> list[TargetResult]:
    """FAIL, INCONCLUSIVE, WARN, PASS; then by severity; then as they came."""
    return sorted(results, key=lambda r: (VERDICTS.index(verdict(r)), r.severity))


def sentence(result: TargetResult) -> str:
    """What there is to say about a result, on one line."""
    place_said = f" ({result.findings[0].span})" if result.findings else ""
    candidates = (
        result.inconclusive,  # why it was not judged says more than that it was not
        result.result.summary.removesuffix(place_said),  # reports show the place beside the sentence
        *(f.summary for f in result.findings),
        result.result.error,
    )
    return next((clean(text) for text in candidates if text and clean(text)), "")


def plural(count: int, one: str, many: str | None = None) -> str:
    """“1 check”, “2 checks”."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def duration(milliseconds: float) -> str:
    """“850 ms”, “4.2 s”, “2 min 5 s”."""
    whole = max(0, round(milliseconds))
    if whole < 1000:
        return f"{whole} ms"
    if whole < 59_950:
        return f"{whole / 1000:.1f} s"
    minutes, seconds = divmod(round(whole / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"


def elapsed_ms(report: RunReport) -> int:
    return max(0, round((report.finished - report.started).total_seconds() * 1000))


def headline(report: RunReport) -> str:
    """The whole run in one sentence."""
    total, found = len(report.results), counts(report)
    if not total:
        return "Nothing was checked"
    checks = len({r.check_id for r in report.results})
    of = f"{total:,} {'check' if checks == total else 'target'}{'' if total == 1 else 's'}"
    for word, phrase in (("FAIL", "failed"), ("INCONCLUSIVE", "could not be judged")):
        bad = [r for r in worst_first(report.results) if verdict(r) == word]
        if bad:
            share = f"{len(bad):,} of {of}" if total > 1 else "The check"
            return f"{share} {phrase}{_reason(bad)}"
    passed = f"All {of} passed" if total > 1 else "The check passed"
    if checks < total:
        passed = f"{f'All {checks:,} checks' if checks > 1 else 'The check'} passed, on {total:,} targets"
    return f"{passed}, {found['WARN']:,} with a warning" if found["WARN"] else passed


def _reason(bad: list[TargetResult]) -> str:
    said = list(dict.fromkeys(s for s in map(sentence, bad) if s))
    if not said:
        return ""
    more = f", and {plural(len(said) - 1, 'more problem')}" if len(said) > 1 else ""
    return f": {said[0].rstrip('.')}{more}"


def deciding_attempt(result: TargetResult) -> Attempt | None:
    """The attempt that shows the problem: the last one that did not pass, else the last."""
    bad = [a for a in result.attempts if a.status != "PASS" or a.inconclusive is not None]
    return next(iter(reversed(bad or list(result.attempts))), None)


def stop(attempt: Attempt | None) -> Stop | None:
    """The first step of the attempt that failed."""
    steps = attempt.steps if attempt else ()
    for number, step in enumerate(steps, 1):
        if step.state == "failed":
            return Stop(number, len(steps), step)
    return None


def findings(result: TargetResult) -> tuple[Finding, ...]:
    """The findings of a result; those of its steps when it carries none itself."""
    if result.findings:
        return result.findings
    attempt = deciding_attempt(result)
    return tuple(s.finding for s in attempt.steps if s.finding) if attempt else ()


def place(result: TargetResult) -> Span | None:
    """Where the YAML is that this result is about: the finding's line, else the check's."""
    spans = (f.span for f in findings(result))
    return next((s for s in spans if s), result.span)


def patch_lines(patch: Patch) -> tuple[str, str]:
    """A proposed change as two lines of a diff: what stands in the YAML, and what would."""
    key = next((part for part in reversed(patch.path) if isinstance(part, str)), "")
    return f"- {key}: {_yaml(patch.old)}", f"+ {key}: {_yaml(patch.new)}"


def _yaml(value: Any) -> str:
    """A value as it is written on one line of YAML; quotes where they might be needed."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_yaml, value))}]"
    text = str(value)
    plain = isinstance(value, str) and re.fullmatch(r"[^\W\d_][\w' &()/-]*", text)
    return (
        text
        if plain and text.strip() == text and text not in _OTHER_WORDS
        else json.dumps(value, ensure_ascii=False)
    )
