"""From the attempts of a visit to one result per target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nano_sre.core.kept_hits import kept
from nano_sre.core.program import JourneyParts, Program, SkillCall, StepCall
from nano_sre.core.result import Attempt, Finding, SkillResult, Status, StepReport, TargetResult
from nano_sre.runtime.healing import own_patch
from nano_sre.runtime.options import RunOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """Every attempt of one visit, the last of which decides; what a skill returned is kept beside it."""

    attempts: tuple[Attempt, ...]
    skill: SkillResult | None = None
    store_url: str = ""

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

    @property
    def flaky(self) -> bool:
        """It passed, but only after it had failed."""
        earlier = any(each.status == "FAIL" for each in self.attempts[:-1])
        return earlier and self.last.status != "FAIL" and self.last.inconclusive is None


def target_result(program: Program, tries: Tries, *, shared: str | None, options: RunOptions) -> TargetResult:
    """The verdict of one target, every known secret masked.

    Targets of a shared visit were judged from one member's steps; here each gets its own titles and positions.
    """
    attempts = (_own_words(program, _bounded(each, options)) for each in tries.attempts)
    tries = replace(tries, attempts=tuple(_punctuated(each) for each in attempts))
    findings = _findings(program, tries)
    made = TargetResult(
        result=_skill_result(program, tries, findings, options),
        target=program.target,
        check_id=program.check_id,
        kind=program.kind,
        name=program.name,
        store_id=program.store.id,
        store_url=tries.store_url,
        device=program.device_id,
        market=program.store.market_id,
        severity=program.severity,
        revision=program.revision,
        inconclusive=tries.last.inconclusive,
        flaky=tries.flaky,
        duration_ms=tries.last.duration_ms,
        attempts=tries.attempts,
        findings=findings,
        span=program.span,
        shared_visit=shared,
        tags=program.tags,
        owner=program.owner,
        runbook=program.runbook,
        depends_on=program.depends_on,
    )
    return options.redactor.deep(_turned_round(made) if program.must_fail else made)


def _bounded(attempt: Attempt, options: RunOptions) -> Attempt:
    """With its hits as they may be kept: secrets are masked before texts are cut, or half of one would stay."""
    watched = tuple(kept(each, mask=options.redactor.text) for each in attempt.watched)
    return replace(attempt, watched=watched) if attempt.watched else attempt


def _turned_round(made: TargetResult) -> TargetResult:
    """The verdict of a check of something broken on purpose: it is fine while failures are seen."""
    skill = made.result
    if made.inconclusive is not None:
        return made
    if skill.status == "FAIL":
        seen = replace(skill, status="PASS", summary=f"It fails, as it must: {skill.summary}", error=None)
        return replace(made, result=seen, findings=())
    finding = Finding(
        code="R538",
        summary="It passed, though it must fail.",
        expected="a failure, since the check is of something broken on purpose",
        actual=how_it_went(made.attempts[-1]),
        hint="Either what was broken on purpose was mended, or the monitor does not see failures: run it by hand.",
        span=made.span,
    )
    place = f" ({made.span})" if made.span else ""
    unseen = replace(skill, status="FAIL", summary=f"{finding.summary}{place}", error=_error("FAIL", finding))
    return replace(made, result=unseen, findings=(finding, *made.findings), flaky=False)


def _punctuated(attempt: Attempt) -> Attempt:
    """Every summary a whole sentence, whoever wrote it."""
    steps = tuple(
        replace(step, finding=replace(step.finding, summary=_stopped(step.finding.summary)))
        if step.finding
        else step
        for step in attempt.steps
    )
    why = None if attempt.inconclusive is None else _stopped(attempt.inconclusive)
    return replace(attempt, steps=steps, inconclusive=why)


def _stopped(text: str) -> str:
    return text if not text or text[-1] in ".!?…:" else f"{text}."


def _own_words(program: Program, attempt: Attempt) -> Attempt:
    parts = program.parts
    calls = (*parts.steps, *parts.always) if isinstance(parts, JourneyParts) else ()
    if len(calls) != len(attempt.steps):
        return attempt
    pairs = tuple(zip(calls, attempt.steps, strict=True))
    own = {f" at {report.span})": f" at {call.span})" for call, report in pairs}
    return replace(attempt, steps=tuple(_own_report(call, report, program, own) for call, report in pairs))


def _own_report(call: StepCall, report: StepReport, program: Program, own: Mapping[str, str]) -> StepReport:
    """`own` turns the ends of lines that say where another member's step is into those of this one."""
    finding = report.finding
    if finding is not None:
        ends = ((line, next((end for end in own if line.endswith(end)), "")) for line in finding.evidence)
        evidence = tuple(line.removesuffix(end) + own.get(end, "") for line, end in ends)
        same = finding.span in {None, report.span}
        finding = replace(
            own_patch(finding, call),
            evidence=evidence,
            span=call.span or program.span if same else finding.span,
        )
    return replace(report, title=call.title, span=call.span, finding=finding)


def _findings(program: Program, tries: Tries) -> tuple[Finding, ...]:
    found = _found_in(program, tries.last)
    if tries.flaky:
        first = next(each for each in tries.attempts if each.status == "FAIL")
        found += tuple(replace(each, warn=True) for each in _found_in(program, first) if not each.warn)
    return tuple(replace(each, span=each.span or program.span) for each in found)


