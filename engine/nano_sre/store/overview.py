"""How everything stands, for a page: each target with its last runs, and the checks that never ran."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nano_sre.core.result import Status
from nano_sre.store.models import Check, CheckRun
from nano_sre.store.plain import from_iso
from nano_sre.store.runs import LatestRow, latest

RUNS_SHOWN = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """One run as a mark on a page. `number` is the row's id."""

    number: int
    run_id: str
    status: Status
    inconclusive: str | None
    flaky: bool
    timestamp: datetime
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a target stands, with its last runs, oldest first."""

    now: LatestRow
    runs: tuple[PastRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrun:
    """A check that is applied and has no result yet, or is paused."""

    check_id: str
    name: str
    kind: str
    paused: bool


def standings(db: Any, *, check_id: str | None = None, limit: int = RUNS_SHOWN) -> list[Standing]:
    """Every target (of one check, when that is said), by name. Starts from the small table of last results."""
    targets: dict[str, list[LatestRow]] = defaultdict(list)
    for row in latest(db):
        if check_id is None or row.check_id == check_id:
            targets[row.check_id].append(row)
    found = [
        Standing(now=row, runs=tuple(reversed(past[row.target][:limit])))
        for check, rows in targets.items()
        for past in (_past(db, check, limit=limit * len(rows)),)
        for row in rows
    ]
    return sorted(found, key=lambda each: each.now.target)


def _past(db: Any, check_id: str, *, limit: int) -> dict[str, list[PastRun]]:
    """The last runs of a check by target, newest first; its targets run about equally often."""
    columns = (
        CheckRun.id.alias("number"),
        CheckRun.run_id,
        CheckRun.target,
        CheckRun.status,
        CheckRun.inconclusive,
        CheckRun.flaky,
        CheckRun.timestamp,
        CheckRun.duration_ms,
    )
    rows = (
        CheckRun.select(*columns)
        .where(CheckRun.check_id == check_id)
        .order_by(CheckRun.timestamp.desc(), CheckRun.id.desc())
        .limit(limit)
        .dicts()
        .execute(db)
    )
    found: dict[str, list[PastRun]] = defaultdict(list)
    for row in rows:
        target = row.pop("target")
        found[target].append(PastRun(**{**row, "timestamp": from_iso(row["timestamp"])}))
    return found


def unrun(db: Any) -> list[Unrun]:
    """Registered checks without any result, and paused ones."""
    ran = {row.check_id for row in latest(db)}
    rows = (
        Check.select(Check.check_id, Check.name, Check.kind, Check.state)
        .where(Check.space == "check", Check.state != "archived", Check.kind != "fragment")
        .order_by(Check.check_id)
        .dicts()
        .execute(db)
    )
    return [
        Unrun(check_id=row["check_id"], name=row["name"], kind=row["kind"], paused=row["state"] == "paused")
        for row in rows
        if row["state"] == "paused" or row["check_id"] not in ran
    ]
