"""What a message says of one target, taken from the result that showed the trouble. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nano_sre.core.alert import AlertItem
from nano_sre.core.diagnosis import Diagnosis
from nano_sre.core.program import Program
from nano_sre.core.result import Attempt, Finding, TargetResult

LINES = 5  # of evidence


def payload(
    result: TargetResult, *, program: Program | None, diagnosis: Diagnosis | None, run_id: str | None
) -> dict[str, Any]:
    """What is written down with a notice (`core.outbox.Payload`). `program` knows the runbook, the owner and tags."""
    return {
        "item": item(result, program=program, run_id=run_id),
        "causes": diagnosis.causes if diagnosis else (),
    }


def item(result: TargetResult, *, program: Program | None = None, run_id: str | None = None) -> AlertItem:
    """The target of a result, as a message lists it. Times and the incident are the notice's to say."""
    finding = _worst(result)
    last = result.attempts[-1] if result.attempts else None
    return AlertItem(
        target=result.target,
        check_id=result.check_id,
        name=result.name,
        kind=result.kind,
        severity=result.severity,
        store_id=result.store_id,
        store_url=result.store_url,
        summary=finding.summary if finding else result.inconclusive or result.result.summary,
        device=result.device,
        market=result.market,
        step=_failing_step(last),
        place=_place(result, finding),
        screenshot=_screenshot(result, last),
        run_id=run_id,
        **_said(finding),
        **_known(program),
    )


def _worst(result: TargetResult) -> Finding | None:
    """The finding that broke the promise; else the first warning."""
    return next((f for f in result.findings if not f.warn), next(iter(result.findings), None))


def _said(finding: Finding | None) -> Mapping[str, Any]:
    if finding is None:
        return {}
    return {
        "expected": finding.expected,
        "actual": finding.actual,
        "hint": finding.hint,
        "evidence": finding.evidence[:LINES],
    }


def _known(program: Program | None) -> Mapping[str, Any]:
    if program is None:
        return {}
    return {"runbook": program.runbook, "owner": program.owner, "tags": program.tags}


def _failing_step(attempt: Attempt | None) -> str | None:
    steps = attempt.steps if attempt else ()
    return next((step.title for step in steps if step.state == "failed"), None)


def _place(result: TargetResult, finding: Finding | None) -> str | None:
    span = (finding.span if finding else None) or result.span
    return str(span) if span else None


def _screenshot(result: TargetResult, attempt: Attempt | None) -> str | None:
    """The page as the last attempt left it."""
    pictures = [each.path for each in attempt.artifacts if each.kind == "screenshot"] if attempt else []
    return next(iter(pictures or result.result.screenshots), None)