def _found_in(program: Program, attempt: Attempt) -> tuple[Finding, ...]:
    """What an attempt says against this program: its steps, unless they are another's, and its watchers."""
    steps = tuple(report.finding for report in attempt.steps if report.finding)
    watched = (finding for report in attempt.watched for finding in report.findings)
    worst_first = tuple(sorted(watched, key=lambda finding: finding.warn))
    of_a_journey = program.watch is not None and program.watch.journey is not None
    return worst_first if of_a_journey else (*steps, *worst_first)


def _skill_result(
    program: Program, tries: Tries, findings: tuple[Finding, ...], options: RunOptions
) -> SkillResult:
    status: Status = "WARN" if tries.flaky else tries.last.status
    summary = _summary(tries, findings, status)
    given = tries.skill
    failing = next((f for f in findings if not f.warn), None)
    return SkillResult(
        skill_name=given.skill_name if given else program.kind,
        status=status,
        summary=summary,
        details=given.details if given else _details(program, tries, findings),
        screenshots=_screenshots(tries),
        timestamp=options.clock.now(),
        error=given.error if given and given.error else _error(status, failing),
    )


def _summary(tries: Tries, findings: tuple[Finding, ...], status: Status) -> str:
    last = tries.last
    if last.inconclusive is not None:
        failed = sum(1 for each in tries.attempts if each.status == "FAIL")
        before = "It failed once, and the retry could not be made: " if failed else ""
        return before + last.inconclusive
    if tries.flaky:
        first = findings[-1].summary if findings else "it failed"
        return f"Passed only on attempt {last.number}; before that: {first}"
    if tries.skill is not None:  # its author's words, with the place if it stands in YAML
        place = next((f" ({f.span})" for f in findings if f.span), "")
        return tries.skill.summary if status == "PASS" else f"{tries.skill.summary}{place}"
    if status == "PASS":
        return "; ".join(each.summary for each in last.watched) or how_it_went(last)
    if last.watched:
        return _watched_summary(last, findings, status)
    reports = [r for r in last.steps if r.finding and (r.state == "failed") == (status == "FAIL")]
    if not reports:
        return how_it_went(last)
    more = f" (and {len(reports) - 1} more)" if len(reports) > 1 else ""
    return _said(reports[0], more)


def _watched_summary(last: Attempt, findings: tuple[Finding, ...], status: Status) -> str:
    told = [each for each in findings if each.warn == (status == "WARN")] or list(findings)
    if not told:
        return how_it_went(last)
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    place = f" ({told[0].span})" if told[0].span else ""
    return f"{told[0].summary.removesuffix('.')}{more}.{place}" if more else f"{told[0].summary}{place}"


def _said(report: StepReport, more: str) -> str:
    assert report.finding is not None
    place = f" ({report.finding.span})" if report.finding.span else ""
    summary = report.finding.summary
    return f"{summary.removesuffix('.')}{more}.{place}" if more else f"{summary}{place}"


def how_it_went(attempt: Attempt) -> str:
    """`11 steps in 3.2 s`."""
    done = sum(1 for report in attempt.steps if report.state in {"passed", "warned", "failed"})
    return f"{done} step{'' if done == 1 else 's'} in {attempt.duration_ms / 1000:.1f} s"


def _error(status: Status, finding: Finding | None) -> str | None:
    if status != "FAIL" or finding is None:
        return None
    lines = [f"{finding.code} {finding.summary}"]
    lines += [f"expected: {finding.expected}"] if finding.expected is not None else []
    lines += [f"actual: {finding.actual}"] if finding.actual is not None else []
    return "\n".join([*lines, *([finding.hint] if finding.hint else [])])


def _details(program: Program, tries: Tries, findings: tuple[Finding, ...]) -> dict[str, Any]:
    details: dict[str, Any] = {"attempts": len(tries.attempts)}
    failed = any(step.state == "failed" for step in tries.last.steps)
    if failed and program.watch is not None and program.watch.journey is not None:
        details["caused_by"] = program.target.replace(
            f"/{program.check_id}@", f"/{program.watch.journey}@", 1
        )
    measured = [each for report in tries.last.watched for each in report.measures if each.number is not None]
    if measured:
        named = {(m.page, m.metric or m.name): m for m in reversed(measured)}
        details["measures"] = [
            {"page": page, "name": name, "value": m.number, "unit": m.unit}
            for (page, name), m in reversed(named.items())
        ]
    if findings:
        details["findings"] = [_plain(each) for each in findings]
    return details


def _plain(finding: Finding) -> dict[str, Any]:
    plain: dict[str, Any] = {"code": finding.code, "summary": finding.summary}
    for name in ("expected", "actual", "difference", "hint"):
        if getattr(finding, name) is not None:
            plain[name] = getattr(finding, name)
    if finding.evidence:
        plain["evidence"] = list(finding.evidence)
    if finding.span:
        plain["at"] = str(finding.span)
    if finding.patch:
        patch = finding.patch
        plain["patch"] = {"file": patch.file, "document": patch.document, "path": list(patch.path)}
        plain["patch"] |= {"old": patch.old, "new": patch.new, "why": patch.why}
    return plain


def _screenshots(tries: Tries) -> list[str]:
    return [a.path for each in tries.attempts for a in each.artifacts if a.kind == "screenshot"]


def is_browser_work(program: Program) -> bool:
    """Whether a program needs a browser."""
    return isinstance(program.parts, (JourneyParts, SkillCall))
