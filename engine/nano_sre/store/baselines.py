"""Baselines: what numbers usually are, per skill and store (and, for ours, per target and what it is about)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nano_sre.core.result import utc_now
from nano_sre.store.models import Audit, Baseline
from nano_sre.store.plain import clean, dumps, from_iso, iso, loads, plain

KEY = ("skill_name", "store_url", "target", "metric")


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRow:
    """One baseline. `data` is what is known, `text` the same as it is stored; `updated_at` is UTC."""

    skill_name: str
    store_url: str
    target: str
    metric: str
    data: Mapping[str, Any]
    text: str
    updated_at: datetime

    @property
    def key(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in KEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineChange:
    """A decision of a person about a baseline: new values beside what it says, or None to forget it."""

    row: BaselineRow
    values: Mapping[str, Any] | None = None


def update(db: Any, key: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Lay `values` over what is known, inside the caller's transaction; returns the whole baseline."""
    key = {name: clean(value) for name, value in key.items()}
    now = iso(utc_now())
    merged = {**read(db, key), **plain(values)}
    Baseline.insert(**key, baseline_data=dumps(merged), created_at=now, updated_at=now).on_conflict(
        conflict_target=[getattr(Baseline, name) for name in KEY],
        preserve=[Baseline.baseline_data, Baseline.updated_at],
    ).execute(db)
    return merged


def read(db: Any, key: Mapping[str, str]) -> dict[str, Any]:
    """The baseline of that key; empty when there is none."""
    return _data(Baseline.select(Baseline.baseline_data).where(_is(key)).scalar(db))


def rows(db: Any, key: Mapping[str, str]) -> list[BaselineRow]:
    """Every baseline that has these parts of a key, by target and what it is about."""
    query = Baseline.select().order_by(
        Baseline.target, Baseline.skill_name, Baseline.metric, Baseline.store_url
    )
    found = (query.where(_is(key)) if key else query).dicts().execute(db)
    return [
        BaselineRow(
            **{name: row[name] for name in KEY},
            data=_data(row["baseline_data"]),
            text=row["baseline_data"],
            updated_at=from_iso(row["updated_at"]),
        )
        for row in found
    ]


def keep(db: Any, key: Mapping[str, str], values: Mapping[str, Any], *, was: str | None) -> bool:
    """Lay `values` over a baseline that still has the text `was` (None: there was none); whether it had.

    Two rounds at once, or a person's decision in between: the one that comes late is not written.
    """
    now = iso(utc_now())
    text = dumps({**_data(was), **plain(values)})
    if was is None:
        fresh = {name: clean(value) for name, value in key.items()}
        query = Baseline.insert(**fresh, baseline_data=text, created_at=now, updated_at=now)
        made = query.on_conflict(
            action="nothing", conflict_target=[getattr(Baseline, name) for name in KEY]
        ).returning(Baseline.id)
        return any(True for _ in made.tuples().execute(db))
    still = _is(key) & (Baseline.baseline_data == was)
    return bool(Baseline.update(baseline_data=text, updated_at=now).where(still).execute(db))


def decide(
    db: Any, changes: Iterable[BaselineChange], *, who: str, action: str, because: str | None
) -> list[BaselineRow]:
    """Carry out a person's decisions with a row of the audit; those whose baseline has changed meanwhile are left."""
    done = [each.row for each in changes if _decided(db, each)]
    if done:
        told = {
            "because": because,
            "baselines": [
                {**row.key, "was": {k: v for k, v in row.data.items() if _is_short(v)}} for row in done
            ],
        }
        Audit.insert(at=iso(utc_now()), who=clean(who), action=action, details=dumps(plain(told))).execute(db)
    return done


def _decided(db: Any, change: BaselineChange) -> bool:
    row = change.row
    if change.values is not None:
        return keep(db, row.key, change.values, was=row.text)
    still = _is(row.key) & (Baseline.baseline_data == row.text)
    return bool(Baseline.delete().where(still).execute(db))


def _is_short(value: Any) -> bool:
    return not isinstance(value, (list, dict))


def _is(key: Mapping[str, str]) -> Any:
    conditions = [getattr(Baseline, name) == value for name, value in key.items()]
    made = conditions[0]
    for each in conditions[1:]:
        made &= each
    return made


def _data(text: str | None) -> dict[str, Any]:
    known = loads(text)
    return known if isinstance(known, dict) else {}
