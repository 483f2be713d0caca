"""Runs: recorded whole, read newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from mimetypes import guess_type
from typing import Any

from peewee import JOIN, SQL

from nano_sre.core.diagnostics import Span
from nano_sre.core.kept_hits import in_short
from nano_sre.core.result import Artifact, Attempt, Finding, SkillResult, Status, TargetResult, utc_now
from nano_sre.store.files import ArtifactFiles
from nano_sre.store.models import ArtifactRow, Check, CheckRun, LastStatus
from nano_sre.store.plain import clean, dumps, from_iso, iso, loads, plain, restore

# Under this key of `details` we keep what is ours; the other keys are the skill's own.
OURS = "nano_sre"

Then = Callable[[Any, int, TargetResult], None]
"""What else belongs into the transaction of a result: called with the database, its row's id and the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One recorded result. `timestamp` is UTC, `duration_ms` milliseconds, `details` the skill's own part."""

    id: int
    run_id: str
    run_key: str | None
    timestamp: datetime
    target: str
    check_id: str
    kind: str
    name: str
    store_id: str
    store_url: str
    device: str | None
    market: str | None
    severity: str
    revision: int | None
    status: Status
    inconclusive: str | None
    flaky: bool
    summary: str
    error: str | None
    duration_ms: int
    attempt: int
    worker_id: str | None
    details: dict[str, Any]
    screenshots: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    findings: tuple[Finding, ...]
    span: Span | None
    shared_visit: str | None

    def to_result(self) -> TargetResult:
        """The result as it was recorded, for a report."""
        return TargetResult(
            result=SkillResult(
                self.kind,
                self.status,
                self.summary,
                self.details,
                list(self.screenshots),
                self.timestamp,
                self.error,
            ),
            target=self.target,
            check_id=self.check_id,
            kind=self.kind,
            name=self.name,
            store_id=self.store_id,
            store_url=self.store_url,
            device=self.device,
            market=self.market,
            severity=self.severity,
            revision=self.revision,
            inconclusive=self.inconclusive,
            flaky=self.flaky,
            duration_ms=self.duration_ms,
            attempts=self.attempts,
            findings=self.findings,
            span=self.span,
            shared_visit=self.shared_visit,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestRow:
    """How a target stands now. `summary` and `duration_ms` are gone once the run itself was pruned."""

    target: str
    check_id: str
    run_id: str
    status: Status
    inconclusive: str | None
    timestamp: datetime
    kind: str | None
    name: str | None
    summary: str | None
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows of one result, ready to be inserted; files measured, texts cleaned."""

    result: TargetResult
    run: dict[str, Any]
    artifacts: list[dict[str, Any]] = field(default_factory=list)


def prepare(
    result: TargetResult, *, run_id: str, run_key: str | None, worker_id: str | None, files: ArtifactFiles
) -> Prepared:
    """Reads every artefact once, for its size and hash: not for an event loop's thread."""
    skill = result.result
    run = {
        "timestamp": iso(skill.timestamp),
        "store_url": clean(result.store_url),
        "skill_name": clean(result.kind),
        "status": skill.status,
        "summary": clean(skill.summary),
        "details": dumps({**plain(skill.details), OURS: _our_details(result)}),
        "screenshots": dumps(plain([files.relative(shot) or shot for shot in skill.screenshots])),
        "error": None if skill.error is None else clean(skill.error),
        "target": result.target,
        "check_id": result.check_id,
        "device": result.device,
        "market": result.market,
        "revision": result.revision,
        "inconclusive": None if result.inconclusive is None else clean(result.inconclusive),
        "flaky": result.flaky,
        "duration_ms": result.duration_ms,
        "attempt": len(result.attempts),
        "run_key": run_key,
        "run_id": run_id,
        "worker_id": worker_id,
    }
    now = iso(utc_now())
    rows = [_artifact(artifact, run_id, now, files) for artifact in _artifacts(result, files)]
    return Prepared(result, run, list({row["path"]: row for row in rows}.values()))


def _our_details(result: TargetResult) -> dict[str, Any]:
    ours = {
        "name": result.name,
        "store_id": result.store_id,
        "severity": result.severity,
        "shared_visit": result.shared_visit,
        "span": result.span,
        "findings": result.findings,
        "attempts": tuple(map(_small, result.attempts)),
    }
    return {key: plain(value) for key, value in ours.items() if value}


def _small(attempt: Attempt) -> Attempt:
    """Hits are kept whole where something is wrong; of a passing visit the recorded file has the rest."""
    if attempt.status != "PASS" or not attempt.watched:
        return attempt
    return replace(attempt, watched=tuple(map(in_short, attempt.watched)))


def _artifacts(result: TargetResult, files: ArtifactFiles) -> Iterator[Artifact]:
    for shot in result.result.screenshots:
        path = files.relative(shot)
        if path:
            media_type = guess_type(path)[0] or "application/octet-stream"
            yield Artifact(kind="screenshot", path=path, name=path.rpartition("/")[2], media_type=media_type)
    for attempt in result.attempts:
        yield from attempt.artifacts
        yield from (step.frame for step in attempt.steps if step.frame)


def _artifact(artifact: Artifact, run_id: str, now: str, files: ArtifactFiles) -> dict[str, Any]:
    size, sha256 = files.measure(artifact.path)
    return {
        "run_id": run_id,
        "kind": artifact.kind,
        "name": clean(artifact.name),
        "path": clean(artifact.path),
        "media_type": artifact.media_type,
        "bytes": size,
        "sha256": sha256,
        "created_at": now,
    }


