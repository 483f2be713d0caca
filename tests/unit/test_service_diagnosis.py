"""A failure that is recorded is diagnosed with what the store remembers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from nano_sre.core.result import Artifact, Attempt, Finding
from nano_sre.service import evidence_for, open_store, rule_diagnoser
from support.demo import settings_in
from support.results import NOON, make_report, make_result

PATH = "runs/2026-03/r1/page.aria.txt"


def test_evidence_and_diagnosis_of_a_recorded_failure(tmp_path: Path) -> None:
    finding = Finding(
        code="R514", summary="Checkout answers 500: shoppers who want to pay see an error page."
    )
    snapshot = Artifact(kind="snapshot", path=PATH)
    attempt = Attempt(number=1, status="FAIL", theme="8", artifacts=(snapshot,))
    failed = make_result(status="FAIL", findings=(finding,), attempts=(attempt,))
    passed = make_result(at=NOON - timedelta(days=1), attempts=(Attempt(number=1, status="PASS", theme="7"),))
    beside = replace(make_result("cart"), kind="api")
    with open_store(settings_in(tmp_path)) as store:
        page = tmp_path / PATH
        page.parent.mkdir(parents=True)
        page.write_text("- heading “Internal Server Error”")
        for result in (passed, beside, failed):
            asyncio.run(store.record_run(make_report(result)))
        evidence = evidence_for(store, failed, now=NOON)
    assert [each.check_id for each in evidence.neighbours] == ["cart"]
    assert evidence.last_pass == NOON - timedelta(days=1)
    assert "theme" in (evidence.since_then or {})
    assert evidence.page == "- heading “Internal Server Error”"
    told = asyncio.run(rule_diagnoser().diagnose(evidence))
    assert told.cause is not None
    assert told.cause.id == "checkout-server-error"
    assert told.cause.evidence[0].startswith("Checkout answers 500")
    assert {"theme-published"} & {cause.id for cause in told.causes}
