"""A run as one versioned document of plain values: what `--json` prints and other programs read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from nano_sre.core.diagnostics import Span
from nano_sre.core.hits import JudgedHit, TrackedEvent
from nano_sre.core.render import span_document
from nano_sre.core.result import (
    Artifact,
    Attempt,
    Finding,
    Patch,
    RunReport,
    StepReport,
    TargetResult,
    WatchReport,
)
from nano_sre.report.words import counts, elapsed_ms, headline, verdict

FORMAT = "nano-sre/run"
VERSION = 1

_SURROGATES = re.compile(r"[\ud800-\udfff]")
_DEEPEST = 40
_LONGEST_INT = 4096  # bits; Python refuses to write much longer ones


def report_document(report: RunReport) -> dict[str, Any]:
    """The run as JSON-able values. Keys are only ever added within a version."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "run_id": report.run_id,
        "tool_version": report.tool_version,
        "headline": headline(report),
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "duration_ms": elapsed_ms(report),
        "visits": report.visits,
        "artifacts_dir": report.artifacts_dir,
        "counts": _counts(report),
        "results": [_result(result) for result in report.results],
    }
    plain: dict[str, Any] = jsonable(document)
    return plain


def jsonable(value: Any) -> Any:
    """A copy of `value` that `json.dumps` takes and UTF-8 can carry, whatever a Python skill put into it."""
    return _plain(value, ())


def _text(value: object) -> str:
    return _SURROGATES.sub("\ufffd", str(value))


def _whole(value: int) -> int | str:
    return int(value) if value.bit_length() <= _LONGEST_INT else "<int>"


def _real(value: float) -> float | str:
    return float(value) if math.isfinite(value) else str(float(value))


_SCALARS: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((bool, type(None)), lambda value: value),
    (str, lambda value: _text(str.__str__(value))),
    (int, _whole),
    (float, _real),
    ((datetime, date), lambda value: value.isoformat()),
    ((Decimal, UUID, PurePath), _text),
    ((bytes, bytearray), lambda value: bytes(value).decode("utf-8", "replace")),
)


def _plain(value: Any, above: tuple[int, ...]) -> Any:
    """`above` holds the identities of what contains `value`, so that a circle ends."""
    for types, convert in _SCALARS:
        if isinstance(value, types):
            return convert(value)
    if id(value) in above or len(above) >= _DEEPEST:
        return "…"
    return _nested(value, (*above, id(value)))


def _nested(value: Any, above: tuple[int, ...]) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value, above)
    if isinstance(value, Mapping):
        return {_key(k): _plain(v, above) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, above) for v in value]
    if isinstance(value, (set, frozenset)):
        return sorted((_plain(v, above) for v in value), key=repr)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name), above) for f in fields(value)}
    # Not repr(): it may hold an address, a secret, or raise.
    return f"<{type(value).__qualname__}>"


def _key(key: Any) -> str:
    plain = _plain(key, ())
    return plain if isinstance(plain, str) else str(plain)


def _counts(report: RunReport) -> dict[str, int]:
    found = counts(report)
    return {
        "total": len(report.results),
        "pass": found["PASS"],
        "warn": found["WARN"],
        "fail": found["FAIL"],
        "inconclusive": found["INCONCLUSIVE"],
        "flaky": sum(1 for r in report.results if r.flaky),
    }


def _result(result: TargetResult) -> dict[str, Any]:
    return {
        "target": result.target,
        "check_id": result.check_id,
        "kind": result.kind,
        "name": result.name,
        "store_id": result.store_id,
        "store_url": result.store_url,
        "device": result.device,
        "market": result.market,
        "severity": result.severity,
        "revision": result.revision,
        "verdict": verdict(result),
        "status": result.status,
        "inconclusive": result.inconclusive,
        "flaky": result.flaky,
        "summary": result.result.summary,
        "error": result.result.error,
        "timestamp": result.result.timestamp,
        "duration_ms": result.duration_ms,
        "span": _span(result.span),
        "shared_visit": result.shared_visit,
        "findings": [_finding(f) for f in result.findings],
        "attempts": [_attempt(a) for a in result.attempts],
        "screenshots": result.result.screenshots,
        "details": result.result.details,
    }


def _span(span: Span | None) -> dict[str, Any] | None:
    return span_document(span) if span else None


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "warn": finding.warn,
        "summary": finding.summary,
        "expected": finding.expected,
        "actual": finding.actual,
        "difference": finding.difference,
        "hint": finding.hint,
        "evidence": finding.evidence,
        "span": _span(finding.span),
        "patch": _patch(finding.patch) if finding.patch else None,
    }


def _patch(patch: Patch) -> dict[str, Any]:
    return {
        "file": patch.file,
        "document": patch.document,
        "path": patch.path,
        "old": patch.old,
        "new": patch.new,
        "why": patch.why,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "status": attempt.status,
        "inconclusive": attempt.inconclusive,
        "note": attempt.note,
        "duration_ms": attempt.duration_ms,
        "steps": [_step(s) for s in attempt.steps],
        "artifacts": [_artifact(a) for a in attempt.artifacts],
        "console": attempt.console,
        "failed_requests": attempt.failed_requests,
        "watched": [_watched(w) for w in attempt.watched],
    }


def _watched(report: WatchReport) -> dict[str, Any]:
    return {
        "watcher": report.watcher,
        "status": report.status,
        "inconclusive": report.inconclusive,
        "summary": report.summary,
        "measures": report.measures,
        "sightings": report.sightings,
        "hits": [hit_document(h) for h in report.hits],
        "heard": report.heard,
        "heard_more": report.heard_more,
        "other_hosts": report.other_hosts,
        "findings": [_finding(f) for f in report.findings],
    }


def hit_document(judged: JudgedHit) -> dict[str, Any]:
    """A hit with its events inside it; the body stays in the recorded file."""
    hit, decoded = judged.decoded.hit, judged.decoded
    return {
        "number": hit.number,
        "step": judged.during,
        "at_ms": hit.at_ms,
        "method": hit.method,
        "url": hit.url,
        "length": hit.length,
        "fate": hit.fate,
        "status": hit.status,
        "page": hit.page,
        "vendor": decoded.vendor,
        "faults": judged.faults,
        "trouble": decoded.trouble,
        "events": [_event(e) for e in decoded.events],
    }


def _event(event: TrackedEvent) -> dict[str, Any]:
    return {f.name: getattr(event, f.name) for f in fields(event) if f.name != "hit"}


def _step(step: StepReport) -> dict[str, Any]:
    return {
        "title": step.title,
        "verb": step.verb,
        "state": step.state,
        "started_ms": step.started_ms,
        "duration_ms": step.duration_ms,
        "note": step.note,
        "span": _span(step.span),
        "finding": _finding(step.finding) if step.finding else None,
        "frame": _artifact(step.frame) if step.frame else None,
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {
        "kind": artifact.kind,
        "name": artifact.name,
        "path": artifact.path,
        "media_type": artifact.media_type,
    }