def insert(db: Any, prepared: Sequence[Prepared], *, then: Then | None = None) -> list[int]:
    """Record results inside the caller's transaction; returns the row ids.

    A result whose (run key, target) is recorded already is left as it is; for the others `then` is called.
    """
    ids = [_insert(db, item) for item in prepared]
    fresh = [(item, run) for item, (run, new) in zip(prepared, ids, strict=True) if new]
    # One order in all processes: two that write the same targets cannot wait for each other.
    for item, row_id in sorted(fresh, key=lambda pair: str(pair[0].run["target"])):
        _remember(db, item.run, row_id)
        if then is not None:
            then(db, row_id, item.result)
    return [run for run, _ in ids]


def _insert(db: Any, prepared: Prepared) -> tuple[int, bool]:
    """The row id, and whether the row is new."""
    query = CheckRun.insert(prepared.run).returning(CheckRun.id)
    if prepared.run["run_key"] is not None:
        query = query.on_conflict(
            action="nothing",
            conflict_target=[CheckRun.run_key, CheckRun.target],
            conflict_where=CheckRun.run_key.is_null(False),
        )
    row = next(iter(query.tuples().execute(db)), None)
    if row is None:
        return _recorded(db, prepared.run), False
    run = int(row[0])
    if prepared.artifacts:
        ArtifactRow.insert_many([{**item, "check_run_id": run} for item in prepared.artifacts]).execute(db)
    return run, True


def _recorded(db: Any, run: dict[str, Any]) -> int:
    query = CheckRun.select(CheckRun.id).where(
        CheckRun.run_key == run["run_key"], CheckRun.target == run["target"]
    )
    return int(query.scalar(db))


def _remember(db: Any, run: dict[str, Any], row_id: int) -> None:
    """The target's last status, unless a newer run is known: a late result never overwrites it."""
    kept = ("target", "check_id", "run_id", "status", "inconclusive", "timestamp")
    LastStatus.insert({**{name: run[name] for name in kept}, "check_run_id": row_id}).on_conflict(
        conflict_target=[LastStatus.target],
        preserve=[
            LastStatus.check_id,
            LastStatus.check_run_id,
            LastStatus.run_id,
            LastStatus.status,
            LastStatus.inconclusive,
            LastStatus.timestamp,
        ],
        where=SQL("EXCLUDED.timestamp >= last_status.timestamp"),
    ).execute(db)


def history_query(check_id: str | None, *, target: str | None, limit: int) -> Any:
    """Newest first. A target alone is found through its check, whose index has the order."""
    query = CheckRun.select().order_by(CheckRun.timestamp.desc(), CheckRun.id.desc()).limit(limit)
    if target is not None:
        query = query.where(CheckRun.target == target)
        if check_id is None:
            owner = LastStatus.select(LastStatus.check_id).where(LastStatus.target == target)
            return query.where(CheckRun.check_id == owner)
    return query if check_id is None else query.where(CheckRun.check_id == check_id)


def history(db: Any, check_id: str | None, *, target: str | None, limit: int) -> list[RunRow]:
    return [run_row(row) for row in history_query(check_id, target=target, limit=limit).dicts().execute(db)]


def of_run(db: Any, run_id: str) -> list[RunRow]:
    rows = CheckRun.select().where(CheckRun.run_id == run_id).order_by(CheckRun.id).dicts().execute(db)
    return [run_row(row) for row in rows]


def latest(db: Any) -> list[LatestRow]:
    """From the small table outwards: it costs the same after ten runs and after ten million."""
    known = (Check.check_id == LastStatus.check_id) & (Check.space == "check")
    rows = (
        LastStatus.select(
            LastStatus.target,
            LastStatus.check_id,
            LastStatus.run_id,
            LastStatus.status,
            LastStatus.inconclusive,
            LastStatus.timestamp,
            CheckRun.skill_name.alias("kind"),
            Check.name,
            CheckRun.summary,
            CheckRun.duration_ms,
        )
        .join(CheckRun, JOIN.LEFT_OUTER, on=CheckRun.id == LastStatus.check_run_id)
        .switch(LastStatus)
        .join(Check, JOIN.LEFT_OUTER, on=known)
        .where(Check.state.is_null() | (Check.state != "archived"))
        .order_by(LastStatus.target)
        .dicts()
        .execute(db)
    )
    return [LatestRow(**{**row, "timestamp": from_iso(row["timestamp"])}) for row in rows]


def run_row(row: dict[str, Any]) -> RunRow:
    stored = loads(row["details"])
    details = stored if isinstance(stored, dict) else {}
    ours = details.pop(OURS, None)
    ours = ours if isinstance(ours, dict) else {}
    direct = {name: row[name] for name in _DIRECT}
    return RunRow(
        **direct,
        timestamp=from_iso(row["timestamp"]),
        kind=row["skill_name"],
        name=ours.get("name", row["check_id"]),
        store_id=ours.get("store_id", row["target"].partition("/")[0]),
        severity=ours.get("severity", "P2"),
        details=details,
        screenshots=tuple(loads(row["screenshots"]) or ()),
        attempts=tuple(restore(Attempt, item) for item in ours.get("attempts", ())),
        findings=tuple(restore(Finding, item) for item in ours.get("findings", ())),
        span=restore(Span, ours["span"]) if ours.get("span") else None,
        shared_visit=ours.get("shared_visit"),
    )


_DIRECT = (
    "id",
    "run_id",
    "run_key",
    "target",
    "check_id",
    "store_url",
    "device",
    "market",
    "revision",
    "status",
    "inconclusive",
    "flaky",
    "summary",
    "error",
    "duration_ms",
    "attempt",
    "worker_id",
)
