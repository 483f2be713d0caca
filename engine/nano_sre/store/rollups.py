"""Days of targets whose runs are gone: how many passed, how long they took, what was measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import EXCLUDED, SqliteDatabase, fn

from nano_sre.store.alert_models import Rollup
from nano_sre.store.models import CheckRun
from nano_sre.store.plain import dumps, loads

COUNTS = ("passed", "warned", "failed", "inconclusive", "flaky", "duration_ms")
ROLLED = (
    CheckRun.id,
    CheckRun.timestamp,
    CheckRun.target,
    CheckRun.check_id,
    CheckRun.skill_name,
    CheckRun.status,
    CheckRun.inconclusive,
    CheckRun.flaky,
    CheckRun.duration_ms,
    CheckRun.details,
)
_WORDS = {"PASS": "passed", "WARN": "warned", "FAIL": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one metric of a page came to on a day."""

    count: int
    mean: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One UTC day (`2026-03-01`) of one target. `duration_ms` is of all runs together, `longest_ms` of one.

    `measures` is by page and metric; times in milliseconds.
    """

    day: str
    target: str
    check_id: str
    kind: str
    passed: int = 0
    warned: int = 0
    failed: int = 0
    inconclusive: int = 0
    flaky: int = 0
    duration_ms: int = 0
    longest_ms: int = 0
    measures: Mapping[tuple[str, str], Measured] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        return self.passed + self.warned + self.failed + self.inconclusive


def roll_up(db: Any, runs: Iterable[Mapping[str, Any]]) -> None:
    """Add runs to their days, inside the transaction that removes them."""
    fresh: dict[tuple[str, str], dict[str, Any]] = {}
    for run in runs:
        # A run of the owner's own has no target: it goes by its skill.
        key = (run["target"] or run["skill_name"], run["timestamp"][:10])
        _add(fresh.setdefault(key, _empty(run, *key)), run)
    for (target, day), row in fresh.items():
        known = Rollup.select(Rollup.details).where(Rollup.target == target, Rollup.day == day).scalar(db)
        measures = _merged(_measures(known), row.pop("measures"))
        details = dumps({"measures": measures} if measures else {})
        summed = {getattr(Rollup, name): getattr(Rollup, name) + getattr(EXCLUDED, name) for name in COUNTS}
        Rollup.insert(**row, details=details).on_conflict(
            conflict_target=[Rollup.target, Rollup.day],
            preserve=[Rollup.details],
            update={**summed, Rollup.longest_ms: _larger(db)(Rollup.longest_ms, EXCLUDED.longest_ms)},
        ).execute(db)


def days(db: Any, *, check_id: str | None, target: str | None, since: str, limit: int) -> list[DayRow]:
    """Newest first; `since` is the first day."""
    query = Rollup.select().where(Rollup.day >= since).order_by(Rollup.day.desc(), Rollup.target).limit(limit)
    if check_id is not None:
        query = query.where(Rollup.check_id == check_id)
    if target is not None:
        query = query.where(Rollup.target == target)
    direct = ("day", "target", "check_id", "kind", *COUNTS, "longest_ms")
    return [
        DayRow(**{name: row[name] for name in direct}, measures=_by_page(_measures(row["details"])))
        for row in query.dicts().execute(db)
    ]


def _empty(run: Mapping[str, Any], target: str, day: str) -> dict[str, Any]:
    names = {"day": day, "target": target, "check_id": run["check_id"], "kind": run["skill_name"]}
    return {**names, **dict.fromkeys(COUNTS, 0), "longest_ms": 0, "measures": {}}


def _add(row: dict[str, Any], run: Mapping[str, Any]) -> None:
    row["inconclusive" if run["inconclusive"] is not None else _WORDS.get(run["status"], "failed")] += 1
    row["flaky"] += bool(run["flaky"])
    row["duration_ms"] += run["duration_ms"]
    row["longest_ms"] = max(row["longest_ms"], run["duration_ms"])
    row["measures"] = _merged(
        row["measures"],
        {f"{name} {page}": [1, value, value] for page, name, value in measures_of(run["details"])},
    )


def measures_of(details: str | None) -> list[tuple[str, str, float]]:
    """Page, metric and value of everything that a run measured."""
    known = loads(details)
    rows = known.get("measures") if isinstance(known, dict) else None
    found = [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
    return [
        (str(each.get("page", "")), str(each.get("name", "")), float(each["value"]))
        for each in found
        if isinstance(each.get("value"), (int, float))
    ]


def _measures(details: str | None) -> dict[str, list[float]]:
    known = loads(details)
    found = known.get("measures") if isinstance(known, dict) else None
    return found if isinstance(found, dict) else {}


def _merged(one: Mapping[str, list[float]], other: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Count, sum and most of each, together."""
    made = dict(one)
    for name, (count, total, most) in other.items():
        known = made.get(name, [0, 0.0, most])
        made[name] = [known[0] + count, round(known[1] + total, 4), max(known[2], most)]
    return made


def _by_page(measures: Mapping[str, list[float]]) -> dict[tuple[str, str], Measured]:
    parts = ((name.partition(" "), row) for name, row in measures.items())
    return {
        (page, metric): Measured(count=int(count), mean=total / count, most=most)
        for (metric, _, page), (count, total, most) in parts
        if count
    }


def _larger(db: Any) -> Any:
    return fn.MAX if isinstance(db, SqliteDatabase) else fn.GREATEST
