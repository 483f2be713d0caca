"""Results for tests, with everything they do not care about filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

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

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SPAN = Span("checks/checkout.yaml", 14, 5, 14, 20)


def make_result(
    check_id: str = "checkout",
    *,
    status: Status = "PASS",
    store_id: str = "main",
    device: str = "desktop",
    at: datetime = NOON,
    summary: str = "all as promised",
    details: dict[str, Any] | None = None,
    screenshots: Sequence[str] = (),
    error: str | None = None,
    **more: Any,
) -> TargetResult:
    """One result of a journey on one device; `more` are fields of `TargetResult`."""
    skill = SkillResult("journey", status, summary, dict(details or {}), list(screenshots), at, error)
    fields: dict[str, Any] = {
        "target": f"{store_id}/{check_id}@{device}/us",
        "check_id": check_id,
        "kind": "journey",
        "name": check_id.replace("-", " ").capitalize(),
        "store_id": store_id,
        "store_url": f"https://{store_id}.example.com",
        "device": device,
        "market": "us",
        "revision": 1,
        "duration_ms": 1200,
    }
    return TargetResult(result=skill, **{**fields, **more})


def make_failure(check_id: str = "checkout", **more: Any) -> TargetResult:
    """A failed result with a finding, two attempts, steps and a screenshot, as a browser leaves it."""
    finding = Finding(
        code="R501",
        summary="the button “Add to cart” is not there",
        expected="a button named Add to cart",
        actual="nothing like it",
        evidence=("nearest: Add to bag",),
        span=SPAN,
    )
    frame = Artifact(kind="frame", path="runs/2026-03/r1/frame.png", name="frame.png", media_type="image/png")
    steps = (
        StepReport(title="visit /", verb="visit", state="passed", duration_ms=400, span=SPAN, frame=frame),
        StepReport(title="press Add to cart", verb="press", state="failed", finding=finding, span=SPAN),
    )
    attempts = tuple(
        Attempt(number=number, status="FAIL", steps=steps, duration_ms=600, console=("error: boom",))
        for number in (1, 2)
    )
    fields: dict[str, Any] = {"attempts": attempts, "findings": (finding,), "span": SPAN, "severity": "P1"}
    return make_result(check_id, status="FAIL", error="boom", **{**fields, **more})


def make_report(*results: TargetResult, run_id: str = "r1") -> RunReport:
    return RunReport(
        run_id=run_id,
        started=NOON,
        finished=NOON + timedelta(seconds=3),
        results=results,
        visits=len(results),
    )
