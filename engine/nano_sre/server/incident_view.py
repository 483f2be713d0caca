"""Incidents as plain data for the templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nano_sre.core.incident import Incident
from nano_sre.server.view import ago, lasting
from nano_sre.store.runs import RunRow

_CONTEXT = {
    "step": "Step",
    "page": "Page",
    "expected": "Expected",
    "actual": "Actual",
    "evidence": "Evidence",
    "error": "Error",
    "console": "Console",
    "failed_requests": "Failed requests",
    "theme": "Theme",
    "also_failing": "Failing as well",
    "revision": "Revision of the check",
    "git_commit": "Commit of the check",
}
MOST_LINES = 20


def card(incident: Incident, now: datetime) -> dict[str, Any]:
    """An incident in a list."""
    over = incident.state == "resolved"
    flags = [word for word, said in _flags(incident, now) if said]
    ended = incident.resolved_at or now
    lasted = lasting(ended - incident.opened_at)
    return {
        "id": incident.id,
        "severity": incident.severity,
        "title": incident.title,
        "target": incident.target,
        "check_id": incident.check_id,
        "state": incident.state,
        "is_over": over,
        "tone": "over" if over else "FAIL",
        "flags": flags,
        "cause": _cause_title(incident),
        "span": f"{lasted}, {ago(ended, now)}" if over else f"for {lasted}",
        "run_id": incident.run_id,
    }


def _flags(incident: Incident, now: datetime) -> list[tuple[str, bool]]:
    snoozed = incident.snoozed_until is not None and incident.snoozed_until > now
    return [
        (f"acknowledged by {incident.acknowledged_by}", incident.acknowledged_by is not None),
        (f"snoozed by {incident.snoozed_by or 'somebody'}", snoozed),
        ("flapping", incident.flapping),
    ]


def _causes(incident: Incident) -> list[dict[str, Any]]:
    diagnosis = (incident.details or {}).get("diagnosis")
    causes = diagnosis.get("causes", []) if isinstance(diagnosis, dict) else []
    return [each for each in causes if isinstance(each, dict)]


def _cause_title(incident: Incident) -> str | None:
    causes = _causes(incident)
    return str(causes[0].get("title")) if causes else None


def shown(incident: Incident, failed: RunRow | None, now: datetime) -> dict[str, Any]:
    """Everything on an incident's own page but its timeline. `failed` is the run that opened it."""
    return {
        "incident": card(incident, now),
        "causes": [_cause(each) for each in _causes(incident)[:3]],
        "context": [(_CONTEXT[key], lines) for key, lines in _context(incident)],
        "pictures": _pictures(failed) if failed else [],
    }


def _cause(given: dict[str, Any]) -> dict[str, Any]:
    confidence = given.get("confidence")
    links = [str(link) for link in given.get("links", ()) if str(link).startswith("https://")]
    return {
        "title": given.get("title", ""),
        "percent": round(100 * confidence) if isinstance(confidence, (int, float)) else "?",
        "shoppers": given.get("shoppers", ""),
        "remedy": given.get("remedy", ""),
        "evidence": list(given.get("evidence", ()))[:MOST_LINES],
        "links": links,
    }


def _context(incident: Incident) -> list[tuple[str, list[str]]]:
    told = dict(incident.error_context or {})
    finding = told.get("finding")
    if isinstance(finding, dict):
        told |= {key: finding.get(key) for key in ("expected", "actual", "evidence")}
    step = told.get("step")
    if isinstance(step, dict):
        place = f" ({step['at']})" if step.get("at") else ""
        told["step"] = f"{step.get('title', '')}{place}"
    found = []
    for key in _CONTEXT:
        value = told.get(key)
        many = value if isinstance(value, (list, tuple)) else [value]
        lines = [str(each) for each in many if each not in (None, "", {})][:MOST_LINES]
        if lines:
            found.append((key, lines))
    return found


def _pictures(row: RunRow) -> list[dict[str, Any]]:
    """The frames of the last attempt that has any, else the screenshots."""
    for attempt in reversed(row.attempts):
        frames = [
            {"path": step.frame.path, "title": step.title, "state": step.state}
            for step in attempt.steps
            if step.frame is not None
        ]
        if frames:
            return frames
    shots = (path for path in row.screenshots if not path.startswith("/"))
    return [{"path": path, "title": "When it failed", "state": "failed"} for path in shots]
