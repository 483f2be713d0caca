"""What is known of a failure when it becomes an incident: what a message says, and what whoever looks needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nano_sre.core.alert import AlertItem
from nano_sre.core.incident import Notice
from nano_sre.core.result import Attempt, Finding, StepReport, TargetResult
from nano_sre.store.models import LastStatus, Revision
from nano_sre.store.plain import plain

LINES = 20  # of a console or of failed requests: what else there is stands in the run
TARGETS = 50
TITLE = 300
PAGE = "the page is "  # how findings say where they were made


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a result does not say of itself: what its program knows, and the store's theme where that is known.

    `others` are the targets of the check's other devices in the same place; by default those that were seen.
    `run_id` is the round's.
    """

    run_id: str | None = None
    runbook: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    theme: str | None = None
    others: tuple[str, ...] | None = None


def item(
    result: TargetResult,
    notice: Notice,
    beside: Beside,
    *,
    severity: str,
    incident: int | None,
) -> AlertItem:
    """The target as a message shows it."""
    finding, step = _finding(result), _failed_step(result)
    span = finding.span if finding and finding.span else result.span
    return AlertItem(
        target=result.target,
        check_id=result.check_id,
        name=result.name,
        kind=result.kind,
        severity=severity,
        store_id=result.store_id,
        store_url=result.store_url,
        summary=result.result.summary,
        since=notice.since,
        until=notice.until,
        episode=notice.episode,
        incident=incident,
        device=result.device,
        market=result.market,
        step=step.title if step else None,
        expected=finding.expected if finding else None,
        actual=finding.actual if finding else None,
        hint=finding.hint if finding else None,
        evidence=finding.evidence if finding else (),
        place=str(span) if span else None,
        runbook=beside.runbook,
        owner=beside.owner,
        tags=beside.tags,
        screenshot=result.result.screenshots[-1] if result.result.screenshots else None,
        run_id=beside.run_id,
        failures=notice.failures,
    )


def title(result: TargetResult) -> str:
    """What is wrong, in a sentence."""
    finding = _finding(result)
    said = finding.summary if finding else result.result.summary
    return f"{result.name}: {said}"[:TITLE]


def error_context(db: Any, result: TargetResult, beside: Beside) -> dict[str, Any]:
    """What there was when it was found; only what is known. All of it is text of a page or of ours."""
    attempt, finding, step = _last(result), _finding(result), _failed_step(result)
    known: dict[str, Any] = {
        "step": {"title": step.title, "verb": step.verb, "at": str(step.span) if step.span else None}
        if step
        else None,
        "page": next((line.removeprefix(PAGE) for line in _evidence(result) if line.startswith(PAGE)), None),
        "finding": finding,
        "error": result.result.error,
        "inconclusive": result.inconclusive,
        "console": attempt.console[:LINES] if attempt else (),
        "failed_requests": attempt.failed_requests[:LINES] if attempt else (),
        "screenshots": result.result.screenshots,
        "theme": beside.theme,
        "run": beside.run_id,
        **_revision(db, result),
        "also_failing": _also_failing(db, result.target),
    }
    return {name: plain(value) for name, value in known.items() if value not in (None, (), [], {})}


def _finding(result: TargetResult) -> Finding | None:
    """The one that matters: the first that is no mere warning."""
    return next((f for f in result.findings if not f.warn), next(iter(result.findings), None))


def _last(result: TargetResult) -> Attempt | None:
    return result.attempts[-1] if result.attempts else None


def _failed_step(result: TargetResult) -> StepReport | None:
    attempt = _last(result)
    steps = attempt.steps if attempt else ()
    return next((s for s in steps if s.state == "failed"), None)


def _evidence(result: TargetResult) -> list[str]:
    return [line for finding in result.findings for line in finding.evidence]


def _revision(db: Any, result: TargetResult) -> dict[str, Any]:
    """Which text of the check was run, and the commit that it came from."""
    if result.revision is None:
        return {}
    row = Revision.select(Revision.git_commit, Revision.git_dirty, Revision.created_at).where(
        Revision.space == "check", Revision.check_id == result.check_id, Revision.number == result.revision
    )
    found = next(iter(row.dicts().execute(db)), None)
    if found is None:
        return {"revision": result.revision}
    commit = found["git_commit"] and found["git_commit"] + ("+" if found["git_dirty"] else "")
    return {"revision": result.revision, "git_commit": commit, "applied_at": found["created_at"]}


def _also_failing(db: Any, target: str) -> list[str]:
    rows = (
        LastStatus.select(LastStatus.target)
        .where(LastStatus.status == "FAIL", LastStatus.inconclusive.is_null(), LastStatus.target != target)
        .order_by(LastStatus.timestamp.desc())
        .limit(TARGETS)
    )
    return [row[0] for row in rows.tuples().execute(db)]


def lasted(since: datetime | None, until: datetime) -> str:
    """`after 25 min`, or nothing when the beginning is not known."""
    if since is None:
        return ""
    minutes = max(int((until - since).total_seconds() // 60), 0)
    if minutes < 1:
        return " after less than a minute"
    if minutes < 120:
        return f" after {minutes} min"
    if minutes < 48 * 60:
        return f" after {minutes // 60} h {minutes % 60} min"
    return f" after {minutes // (24 * 60)} days"
