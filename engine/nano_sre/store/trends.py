"""How what was measured went over the last runs: for reports and the status page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nano_sre.core.result import Status
from nano_sre.store.models import CheckRun, LastStatus
from nano_sre.store.plain import from_iso
from nano_sre.store.rollups import measures_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One run. `at` is UTC; `status` is that of the whole check; `value` in ms, or a plain number for CLS."""

    at: datetime
    run_id: str
    status: Status
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A metric of a page, oldest first."""

    page: str
    metric: str
    points: tuple[TrendPoint, ...]


def trends(db: Any, target: str, *, metric: str | None, page: str | None, limit: int) -> list[Trend]:
    """What the last `limit` runs of a target measured, by page and metric, in the order of the newest run."""
    owner = LastStatus.select(LastStatus.check_id).where(LastStatus.target == target)
    query = (
        CheckRun.select(CheckRun.timestamp, CheckRun.run_id, CheckRun.status, CheckRun.details)
        .where(CheckRun.target == target, CheckRun.check_id == owner)
        .order_by(CheckRun.timestamp.desc(), CheckRun.id.desc())
        .limit(limit)
    )
    found: dict[tuple[str, str], list[TrendPoint]] = {}
    for row in query.dicts().execute(db):
        for where, name, value in measures_of(row["details"]):
            if metric in (None, name) and page in (None, where):
                point = TrendPoint(
                    at=from_iso(row["timestamp"]), run_id=row["run_id"], status=row["status"], value=value
                )
                found.setdefault((where, name), []).append(point)
    return [
        Trend(page=where, metric=name, points=tuple(reversed(points)))
        for (where, name), points in found.items()
    ]
