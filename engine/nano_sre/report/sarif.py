"""A run as SARIF 2.1.0: each broken promise at the line of YAML that asked for it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

from nano_sre.core.diagnostics import Diagnostic
from nano_sre.core.result import Finding, RunReport, TargetResult
from nano_sre.core.sarif import document, plain_text, result_of
from nano_sre.report.words import findings, sentence, verdict


def render_run_sarif(report: RunReport, *, root: Path) -> str:
    """Findings are results; what kept the monitor from its work is a notification of the tool and no result.

    File names are told relative to `root`.
    """
    results = [made for result in report.results for made in _results(result, root)]
    troubles = [_notification(result) for result in report.results if result.inconclusive is not None]
    invocation = {
        "executionSuccessful": not troubles,
        "startTimeUtc": report.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endTimeUtc": report.finished.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "toolExecutionNotifications": troubles,
    }
    more = {"invocations": [invocation], "automationDetails": {"id": f"nano-sre/{report.run_id}"}}
    return document(results, version=report.tool_version or "0", more=more)


def _results(result: TargetResult, root: Path) -> list[dict[str, Any]]:
    if result.inconclusive is not None or verdict(result) == "PASS":
        return []
    found = findings(result) or (
        Finding(code="R521", summary=sentence(result), span=result.span, warn=result.status == "WARN"),
    )
    met: Counter[str] = Counter()
    made = []
    for finding in found:
        met[finding.code] += 1
        made.append(_one(result, finding, root, number=met[finding.code]))
    return made


def _one(result: TargetResult, finding: Finding, root: Path, *, number: int) -> dict[str, Any]:
    diagnostic = Diagnostic(
        code=finding.code,
        message=f"{result.target}: {finding.summary}",
        span=finding.span or result.span,
        severity="warning" if finding.warn or result.status == "WARN" else "error",
        hint=finding.hint,
    )
    made = result_of(diagnostic, root)
    values = (("expected", finding.expected), ("actual", finding.actual))
    made["properties"] = {
        "target": plain_text(result.target),
        "verdict": verdict(result),
        "severity": result.severity,
        "flaky": result.flaky,
        **{name: plain_text(value) for name, value in values if value is not None},
    }
    # The same trouble in the next run is the same alert, wherever its line has moved and whatever amounts it names.
    same = f"{result.target} {finding.code} {number}".encode("utf-8", "replace")
    made["partialFingerprints"] = {"target/v1": hashlib.sha256(same).hexdigest()[:32]}
    return made


def _notification(result: TargetResult) -> dict[str, Any]:
    return {"level": "error", "message": {"text": plain_text(f"{result.target}: {result.inconclusive}")}}
